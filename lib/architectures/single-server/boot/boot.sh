#!/bin/bash
# Makes a web server of a new instance: the newest packages, httpd, and a page that names the host. It ends only when the page is
# really served; any failure ends it with its status, which its caller reports.
#
# For trying it elsewhere:
#   BOOT_ROOT   where the file system begins
#   PATIENCE    seconds to wait before something is tried again
set -euo pipefail

root="${BOOT_ROOT:-}"

# Runs a command until it succeeds, at most five times.
patiently() {
  local attempt
  for attempt in 1 2 3 4; do
    "$@" && return
    sleep "$((attempt * ${PATIENCE:-5}))"
  done
  "$@"
}

patiently dnf upgrade --assumeyes --quiet
patiently dnf install --assumeyes --quiet httpd
systemctl start httpd
systemctl enable httpd
echo "<h1>Hello from $(hostname -f)</h1>" >"$root/var/www/html/index.html"

# Whether the service says it runs is not the question; whether the page is served is.
served="$(patiently curl --fail --silent --show-error --max-time 5 http://127.0.0.1/)"
[[ "$served" == *"$(hostname -f)"* ]]
