import { Stack } from 'aws-cdk-lib';
import { patiently } from '../compute/boot-kit';
import { mountFolder } from './mount-boot';
import type { HpcFileSystem } from './hpc-file-system';

/**
 * Mounts a Lustre file system on an instance of Amazon Linux 2023, now and at every start. Run again it changes nothing. The client comes
 * from the packages of Amazon Linux, which lie in S3, so that a gateway endpoint is way enough.
 *
 * Arguments: name of the servers, mount name, folder. For trying it elsewhere: BOOT_ROOT, PATIENCE.
 */
const lustreScript: string = `#!/bin/bash
set -euo pipefail
root="\${BOOT_ROOT:-}"

${patiently}

servers="$1" name="$2" at="$3"
patiently dnf install --assumeyes --quiet lustre-client
mkdir -p "$root$at" "$root/etc"
line="$servers@tcp:/$name $at lustre defaults,noatime,flock,_netdev,x-systemd.automount,x-systemd.requires=network.service 0 0"
touch "$root/etc/fstab"
grep --quiet --fixed-strings --line-regexp "$line" "$root/etc/fstab" || echo "$line" >>"$root/etc/fstab"
mountpoint --quiet "$root$at" || patiently mount "$at"
`;

/** Commands of user data that mount a file system, or end the boot where they cannot. */
export function lustreCommands(files: HpcFileSystem, at: string): string[] {
  const { region, urlSuffix } = Stack.of(files);
  const script = `${mountFolder}/mount-lustre.sh`;
  return [
    `mkdir -p '${mountFolder}'`,
    `cat > '${script}' <<'END_MOUNT'\n${lustreScript}END_MOUNT`,
    `bash '${script}' '${files.fileSystemId}.fsx.${region}.${urlSuffix}' '${files.mountName}' '${at}' || exit`,
  ];
}
