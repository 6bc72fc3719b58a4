import {
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  StartInstanceRefreshCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling';
import { DescribeImagesCommand, DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

export interface Clients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

export interface Settings {
  readonly group: string;
  readonly parameter: string;
  readonly warmupSeconds: number;
}

/** What became of a new image. */
export interface Verdict {
  readonly outcome: 'rolls' | 'waits' | 'nothing to do';
  readonly image: string;
  readonly why: string;
}

/** The parameter names an image that cannot be launched, now or ever. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable';
}

/** Those of a refresh that is not over. */
const underWay = ['Pending', 'InProgress', 'Cancelling', 'Baking', 'RollbackInProgress'];

/**
 * Has a group replace its instances by such of the image its parameter names: only an image that is available, only where an instance
 * runs another one, and only one refresh at a time. What comes meanwhile is seen when that one ends, as this looks at what is, not at what
 * has happened.
 *
 * @throws NotAvailable when the image is none that can be launched
 * @claims compute-image-consume
 */
export async function rollIn(clients: Clients, settings: Settings): Promise<Verdict> {
  const { group, parameter, warmupSeconds } = settings;
  const image = await available(clients, parameter);
  if (await isRefreshed(clients.autoScaling, group))
    return { outcome: 'waits', image, why: 'another refresh is under way' };
  const others = await runningOthers(clients, group, image);
  if (others === 0) return { outcome: 'nothing to do', image, why: 'every instance runs it' };
  try {
    await clients.autoScaling.send(
      new StartInstanceRefreshCommand({
        AutoScalingGroupName: group,
        Strategy: 'Rolling',
        Preferences: {
          MinHealthyPercentage: 100,
          MaxHealthyPercentage: 110,
          InstanceWarmup: warmupSeconds,
          // It compares templates, and this one names the same parameter as before.
          SkipMatching: false,
        },
      }),
    );
  } catch (error) {
    if ((error as Error).name === 'InstanceRefreshInProgressFault')
      return { outcome: 'waits', image, why: 'another refresh is under way' };
    throw error;
  }
  return { outcome: 'rolls', image, why: `${others} ${others === 1 ? 'instance runs' : 'instances run'} another` };
}

async function available({ ssm, ec2 }: Clients, parameter: string): Promise<string> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
  const id = Parameter?.Value ?? '';
  if (!/^ami-[0-9a-f]{8,17}$/.test(id))
    throw new NotAvailable(`${parameter} holds "${id}"; put the id of an image there, such as ami-0123456789abcdef0`);
  // Asked by a filter: by its id, one that is gone would be an error without a name of its own.
  const { Images: [image] = [] } = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: 'image-id', Values: [id] }] }),
  );
  if (image?.State !== 'available')
    throw new NotAvailable(`${parameter} holds ${id}, which is ${image?.State ?? 'not there'}; nothing is replaced`);
  return id;
}

async function isRefreshed(autoScaling: AutoScalingClient, group: string): Promise<boolean> {
  const { InstanceRefreshes: all = [] } = await autoScaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: group }),
  );
  return all.some(({ Status: status }) => underWay.includes(status ?? ''));
}

/** How many instances of the group run another image. */
async function runningOthers({ autoScaling, ec2 }: Clients, group: string, image: string): Promise<number> {
  const { AutoScalingGroups: [found] = [] } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
  );
  const members = (found?.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  if (members.length === 0) return 0;
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: members }] }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ ImageId }) => ImageId !== image).length;
}
