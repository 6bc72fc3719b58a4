import { askingAbout, patiently } from './boot-kit';

/**
 * Shows a data volume as a folder, several of them as one (RAID 0), at every start. It waits for the volumes, makes a file system only where there is
 * nothing at all, and lets one that is smaller than its volume grow.
 *
 * Arguments: folder, `lazily` or `all` (whether every block is read once, as a restored volume needs to be fast), ids of volumes or names of devices. An
 * id with a device (`vol-1=/dev/sdf`) is attached to this instance as soon as no other has it.
 * For trying it elsewhere: BOOT_ROOT, PATIENCE, ATTEMPTS, AWS_EC2_METADATA_SERVICE_ENDPOINT.
 */
export const dataMountScript: string = `#!/bin/bash
set -euo pipefail
root="\${BOOT_ROOT:-}"
at="$1" blocks="$2"
shift 2

# Runs a command until it succeeds, at most five times.
${patiently}

${askingAbout}

# While another instance has the volume, or this one may not attach it yet, EC2 says no.
attach() {
  local self region
  self="$(about instance-id)" || return
  region="$(about placement/region)" || return
  aws ec2 attach-volume --region "$region" --volume-id "$1" --instance-id "$self" --device "$2"
}

# Names of devices change from start to start; the id of the volume is in the name of a link.
devices=()
for given in "$@"; do
  disk="\${given%%=*}" answer=''
  link="$root$disk"
  if [[ $disk == vol-* ]]; then
    link="$root/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_\${disk/-/}"
  fi
  for ((attempt = 1; attempt < \${ATTEMPTS:-360}; attempt++)); do
    if [[ -e $link ]]; then break; fi
    if [[ $given == *=* ]]; then answer="$(attach "$disk" "\${given#*=}" 2>&1)" || true; fi
    sleep "\${PATIENCE:-5}"
  done
  if [[ ! -e $link ]]; then
    echo "$disk is not attached\${answer:+: $answer}" >&2
    exit 1
  fi
  devices+=("$(readlink --canonicalize "$link")")
done

# Status 2 is "nothing found"; any other is a reason not to write.
blank() {
  local status=0
  blkid -p "$1" >/dev/null || status=$?
  [[ $status -eq 2 ]]
}

device="\${devices[0]}"
if [[ \${#devices[@]} -gt 1 ]]; then
  device="/dev/md/\${at##*/}"
  if [[ ! -e $root$device ]] && ! mdadm --assemble "$device" "\${devices[@]}"; then
    for disk in "\${devices[@]}"; do
      if ! blank "$disk"; then
        echo "$disk holds something but makes no array with the others; nothing was written" >&2
        exit 1
      fi
    done
    mdadm --create "$device" --run --homehost=any --level=0 --raid-devices="\${#devices[@]}" "\${devices[@]}"
  fi
fi

if blank "$device"; then
  mkfs.xfs -q "$device"
fi
uuid="$(blkid -s UUID -o value "$device")"
mkdir -p "$root$at" "$root/etc" "$root/var/lib/data-mounts"
table="$root/etc/fstab"
line="UUID=$uuid $at auto defaults,nofail 0 2"
touch "$table"
if ! grep --quiet --fixed-strings --line-regexp "$line" "$table"; then
  awk -v at="$at" '$2 != at' "$table" >"$table.new"
  echo "$line" >>"$table.new"
  mv "$table.new" "$table"
fi
mountpoint --quiet "$root$at" || mount "$at"
if [[ $(blkid -s TYPE -o value "$device") == xfs ]]; then
  xfs_growfs "$at" >/dev/null
fi

mark="$root/var/lib/data-mounts/$uuid"
if [[ $blocks == all && ! -e $mark ]]; then
  for disk in "\${devices[@]}"; do
    dd if="$disk" of=/dev/null bs=1M status=none
  done
  touch "$mark"
fi
`;
