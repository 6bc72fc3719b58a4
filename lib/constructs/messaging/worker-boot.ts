import type { BootText } from '../compute/boot-program';

/**
 * Makes a worker of a new instance: installs Node.js and the agent that carries its log away, fetches the program, and has
 * systemd run it. It ends well only when the worker says that it is ready; any failure ends it with its status.
 *
 * Given by the caller: WORKER_PROGRAM (address of the program), WORKER_LOG_GROUP, WORKER_REGION, WORKER_DRAIN_SECONDS, and in
 * WORKER_VARIABLES the names of the variables the program is to see. For trying it elsewhere: BOOT_ROOT, PATIENCE.
 */
export const workerBoot: BootText = {
  name: 'worker-boot.sh',
  text: `#!/bin/bash
set -euo pipefail
root="\${BOOT_ROOT:-}"
log=/var/log/worker/worker.log

# Runs a command until it succeeds, at most five times.
patiently() {
  local attempt
  for attempt in 1 2 3 4; do
    "$@" && return
    sleep "$((attempt * \${PATIENCE:-5}))"
  done
  "$@"
}

# The packages come from S3, which a private network reaches by its gateway endpoint.
patiently dnf install --assumeyes --quiet nodejs24 amazon-cloudwatch-agent
mkdir -p "$root/opt/worker" "$root/etc/worker" "$root/var/log/worker" "$root/etc/systemd/system"
patiently aws s3 cp "$WORKER_PROGRAM" "$root/opt/worker/worker.js" --region "$WORKER_REGION" --only-show-errors

# systemd reads a backslash and a quote inside quotes as a shell would.
for name in $WORKER_VARIABLES; do
  value="\${!name//\\\\/\\\\\\\\}"
  printf '%s="%s"\\n' "$name" "\${value//\\"/\\\\\\"}"
done >"$root/etc/worker/environment"

cat >"$root/etc/systemd/system/worker.service" <<UNIT
[Unit]
Description=Works a queue
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/bin/node-24 /opt/worker/worker.js
EnvironmentFile=/etc/worker/environment
StandardOutput=append:$log
StandardError=append:$log
# A worker that has drained ends well and stays down; one that dies is started again.
Restart=on-failure
RestartSec=5
KillMode=mixed
TimeoutStopSec=$((WORKER_DRAIN_SECONDS + 30))
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
UNIT

agent="$root/opt/aws/amazon-cloudwatch-agent"
mkdir -p "$agent/etc"
cat >"$agent/etc/worker.json" <<AGENT
{
  "agent": { "region": "$WORKER_REGION" },
  "logs": {
    "logs_collected": {
      "files": {
        "collect_list": [
          { "file_path": "$log", "log_group_name": "$WORKER_LOG_GROUP", "log_stream_name": "{instance_id}" }
        ]
      }
    }
  }
}
AGENT
"$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/worker.json"

systemctl daemon-reload
systemctl enable --now worker
# That systemd has started it is not the question; whether it knows its queue and its group is.
patiently grep --quiet 'worker ready' "$root$log"
`,
};
