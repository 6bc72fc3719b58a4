import type { BootText } from './boot-payload';

/** Runs a command until it succeeds, at most five times; for trying it elsewhere: PATIENCE. */
export const patiently: string = `patiently() {
  local attempt
  for attempt in 1 2 3 4; do
    "$@" && return
    sleep "$((attempt * \${PATIENCE:-5}))"
  done
  "$@"
}`;

/** Command of user data that brings the tool for arrays of disks, or ends the boot; needs `patiently`. */
export const installArrays: string =
  'command -v mdadm >/dev/null || patiently dnf install --assumeyes --quiet mdadm || exit';

/** `get ADDRESS` and `about FACT`, such as `about instance-id`; needs `patiently`. For trying it elsewhere: AWS_EC2_METADATA_SERVICE_ENDPOINT. */
export const askingAbout: string = `# Asks an address; an error, or no answer within five seconds, is a failure.
get() {
  curl --fail --silent --show-error --max-time 5 "$@"
}

# Reads one fact about this instance; the metadata service answers only to who holds a token.
about() {
  local metadata="\${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}/latest" token
  token="$(patiently get --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")" || return
  get --header "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"
}`;

/**
 * What boot programs have in common. One that is given it among its `files` begins with `. "$BOOT_FILES/kit.sh"`, and then has
 * `patiently COMMAND…`, `get ADDRESS`, and `about FACT`, such as `about instance-id`.
 *
 * For trying it elsewhere: PATIENCE, AWS_EC2_METADATA_SERVICE_ENDPOINT.
 */
export const bootKit: BootText = {
  name: 'kit.sh',
  text: `#!/bin/bash
# Runs a command until it succeeds, at most five times.
${patiently}

${askingAbout}
`,
};
