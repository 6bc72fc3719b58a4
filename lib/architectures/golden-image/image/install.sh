#!/bin/bash
# What an image is made of: the server, its configuration and its page. Nothing starts yet, as no instance is known yet.
#
# Given by the caller: BOOT_FILES, the folder that holds nginx.conf and page.html. For trying it elsewhere: BOOT_ROOT.
set -euo pipefail

root="${BOOT_ROOT:-}"

dnf install --assumeyes --quiet --setopt=retries=20 nginx
mkdir -p "$root/usr/share/nginx/html" "$root/etc/nginx"
cp "$BOOT_FILES/nginx.conf" "$root/etc/nginx/nginx.conf"
cp "$BOOT_FILES/page.html" "$root/usr/share/nginx/html/index.html"
