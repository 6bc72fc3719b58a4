#!/bin/bash
# Looks at an instance of the new image as its users will: the server starts, and serves the page that was built.
#
# Given by the caller: BOOT_FILES, the folder that holds page.html.
set -euo pipefail

systemctl start nginx
served="$(curl --fail --silent --show-error --max-time 5 --retry 5 --retry-connrefused http://127.0.0.1/)"
[[ "$served" == "$(cat "$BOOT_FILES/page.html")" ]]
