import {
  paginateDescribeInstances,
  StartInstancesCommand,
  StopInstancesCommand,
  type EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';

/** What is done to instances. */
export type Deed = 'start' | 'stop';

/** What was done, and what was left alone and why. */
export interface Turned {
  readonly does: Deed;
  readonly instances: readonly string[];
  readonly left: readonly { readonly instance: string; readonly why: string }[];
}

/** Only these can be started or stopped; the others are on their way, or gone. */
const before = { start: 'stopped', stop: 'running' } as const;
/** In one call, which EC2 does for all of them or for none. */
const together = 50;

/**
 * Starts the stopped or stops the running instances that bear a tag. Members of Auto Scaling groups are left alone, since their group would
 * replace them, and spot instances, which stop for other reasons. Who is where it should be already is not asked for, so a run that comes
 * twice, or after one that was cut off, does what is left.
 *
 * @throws naming the instances that would not, after all others were turned
 * @claims compute-start-stop-schedule
 */
export async function turn(
  ec2: EC2Client,
  tag: { readonly key: string; readonly value: string },
  does: Deed,
): Promise<Turned> {
  const instances: string[] = [];
  const left: Turned['left'][number][] = [];
  const pages = paginateDescribeInstances(
    { client: ec2 },
    {
      MaxResults: 100,
      Filters: [
        { Name: `tag:${tag.key}`, Values: [tag.value] },
        { Name: 'instance-state-name', Values: [before[does]] },
      ],
    },
  );
  for await (const { Reservations = [] } of pages) {
    for (const found of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const why = reasonToLeave(found);
      if (why === undefined) instances.push(found.InstanceId!);
      else left.push({ instance: found.InstanceId!, why });
    }
  }

  const failed: string[] = [];
  for (let at = 0; at < instances.length; at += together)
    failed.push(...(await turnAll(ec2, does, instances.slice(at, at + together))));
  if (failed.length > 0) throw new Error(`cannot ${does} ${failed.join('; ')}`);
  return { does, instances, left };
}

function reasonToLeave({ Tags: tags = [], InstanceLifecycle: lifecycle }: Instance): string | undefined {
  const group = tags.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
  if (group !== undefined) return `the Auto Scaling group ${group} would replace it`;
  return lifecycle === 'spot' ? 'it is a spot instance' : undefined;
}

/** @returns what failed, and why: one that will not must not hold back the rest */
async function turnAll(ec2: EC2Client, does: Deed, ids: readonly string[]): Promise<string[]> {
  try {
    await order(ec2, does, ids);
    return [];
  } catch (error) {
    if (ids.length === 1) return [`${ids[0]}: ${(error as Error).message}`];
  }
  const failed: string[] = [];
  for (const id of ids) failed.push(...(await turnAll(ec2, does, [id])));
  return failed;
}

async function order(ec2: EC2Client, does: Deed, ids: readonly string[]): Promise<void> {
  const asked = { InstanceIds: [...ids] };
  if (does === 'start') await ec2.send(new StartInstancesCommand(asked));
  else await ec2.send(new StopInstancesCommand(asked));
}
