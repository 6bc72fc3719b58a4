import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  ModifyVolumeCommand,
  type EC2Client,
  type Volume,
} from '@aws-sdk/client-ec2';
import { GetCommandInvocationCommand, SendCommandCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { idOf, unchanged, wordsOf, type ServerCommand } from './command';

/** How often an answer is asked for, every five seconds. */
const patience = 120;

/** Grows what is mounted of a volume: the partition, where there is one, then the file system. */
export const growScript = (volume: string): string => `set -eu
device="$(readlink -f /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume.replace('-', '')})"
lsblk --noheadings --raw --paths --output NAME,TYPE,FSTYPE,MOUNTPOINT "$device" | while read -r name type system at; do
  [ -n "$at" ] || continue
  if [ "$type" = part ]; then
    number="$(echo "$name" | sed 's/.*[^0-9]//')"
    growpart "$device" "$number" || [ $? -eq 1 ]
  fi
  case "$system" in
    xfs) xfs_growfs "$at" ;;
    ext4) resize2fs "$name" ;;
    *) echo "$at has a file system of the kind $system, which is not grown" >&2; exit 1 ;;
  esac
done`;

/**
 * A volume grows in place, and its file system with it; it never shrinks.
 *
 * @claims compute-ebs-grow
 */
export const volumeGrow: ServerCommand = {
  words: '<volume> <GiB>',
  purpose: 'make a volume larger in use, then its partition and file system on the instance that has it',
  understand: (order) => {
    const [volume, text] = wordsOf(order, 'volume', 'GiB');
    idOf('vol', volume);
    const size = Number(text);
    if (!Number.isInteger(size) || size < 1) throw new Error(`"${text}" is no size; write whole GiB, such as 100`);
    return async ({ ec2, ssm }) => {
      const found = await look(ec2(), volume);
      const from = found.Size!;
      if (size < from)
        throw new Error(
          `${volume} has ${from} GiB, and no volume becomes smaller; copy what it holds to a new one of ${size} GiB`,
        );
      const instance = found.Attachments?.[0]?.InstanceId;
      const steps = [
        ...(size > from ? [`make ${volume} ${size} GiB instead of ${from}`, 'wait until it is optimizing'] : []),
        ...(instance ? [`grow its partition and file system on ${instance}`] : []),
      ];
      const facts = { volume, from, to: size, ...(instance && { instance }), steps };
      if (!order.apply)
        return {
          words: `${steps.map((step, at) => `  ${at + 1}. ${step}`).join('\n')}\n${unchanged}`,
          facts: { ...facts, result: 'planned' },
        };
      if (size > from) await grow(ec2(), volume, size);
      if (instance) await extend(ssm(), instance, volume);
      return {
        words: `${volume} has ${size} GiB now${instance ? `, and ${instance} sees them` : '; its file system grows when it is mounted'}. Say so in its template, or the next deployment fails to shrink it.`,
        facts: { ...facts, result: 'done' },
      };
    };
  },
};

async function look(ec2: EC2Client, id: string): Promise<Volume> {
  const { Volumes: [volume] = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
  if (!volume) throw new Error(`there is no volume ${id} in this Region; name another, or give --region`);
  return volume;
}

async function grow(ec2: EC2Client, volume: string, size: number): Promise<void> {
  await ec2.send(new ModifyVolumeCommand({ VolumeId: volume, Size: size }));
  for (let attempt = 0; attempt < patience; attempt++) {
    const { VolumesModifications: [change] = [] } = await ec2.send(
      new DescribeVolumesModificationsCommand({ VolumeIds: [volume] }),
    );
    if (change?.ModificationState === 'failed')
      throw new Error(`${volume} did not grow: ${change.StatusMessage ?? 'EC2 does not say why'}`);
    // From then on it has its size, and is only slower for a while.
    if (change?.ModificationState === 'optimizing' || change?.ModificationState === 'completed') return;
    await pause(5_000);
  }
  throw new Error(`${volume} still grows; run the command again later`);
}

async function extend(ssm: SSMClient, instance: string, volume: string): Promise<void> {
  const { Command: sent } = await ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [instance],
      Parameters: { commands: [growScript(volume)] },
    }),
  );
  for (let attempt = 0; attempt < patience; attempt++) {
    await pause(5_000);
    const { Status: status, StandardErrorContent: why } = await ssm.send(
      new GetCommandInvocationCommand({ CommandId: sent!.CommandId, InstanceId: instance }),
    );
    if (status === 'Success') return;
    if (status !== 'Pending' && status !== 'InProgress' && status !== 'Delayed')
      throw new Error(`${volume} grew, but its file system on ${instance} did not: ${why || status}`);
  }
  throw new Error(`${instance} does not answer; run the command again later`);
}
