#!/bin/bash
# Lets the server write down each of its starts on the data volume, so that the file tells which servers have had it.
#
# Settings: DATA, the folder; DATA_UNIT, what mounts it. For trying it elsewhere: BOOT_ROOT, where the file system begins.
set -euo pipefail

root="${BOOT_ROOT:-}"

cat >"$root/usr/local/sbin/note-start" <<'END_NOTE'
#!/bin/bash
set -euo pipefail
. "${BOOT_FILES:-/var/lib/boot}/kit.sh"
self="$(about instance-id)"
echo "$self started at $(date --utc --iso-8601=seconds)" >>"$1/starts"
END_NOTE
chmod 755 "$root/usr/local/sbin/note-start"

# The volume comes when the server before this one has gone, so the service waits for it and the boot does not.
cat >"$root/etc/systemd/system/note-start.service" <<END_UNIT
[Unit]
Description=Notes starts on the data volume
After=$DATA_UNIT
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=/usr/bin/mountpoint --quiet $DATA
ExecStart=/usr/local/sbin/note-start $DATA
Restart=on-failure
RestartSec=10
[Install]
WantedBy=multi-user.target
END_UNIT
systemctl daemon-reload
systemctl enable --now --no-block note-start.service
