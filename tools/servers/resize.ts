import {
  DescribeInstanceTypesCommand,
  type EC2Client,
  type Instance,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { parseInstanceType } from '../../lib/constructs/compute/instance-type-name';
import { idOf, unchanged, wordsOf, type Outcome, type ServerCommand } from './command';
import { become, groupOf, look, runAgain, start, stop } from './instance';

/** What was done, in order, or would be. */
export interface Resizing {
  readonly instance: string;
  readonly from: string;
  readonly to: string;
  readonly result: 'nothing to do' | 'planned' | 'done' | 'taken back' | 'does not run';
  readonly steps: readonly string[];
  /** Why it was taken back. */
  readonly because?: string;
  /** Why it could not be taken back, and how it is done by hand. */
  readonly remedy?: string;
}

/**
 * Vertical scaling: the same instance, with its id, volumes and private address, as another type, after minutes of standing still.
 *
 * @claims compute-resize
 */
export const resize: ServerCommand = {
  words: '<instance> <type>',
  purpose:
    'give an instance another type: stop it, change it, start it as it was before; back to the old type where that fails',
  understand: (order) => {
    const [instance, type] = wordsOf(order, 'instance', 'type');
    idOf('i', instance);
    parseInstanceType(type);
    return async ({ ec2 }) => told(await resized(ec2(), instance, type, order.apply));
  },
};

async function resized(ec2: EC2Client, instance: string, to: string, apply: boolean): Promise<Resizing> {
  const found = await look(ec2, instance);
  const from = found.InstanceType!;
  if (from === to) return { instance, from, to, result: 'nothing to do', steps: [] };
  const runs = await refused(ec2, found, to);
  const steps = [...(runs ? ['stop'] : []), `make it a ${to}`, ...(runs ? ['start'] : [])];
  if (!apply) return { instance, from, to, result: 'planned', steps };

  if (!runs) {
    await become(ec2, instance, to);
    return { instance, from, to, result: 'done', steps };
  }
  try {
    await stop(ec2, instance);
    await become(ec2, instance, to);
    await start(ec2, instance);
    return { instance, from, to, result: 'done', steps };
  } catch (error) {
    // There may be no room for the new type, or no right to it; there was for the old one a moment ago.
    const because = (error as Error).message;
    const remedy = await runAgain(ec2, instance, from);
    return remedy === undefined
      ? { instance, from, to, result: 'taken back', steps, because }
      : { instance, from, to, result: 'does not run', steps, because, remedy };
  }
}

/** @returns whether it runs @throws where it cannot become the other type, or would lose something by it */
async function refused(ec2: EC2Client, instance: Instance, to: string): Promise<boolean> {
  const { InstanceId: id, InstanceType: from, State: state } = instance;
  const { InstanceTypes: known = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [from!, ...([to] as NonNullable<typeof from>[])] }),
  );
  const typed = (name: string | undefined): InstanceTypeInfo | undefined =>
    known.find(({ InstanceType }) => InstanceType === name);
  const processors = (name: string | undefined): readonly string[] =>
    typed(name)?.ProcessorInfo?.SupportedArchitectures ?? [];
  const group = groupOf(instance);
  const architecture = instance.Architecture ?? processors(from)[0];
  const faults = [
    !typed(to) && `${to} is not offered in this Region; take another type`,
    state?.Name !== 'running' &&
      state?.Name !== 'stopped' &&
      `${id} is ${state?.Name}; wait until it is running or stopped`,
    group !== undefined &&
      `${id} belongs to the Auto Scaling group ${group}, which would replace it as soon as it stops; change its launch template`,
    typed(to) &&
      !processors(to).includes(architecture) &&
      `${to} has a processor of ${processors(to).join(' or ')}, but ${id} boots for ${architecture}; take a type for ${architecture}, or make a new instance`,
    typed(from)?.InstanceStorageSupported &&
      `${from} has local disks, which lose what they hold when ${id} stops; copy it away and make a new instance`,
    instance.RootDeviceType === 'instance-store' &&
      `${id} boots from a local disk and cannot be stopped; make a new instance`,
    instance.InstanceLifecycle === 'spot' && `${id} is a spot instance, whose type stays; ask for another one`,
  ].filter((fault): fault is string => Boolean(fault));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return state?.Name === 'running';
}

function told(resizing: Resizing): Outcome {
  const { instance, from, to, result, steps, because, remedy } = resizing;
  const list = steps.map((step, at) => `  ${at + 1}. ${step}`).join('\n');
  const words = {
    'nothing to do': `${instance} is a ${to} already.`,
    planned: `${instance}, a ${from}:\n${list}\nIts id, volumes and private address stay; a public address that is not an Elastic IP changes.\n${unchanged}`,
    done: `${instance} is a ${to} now, and was a ${from}. Say so in its template, or the next deployment changes it back.`,
    'taken back': `${instance} does not run as a ${to}: ${because}\nIt runs as a ${from} again.`,
    'does not run': `${instance} does not run as a ${to}: ${because}\n${remedy}`,
  }[result];
  return { words, facts: resizing, failed: because !== undefined };
}
