#!/bin/bash
# Makes a web server of a new instance: the newest packages, httpd, and a page that names the host. It ends only when the page is
# really served; any failure ends it with its status, which its caller reports.
#
# Given by the caller: BOOT_FILES, the folder that holds kit.sh. For trying it elsewhere: BOOT_ROOT, where the file system begins.
set -euo pipefail

root="${BOOT_ROOT:-}"
. "$BOOT_FILES/kit.sh"

patiently dnf upgrade --assumeyes --quiet
patiently dnf install --assumeyes --quiet httpd
systemctl start httpd
systemctl enable httpd
echo "<h1>Hello from $(hostname -f)</h1>" >"$root/var/www/html/index.html"

# Whether the service says it runs is not the question; whether the page is served is.
served="$(patiently get http://127.0.0.1/)"
[[ "$served" == *"$(hostname -f)"* ]]
