#!/bin/bash
# Makes a web server of a new instance, and ends well only when it answers. Any failure ends the program with its status.
#
# Given by the caller: BOOT_FILES, the folder that holds kit.sh and nginx.conf. For trying it elsewhere: BOOT_ROOT.
set -euo pipefail

root="${BOOT_ROOT:-}"

# patiently, get and about
. "$BOOT_FILES/kit.sh"

instance="$(about instance-id)"
type="$(about instance-type)"
zone="$(about placement/availability-zone)"
# spot, or on-demand
bought="$(about instance-life-cycle)"

patiently dnf install --assumeyes --quiet nginx

pages="$root/usr/share/nginx/html"
mkdir -p "$pages" "$root/etc/nginx"
cat >"$pages/index.html" <<PAGE
<!doctype html>
<html lang="en">
  <title>$instance</title>
  <p>$instance, $type in $zone, $bought</p>
</html>
PAGE
# Three megabytes that are compressed anew for each request, so that requests cost processor time as those of an application do.
seq 500000 >"$pages/work.txt"
cp "$BOOT_FILES/nginx.conf" "$root/etc/nginx/nginx.conf"
nginx -t
systemctl enable --now nginx

patiently get --output /dev/null http://127.0.0.1/health
served="$(patiently get http://127.0.0.1/)"
[[ "$served" == *"$instance"* ]]
