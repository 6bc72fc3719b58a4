#!/bin/bash
# Makes a file server of a new instance, whose shared files are mounted already: installs and starts nginx, and ends only when
# it answers. Any failure ends the program with its status, which its caller reports.
#
# Given by the caller:
#   BOOT_FILES      folder that holds kit.sh and nginx.conf
#   PORT            port to serve on
#   HEALTH_PATH     path the load balancer probes
#   FOLDER          where the shared files are
# For trying it elsewhere:
#   BOOT_ROOT       where the file system begins
set -euo pipefail

root="${BOOT_ROOT:-}"

# patiently, get and about
. "$BOOT_FILES/kit.sh"

# Without the files this would be a server of an empty folder.
mountpoint --quiet "$root$FOLDER"

instance_id="$(about instance-id)"

# The packages come from S3, which this network reaches by its gateway endpoint.
patiently dnf install --assumeyes --quiet nginx
mkdir -p "$root/etc/nginx"
sed -e "s|__INSTANCE_ID__|$instance_id|g" \
  -e "s|__PORT__|$PORT|g" \
  -e "s|__HEALTH_PATH__|$HEALTH_PATH|g" \
  -e "s|__FOLDER__|$FOLDER|g" \
  "$BOOT_FILES/nginx.conf" >"$root/etc/nginx/nginx.conf"
nginx -t
systemctl enable --now nginx

# Whether the service says it runs is not the question; whether it answers is.
patiently get --output /dev/null "http://127.0.0.1:$PORT$HEALTH_PATH"
