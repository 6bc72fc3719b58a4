import { patiently } from '../compute/boot-kit';
import { isOwnFolder } from '../compute/mount-folder';
import type { MountedFiles } from './shared-files';

/**
 * Mounts shared files on an instance of Amazon Linux, now and at every start. Run again it changes nothing.
 *
 * Arguments: file system, access point, folder, `rw` or `ro`. For trying it elsewhere: BOOT_ROOT, PATIENCE.
 */
export const mountScript: string = `#!/bin/bash
set -euo pipefail
root="\${BOOT_ROOT:-}"

# Runs a command until it succeeds, at most five times: names and security groups of new mount targets take a moment.
${patiently}

system="$1" point="$2" at="$3" mode="$4"
patiently dnf install --assumeyes --quiet amazon-efs-utils
mkdir -p "$root$at" "$root/etc"
line="$system:/ $at efs _netdev,tls,iam,accesspoint=$point,$mode 0 0"
touch "$root/etc/fstab"
grep --quiet --fixed-strings --line-regexp "$line" "$root/etc/fstab" || echo "$line" >>"$root/etc/fstab"
mountpoint --quiet "$root$at" || patiently mount "$at"
`;

/** Where the script stands on an instance. */
export const mountFolder = '/var/lib/mounts';
const script = `${mountFolder}/mount-files.sh`;

/** Commands of user data that mount files, or end the boot where they cannot. */
export function mountCommands(mounts: readonly MountedFiles[]): string[] {
  if (mounts.length === 0) return [];
  return [
    `mkdir -p '${mountFolder}'`,
    `cat > '${script}' <<'END_MOUNT'\n${mountScript}END_MOUNT`,
    ...mounts.map(({ shared, at, readOnly = false }) => {
      const { fileSystemId } = shared.fileSystem;
      const { accessPointId } = shared.accessPoint;
      return `bash '${script}' '${fileSystemId}' '${accessPointId}' '${at}' ${readOnly ? 'ro' : 'rw'} || exit`;
    }),
  ];
}

/** What is wrong with a folder of an instance that files are to be seen at. */
export const mountFault = ({ at }: MountedFiles): string | false =>
  !isOwnFolder(at) && `files are to be seen at ${at || '(empty)'}; give a folder of their own, such as /srv/documents`;
