import { setTimeout } from 'node:timers/promises';
import {
  AttachNetworkInterfaceCommand,
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
  type EC2Client,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';

/** What is moved, and where to. */
export interface Place {
  readonly networkInterface: string;
  readonly hosts: readonly string[];
  readonly deviceIndex: number;
}

/** How long a detachment is waited for. */
export interface Waiting {
  readonly looks: number;
  readonly milliseconds: number;
}

/** What was done, or why nothing was. */
export interface Outcome {
  readonly outcome: 'moved' | 'left alone';
  readonly holder: string;
  readonly why: string;
}

/** A minute; Lambda tries again after that, and the detachment goes on meanwhile. */
const usualWaiting: Waiting = { looks: 30, milliseconds: 2000 };

/**
 * Moves an interface with its addresses away from an instance that failed, to one that is well: detach, wait until it is free,
 * attach. Where it was moved already, or the instance is well after all, nothing is done, so an event that comes twice, late or
 * in the middle of another run has the effect of one; a run that was cut off is finished by the next.
 *
 * @throws when no other instance is well, or the interface does not come free in time
 * @claims network-eni-failover, compute-eni-failover
 */
export async function failOver(
  ec2: EC2Client,
  place: Place,
  failed: string,
  waiting: Waiting = usualWaiting,
): Promise<Outcome> {
  const { networkInterface, hosts } = place;
  if (!hosts.includes(failed)) throw new Error(`${failed} does not hold ${networkInterface}; ${hosts.join(', ')} may`);
  const { Attachment: attachment } = await look(ec2, networkInterface);
  const holder = attachment?.InstanceId;
  if (holder !== undefined && holder !== failed)
    return { outcome: 'left alone', holder, why: `it was not at ${failed} any more` };

  const ailment = await ailmentOf(ec2, failed);
  if (holder === failed && ailment === undefined)
    return { outcome: 'left alone', holder, why: `${failed} runs, and its checks pass` };

  const standby = await wellOne(
    ec2,
    hosts.filter((host) => host !== failed),
  );
  if (attachment && attachment.Status !== 'detaching') await detach(ec2, attachment.AttachmentId!);
  if (!(await arrives(ec2, place, standby, waiting))) await attach(ec2, place, standby);
  return { outcome: 'moved', holder: standby, why: `${failed} ${ailment ?? 'was left without it'}` };
}

async function look(ec2: EC2Client, networkInterface: string): Promise<NetworkInterface> {
  const { NetworkInterfaces: found = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterface] }),
  );
  if (found.length === 0) throw new Error(`there is no interface ${networkInterface}`);
  return found[0];
}

/** What is wrong with an instance; undefined if it runs and no check of AWS says otherwise. */
async function ailmentOf(ec2: EC2Client, host: string): Promise<string | undefined> {
  const status = await statusOf(ec2, host);
  if (status === undefined) return 'is gone';
  const state = status.InstanceState?.Name ?? 'unknown';
  if (state !== 'running') return `is ${state}`;
  const impaired = [status.InstanceStatus, status.SystemStatus].some((check) => check?.Status === 'impaired');
  return impaired ? 'fails its checks' : undefined;
}

async function statusOf(ec2: EC2Client, host: string) {
  try {
    const { InstanceStatuses: found = [] } = await ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [host], IncludeAllInstances: true }),
    );
    return found[0];
  } catch (error) {
    if (nameOf(error) === 'InvalidInstanceID.NotFound') return undefined;
    throw error;
  }
}

async function wellOne(ec2: EC2Client, hosts: readonly string[]): Promise<string> {
  const ailments: string[] = [];
  for (const host of hosts) {
    const ailment = await ailmentOf(ec2, host);
    if (ailment === undefined) return host;
    ailments.push(`${host} ${ailment}`);
  }
  throw new Error(`no instance can take the interface: ${ailments.join(', ')}`);
}

/** By force: an instance that failed does not help with it. */
async function detach(ec2: EC2Client, attachment: string): Promise<void> {
  try {
    await ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId: attachment, Force: true }));
  } catch (error) {
    // Somebody was faster, or the answer to an earlier attempt was lost.
    if (nameOf(error) !== 'InvalidAttachmentID.NotFound') throw error;
  }
}

/** Waits until the interface is free; true when another run attached it to the standby meanwhile. */
async function arrives(ec2: EC2Client, place: Place, standby: string, waiting: Waiting): Promise<boolean> {
  for (let n = 0; n < waiting.looks; n++) {
    if (n > 0) await setTimeout(waiting.milliseconds);
    const { Status, Attachment } = await look(ec2, place.networkInterface);
    if (Attachment?.InstanceId === standby) return true;
    if (Status === 'available') return false;
  }
  throw new Error(`${place.networkInterface} is not free after ${waiting.looks} looks; the next attempt goes on`);
}

async function attach(ec2: EC2Client, { networkInterface, deviceIndex }: Place, standby: string): Promise<void> {
  try {
    await ec2.send(
      new AttachNetworkInterfaceCommand({
        NetworkInterfaceId: networkInterface,
        InstanceId: standby,
        DeviceIndex: deviceIndex,
      }),
    );
  } catch (error) {
    // Refused because another run, or an attempt whose answer was lost, has done it.
    const { Attachment } = await look(ec2, networkInterface);
    if (Attachment?.InstanceId !== standby) throw error;
  }
}

const nameOf = (error: unknown): string | undefined => (error as { readonly name?: string }).name;
