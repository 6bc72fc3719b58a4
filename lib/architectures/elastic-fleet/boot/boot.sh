#!/bin/bash
# Makes a web server of a new instance, and ends well only when it answers. Any failure ends the program with its status.
#
# Given by the caller: BOOT_FILES, the folder that holds nginx.conf. For trying it elsewhere: BOOT_ROOT, PATIENCE,
# AWS_EC2_METADATA_SERVICE_ENDPOINT.
set -euo pipefail

root="${BOOT_ROOT:-}"
metadata="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}"

# Runs a command until it succeeds, at most five times.
patiently() {
  local attempt
  for attempt in 1 2 3 4; do
    "$@" && return
    sleep "$((attempt * ${PATIENCE:-5}))"
  done
  "$@"
}

get() {
  curl --fail --silent --show-error --max-time 5 "$@"
}

# Reads one fact about this instance; the metadata service answers only to who holds a token.
about() {
  get --header "X-aws-ec2-metadata-token: $token" "$metadata/latest/meta-data/$1"
}

token="$(patiently get --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/latest/api/token")"
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
