#!/bin/bash
# The last step, which no image can take: says which instance this is, starts the server, and ends well only when it answers.
#
# Given by the caller: BOOT_FILES, the folder that holds kit.sh. For trying it elsewhere: BOOT_ROOT.
set -euo pipefail

. "$BOOT_FILES/kit.sh"

instance="$(about instance-id)"
image="$(about ami-id)"
printf '%s of %s\n' "$instance" "$image" >"${BOOT_ROOT:-}/usr/share/nginx/html/instance.txt"

systemctl enable --now nginx
[[ "$(patiently get http://127.0.0.1/instance.txt)" == "$instance of $image" ]]
