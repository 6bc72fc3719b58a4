#!/bin/bash
# What an instance does before it goes: takes no more requests, and ends those it has. Run again it changes nothing.
set -euo pipefail

systemctl is-active --quiet nginx || exit 0
systemctl disable --quiet nginx
nginx -s quit
for _ in $(seq "${LOOKS:-60}"); do
  systemctl is-active --quiet nginx || exit 0
  sleep "${PATIENCE:-1}"
done
echo 'nginx has requests that do not end' >&2
exit 1
