#!/bin/bash
# Looks at what was built before it becomes an image.
set -euo pipefail

nginx -t
test -s "${BOOT_ROOT:-}/usr/share/nginx/html/index.html"
