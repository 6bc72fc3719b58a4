#!/bin/bash
# Makes a web server of a new instance: writes the page that names the instance, installs and starts nginx and the program that
# keeps visitors signed in, and ends only when both really answer. Any failure ends the program with its status, which its caller reports.
#
# Given by the caller:
#   BOOT_FILES      folder that holds kit.sh, nginx.conf, page.html and sessions.service
#   PORT            port to serve on
#   HEALTH_PATH     path the load balancer probes
#   TRUSTED_RANGE   addresses whose X-Forwarded-For is believed
#   RELEASE         shown on the page
#   SESSION_PROGRAM address of the program that keeps visitors signed in
#   SESSIONS_TABLE, SESSIONS_IDLE_SECONDS, REGION
#                   where it keeps them, and for how long
# For trying it elsewhere:
#   BOOT_ROOT       where the file system begins
set -euo pipefail

root="${BOOT_ROOT:-}"

# patiently, get and about
. "$BOOT_FILES/kit.sh"

# Copies a file, filling in its __PLACES__.
fill() {
  mkdir -p "$(dirname "$2")"
  sed -e "s|__INSTANCE_ID__|$instance_id|g" \
    -e "s|__ZONE__|$zone|g" \
    -e "s|__ZONE_ID__|$zone_id|g" \
    -e "s|__TYPE__|$type|g" \
    -e "s|__IMAGE__|$image|g" \
    -e "s|__HUE__|$hue|g" \
    -e "s|__RELEASE__|$RELEASE|g" \
    -e "s|__PORT__|$PORT|g" \
    -e "s|__HEALTH_PATH__|$HEALTH_PATH|g" \
    -e "s|__TRUSTED_RANGE__|$TRUSTED_RANGE|g" \
    -e "s|__REGION__|$REGION|g" \
    -e "s|__SESSIONS_TABLE__|$SESSIONS_TABLE|g" \
    -e "s|__SESSIONS_IDLE_SECONDS__|$SESSIONS_IDLE_SECONDS|g" \
    "$1" >"$2"
}

instance_id="$(about instance-id)"
zone="$(about placement/availability-zone)"
zone_id="$(about placement/availability-zone-id)"
type="$(about instance-type)"
image="$(about ami-id)"
# A colour of its own for each instance, so that one sees at a glance when another answers.
hue="$(($(printf '%s' "$instance_id" | cksum | cut -d' ' -f1) % 360))"

# The packages come from S3, which this network reaches by its gateway endpoint.
patiently dnf install --assumeyes --quiet nginx nodejs24
mkdir -p "$root/opt/sessions"
patiently aws s3 cp "$SESSION_PROGRAM" "$root/opt/sessions/sessions.js" --region "$REGION" --only-show-errors

fill "$BOOT_FILES/sessions.service" "$root/etc/systemd/system/sessions.service"
fill "$BOOT_FILES/page.html" "$root/usr/share/nginx/html/index.html"
fill "$BOOT_FILES/nginx.conf" "$root/etc/nginx/nginx.conf"
nginx -t
systemctl daemon-reload
systemctl enable --now sessions nginx

# Whether the service says it runs is not the question; whether it answers is.
patiently get --output /dev/null "http://127.0.0.1:$PORT$HEALTH_PATH"
patiently get --output /dev/null "http://127.0.0.1:$PORT/session/health"
served="$(patiently get "http://127.0.0.1:$PORT/")"
[[ "$served" == *"$instance_id"* ]]
