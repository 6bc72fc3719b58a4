import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  waitUntilImageAvailable,
  type EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { idOf, unchanged, wordsOf, type Outcome, type ServerCommand } from './command';
import { groupOf, look, runAgain, stop } from './instance';

/** How long an image is waited for, in seconds: the first snapshot of a large volume takes its time. */
const patience = 7_200;

/** What was done, in order, or would be. */
export interface Capture {
  readonly instance: string;
  readonly name: string;
  readonly result: 'planned' | 'done' | 'failed';
  readonly steps: readonly string[];
  readonly image?: string;
  /** Whether its file systems are as they were at one moment, with nothing left in memory. */
  readonly whole: boolean;
  /** Why there is no image. */
  readonly because?: string;
  /** Why the instance does not run again, and how it is started by hand. */
  readonly remedy?: string;
}

/**
 * An image of an instance that somebody set up by hand: stopped, so that its file systems are whole, captured, and started again, whatever became
 * of the image.
 *
 * @claims compute-image-from-instance
 */
export const imageCapture: ServerCommand = {
  words: '<instance> <name>',
  purpose: 'make an image of an instance: stop it, take the snapshots, wait for the image, start it as it was before',
  options: { running: { type: 'boolean' } },
  understand: (order) => {
    const [instance, name] = wordsOf(order, 'instance', 'name');
    idOf('i', instance);
    if (!/^[A-Za-z0-9()[\] ./'@_-]{3,128}$/.test(name))
      throw new Error(`"${name}" is no name of an image; write 3 to 128 letters, digits, spaces or ()[]./-'@_`);
    const running = order.options.running === true;
    return async ({ ec2 }) => told(await captured(ec2(), instance, name, { running, apply: order.apply }));
  },
};

async function captured(
  ec2: EC2Client,
  instance: string,
  name: string,
  { running, apply }: { readonly running: boolean; readonly apply: boolean },
): Promise<Capture> {
  const found = await look(ec2, instance);
  await refused(ec2, found, name, running);
  const runs = found.State?.Name === 'running';
  const stops = runs && !running;
  const whole = !runs || stops;
  const steps = [...(stops ? ['stop'] : []), `make the image ${name}`, ...(stops ? ['start'] : [])];
  const capture = { instance, name, steps, whole };
  if (!apply) return { ...capture, result: 'planned' };

  const outcome = await attempt(ec2, instance, name, stops);
  const remedy = stops ? await runAgain(ec2, instance) : undefined;
  return { ...capture, ...outcome, ...(remedy !== undefined && { remedy }) };
}

/** What became of the image; whatever it was, a stopped instance has to be started afterwards. */
async function attempt(
  ec2: EC2Client,
  instance: string,
  name: string,
  stops: boolean,
): Promise<Pick<Capture, 'result' | 'image' | 'because'>> {
  try {
    if (stops) await stop(ec2, instance);
    return { result: 'done', image: await made(ec2, instance, name) };
  } catch (error) {
    return { result: 'failed', because: (error as Error).message };
  }
}

/** @throws where an image would not be whole, or something would be lost by it */
async function refused(ec2: EC2Client, instance: Instance, name: string, running: boolean): Promise<void> {
  const { InstanceId: id, InstanceType: type, State: state } = instance;
  const group = groupOf(instance);
  const stops = state?.Name === 'running' && !running;
  const faults = [
    state?.Name !== 'running' &&
      state?.Name !== 'stopped' &&
      `${id} is ${state?.Name}; wait until it is running or stopped`,
    group !== undefined &&
      `${id} belongs to the Auto Scaling group ${group}, which would replace it as soon as it stops; bake its image by a pipeline (GoldenImage), or detach it first`,
    instance.RootDeviceType === 'instance-store' &&
      `${id} boots from a local disk, which has no snapshots; make a new instance that boots from EBS`,
    instance.InstanceLifecycle === 'spot' &&
      stops &&
      `${id} is a spot instance, which may not come back after a stop; add --running`,
    stops &&
      (await hasLocalDisks(ec2, type!)) &&
      `${type} has local disks, which lose what they hold when ${id} stops and are in no image; add --running`,
    (await isTaken(ec2, name)) &&
      `there is an image called ${name} already; images are never changed, so take another name`,
  ].filter((fault): fault is string => Boolean(fault));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function hasLocalDisks(ec2: EC2Client, type: NonNullable<Instance['InstanceType']>): Promise<boolean> {
  const { InstanceTypes: [known] = [] } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type] }));
  return known?.InstanceStorageSupported === true;
}

async function isTaken(ec2: EC2Client, name: string): Promise<boolean> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: 'name', Values: [name] }] }),
  );
  return Images.length > 0;
}

/** @returns the id of the image, when it can be used */
async function made(ec2: EC2Client, instance: string, name: string): Promise<string> {
  const Tags = [
    { Key: 'Name', Value: name },
    { Key: 'captured-from', Value: instance },
  ];
  const { ImageId: image } = await ec2.send(
    new CreateImageCommand({
      InstanceId: instance,
      Name: name,
      // Without this EC2 restarts a running instance by itself, which nobody asked for here.
      NoReboot: true,
      TagSpecifications: [
        { ResourceType: 'image', Tags },
        { ResourceType: 'snapshot', Tags },
      ],
    }),
  );
  await waitUntilImageAvailable({ client: ec2, maxWaitTime: patience }, { ImageIds: [image!] });
  return image!;
}

function told(capture: Capture): Outcome {
  const { instance, name, result, steps, image, whole, because, remedy } = capture;
  const torn = whole
    ? ''
    : '\nIt runs meanwhile: its volumes are each as after a pulled plug, and what was in memory is in no image. Leave --running out where that matters.';
  const list = steps.map((step, at) => `  ${at + 1}. ${step}`).join('\n');
  const words = {
    planned: `${instance}:\n${list}${torn}\n${unchanged}`,
    done: `${image} is the image ${name} of ${instance}.${torn}${remedy === undefined ? '' : `\n${remedy}`}`,
    failed: `There is no image of ${instance}: ${because}\n${remedy ?? (whole ? 'It is as it was before.' : 'It runs on.')}`,
  }[result];
  return { words, facts: capture, failed: result === 'failed' || remedy !== undefined };
}
