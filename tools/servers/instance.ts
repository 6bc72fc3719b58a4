import {
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
  type EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';

/** How long a stop or a start is waited for, in seconds. */
const patience = 600;

/** @throws where there is no such instance */
export async function look(ec2: EC2Client, instance: string): Promise<Instance> {
  const { Reservations: found = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
  const [one] = found.flatMap(({ Instances = [] }) => Instances);
  if (!one) throw new Error(`there is no instance ${instance} in this Region; name another, or give --region`);
  return one;
}

/** The Auto Scaling group it belongs to. */
export const groupOf = ({ Tags: tags = [] }: Instance): string | undefined =>
  tags.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;

/** Stops it, and waits until it stands still. */
export async function stop(ec2: EC2Client, instance: string): Promise<void> {
  await ec2.send(new StopInstancesCommand({ InstanceIds: [instance] }));
  await waited(
    waitUntilInstanceStopped({ client: ec2, maxWaitTime: patience }, { InstanceIds: [instance] }),
    `${instance} has not stopped after ${patience / 60} minutes`,
  );
}

/** Starts it, and waits until it runs. */
export async function start(ec2: EC2Client, instance: string): Promise<void> {
  await ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
  await waited(
    waitUntilInstanceRunning({ client: ec2, maxWaitTime: patience }, { InstanceIds: [instance] }),
    `${instance} does not run ${patience / 60} minutes after its start`,
  );
}

/** Makes one that stands still another type. */
export async function become(ec2: EC2Client, instance: string, type: string): Promise<void> {
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instance, InstanceType: { Value: type } }));
}

/**
 * Lets it run as it did before, wherever it was left: one that is still stopping gets the time of a stop once more.
 *
 * @param type which it has to be again, where it may have become another
 * @returns nothing where it runs, or why it does not and how it is started by hand
 */
export async function runAgain(ec2: EC2Client, instance: string, type?: string): Promise<string | undefined> {
  try {
    const { State: state, InstanceType: now } = await look(ec2, instance);
    const other = type !== undefined && now !== type;
    if (state?.Name === 'running' && !other) return undefined;
    if (state?.Name !== 'stopped') await stop(ec2, instance);
    if (other) await become(ec2, instance, type);
    await start(ec2, instance);
    return undefined;
  } catch (error) {
    const where = `--region ${await ec2.config.region()}`;
    return [
      `It could not be started again: ${(error as Error).message}`,
      'Start it by hand:',
      `  aws ec2 wait instance-stopped --instance-ids ${instance} ${where}`,
      ...(type === undefined
        ? []
        : [`  aws ec2 modify-instance-attribute --instance-id ${instance} --instance-type Value=${type} ${where}`]),
      `  aws ec2 start-instances --instance-ids ${instance} ${where}`,
    ].join('\n');
  }
}

/** A waiter that gives up answers with all it has seen, which nobody can read. */
async function waited(waiter: Promise<unknown>, tooLate: string): Promise<void> {
  try {
    await waiter;
  } catch (error) {
    throw (error as Error).name === 'TimeoutError' ? new Error(tooLate) : error;
  }
}
