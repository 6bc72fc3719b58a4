#!/bin/bash
# Makes a server of a new instance that speaks TLS with a certificate of its own making, and ends well only when it answers. Any failure ends
# the program with its status.
#
# Given by the caller: BOOT_FILES, the folder that holds kit.sh, make-certificate and nginx.conf. For trying it elsewhere: BOOT_ROOT.
set -euo pipefail

root="${BOOT_ROOT:-}"

# patiently and get
. "$BOOT_FILES/kit.sh"

patiently dnf install --assumeyes --quiet nginx openssl
bash "$BOOT_FILES/make-certificate" "$root/etc/pki/reports"
mkdir -p "$root/etc/nginx"
cp "$BOOT_FILES/nginx.conf" "$root/etc/nginx/nginx.conf"
nginx -t
systemctl enable --now nginx

# Nobody vouches for the certificate, and the balancer does not ask.
patiently get --insecure --output /dev/null https://127.0.0.1/health
