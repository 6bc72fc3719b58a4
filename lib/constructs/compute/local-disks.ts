import { Token } from 'aws-cdk-lib';
import { installArrays } from './boot-kit';
import { hasLocalDisks } from './instance-type-facts';
import { isOwnFolder } from './mount-folder';

const script = '/usr/local/sbin/mount-local-disks';

/**
 * Mounts the local disks of a machine, several of them as one (RAID 0), at the folder it is given.
 *
 * After a stop they are blank and get a new file system; after a mere reboot they hold what they held. For trying it elsewhere: BOOT_ROOT.
 */
export const localDisksScript: string = `#!/bin/bash
set -euo pipefail
root="\${BOOT_ROOT:-}"
at="$1"

mapfile -t disks < <(lsblk --nodeps --noheadings --paths --output NAME,MODEL | awk '/Instance Storage/ { print $1 }')
if [[ \${#disks[@]} -eq 0 ]]; then
  echo 'this machine has no local disks' >&2
  exit 1
fi

device="\${disks[0]}"
if [[ \${#disks[@]} -gt 1 ]]; then
  device=/dev/md/local
  mdadm --assemble "$device" "\${disks[@]}" ||
    mdadm --create "$device" --run --homehost=any --level=0 --raid-devices="\${#disks[@]}" "\${disks[@]}"
fi

blkid "$device" >/dev/null || mkfs.xfs -q "$device"
mkdir -p "$root$at"
mountpoint --quiet "$root$at" || mount -o noatime "$device" "$root$at"
chmod 1777 "$root$at"
`;

/**
 * The disks of the machine itself (instance store): the fastest there are, in the price of the type, and empty after every stop, move, change of type or
 * failure of the hardware. For caches, scratch files and copies; the root stays on EBS.
 *
 * A unit of systemd mounts them at every start, since user data runs on the first one only.
 *
 * @claims compute-instance-store
 */
export class LocalDisks {
  /** @param folder where they are seen, such as `/scratch` */
  static at(folder: string): LocalDisks {
    return new LocalDisks(folder);
  }

  private constructor(readonly folder: string) {}

  /** Commands of user data that mount them now and at every start, or end the boot where they cannot; `patiently` must be there. */
  commands(): string[] {
    const unit = [
      '[Unit]',
      'Description=Local disks, blank after every stop',
      'DefaultDependencies=no',
      'After=systemd-udev-settle.service local-fs.target',
      'Before=multi-user.target',
      '[Service]',
      'Type=oneshot',
      'RemainAfterExit=yes',
      `ExecStart=${script} ${this.folder}`,
      '[Install]',
      'WantedBy=multi-user.target',
    ].join('\n');
    return [
      installArrays,
      `cat > '${script}' <<'END_LOCAL_DISKS'\n${localDisksScript}END_LOCAL_DISKS`,
      `chmod 755 '${script}'`,
      `cat > /etc/systemd/system/local-disks.service <<'END_UNIT'\n${unit}\nEND_UNIT`,
      'systemctl daemon-reload',
      'systemctl enable --now local-disks || exit',
    ];
  }

  /** What is wrong with them on a type. */
  faults(type: string): string[] {
    if (Token.isUnresolved(type) || hasLocalDisks(type)) return [];
    return [
      `localDisks are to be seen at ${this.folder}, but ${type} has none; take a type with the letter d, such as m7gd.large, or of the families i, d and h`,
    ];
  }

  /** What is wrong with their folder, beside others whose content must last. */
  folderFaults(lasting: readonly string[]): string[] {
    const { folder } = this;
    const faults = lasting
      .filter((other) => `${other}/`.startsWith(`${folder}/`))
      .map(
        (other) =>
          `${other} must last, but ${folder} is on localDisks, which are blank after every stop; put it on the root or a data volume, or on shared files`,
      );
    return isOwnFolder(folder)
      ? faults
      : [
          ...faults,
          `localDisks are to be seen at ${folder || '(empty)'}; give a folder of their own, such as /scratch`,
        ];
  }
}
