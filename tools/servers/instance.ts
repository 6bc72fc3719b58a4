import {
  DescribeInstancesCommand,
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
  await waitUntilInstanceStopped({ client: ec2, maxWaitTime: patience }, { InstanceIds: [instance] });
}

/** Starts it, and waits until it runs. */
export async function start(ec2: EC2Client, instance: string): Promise<void> {
  await ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
  await waitUntilInstanceRunning({ client: ec2, maxWaitTime: patience }, { InstanceIds: [instance] });
}
