import { patiently } from './boot-kit';
import type { BootText } from './boot-payload';

export interface ProgramScriptProps {
  /** What systemd calls it, in small letters; the variables the script is given begin with it. */
  readonly unit: string;
  /** What it is for, in a few words. */
  readonly description: string;
  /** What the program writes to its log when it can begin. */
  readonly ready: string;
  /**
   * Whether the program keeps something on the disk, in the folder systemd names in STATE_DIRECTORY.
   * @default false
   */
  readonly keepsState?: boolean;
}

/**
 * Makes a machine of one program: installs Node.js and the agent that carries its log away, fetches the program, and has systemd
 * run it. It ends well only when the program says that it is ready; any failure ends it with its status.
 *
 * Given by the caller, here for the unit `worker`: WORKER_PROGRAM (address of the program), WORKER_LOG_GROUP, WORKER_REGION,
 * WORKER_DRAIN_SECONDS, and in WORKER_VARIABLES the names of the variables the program is to see. For trying it elsewhere:
 * BOOT_ROOT, PATIENCE.
 */
export function programScript({ unit, description, ready, keepsState = false }: ProgramScriptProps): BootText {
  const given = unit.toUpperCase();
  return {
    name: `${unit}-boot.sh`,
    text: `#!/bin/bash
set -euo pipefail
root="\${BOOT_ROOT:-}"
log=/var/log/${unit}/${unit}.log

# Runs a command until it succeeds, at most five times.
${patiently}

# The packages come from S3, which a private network reaches by its gateway endpoint.
patiently dnf install --assumeyes --quiet nodejs24 amazon-cloudwatch-agent
mkdir -p "$root/opt/${unit}" "$root/etc/${unit}" "$root/var/log/${unit}" "$root/etc/systemd/system"
patiently aws s3 cp "$${given}_PROGRAM" "$root/opt/${unit}/${unit}.js" --region "$${given}_REGION" --only-show-errors

# systemd reads a backslash and a quote inside quotes as a shell would.
for name in $${given}_VARIABLES; do
  value="\${!name//\\\\/\\\\\\\\}"
  printf '%s="%s"\\n' "$name" "\${value//\\"/\\\\\\"}"
done >"$root/etc/${unit}/environment"

cat >"$root/etc/systemd/system/${unit}.service" <<UNIT
[Unit]
Description=${description}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/bin/node-24 /opt/${unit}/${unit}.js
EnvironmentFile=/etc/${unit}/environment
StandardOutput=append:$log
StandardError=append:$log
# A program that has drained ends well and stays down; one that dies is started again.
Restart=on-failure
RestartSec=5
KillMode=mixed
TimeoutStopSec=$((${given}_DRAIN_SECONDS + 30))
${keepsState ? `StateDirectory=${unit}\n` : ''}DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
UNIT

agent="$root/opt/aws/amazon-cloudwatch-agent"
mkdir -p "$agent/etc"
cat >"$agent/etc/${unit}.json" <<AGENT
{
  "agent": { "region": "$${given}_REGION" },
  "logs": {
    "logs_collected": {
      "files": {
        "collect_list": [
          { "file_path": "$log", "log_group_name": "$${given}_LOG_GROUP", "log_stream_name": "{instance_id}" }
        ]
      }
    }
  }
}
AGENT
"$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/${unit}.json"

systemctl daemon-reload
systemctl enable --now ${unit}
# That systemd has started it is not the question; whether it can do its work is.
patiently grep --quiet '${ready}' "$root$log"
`,
  };
}
