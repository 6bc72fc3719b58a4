import {
  CancelSpotInstanceRequestsCommand,
  DescribeSpotInstanceRequestsCommand,
  TerminateInstancesCommand,
  type EC2Client,
  type SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import { idOf, unchanged, wordsOf, type Outcome, type ServerCommand } from './command';

/** States in which a request can still bring instances. */
const alive = ['open', 'active', 'disabled'];

/**
 * Ends a persistent spot request: cancels it first and terminates its instance then. The other way round the request would start
 * another instance; cancelled alone, its instance runs on and is paid for. Asked again, it goes on where it stopped.
 *
 * @claims compute-spot-request-cancel
 */
export const spotCancel: ServerCommand = {
  words: '<request> [--keep]',
  purpose: 'end a spot request, and its instance unless --keep is given',
  options: { keep: { type: 'boolean' } },
  understand: (order) => {
    const request = idOf('sir', wordsOf(order, 'request')[0]);
    const keep = order.options.keep === true;
    return async ({ ec2 }) => ended(ec2(), request, keep, order.apply);
  },
};

async function ended(ec2: EC2Client, id: string, keep: boolean, apply: boolean): Promise<Outcome> {
  const request = await look(ec2, id);
  const { State: state = 'unknown', InstanceId: instance } = request;
  const cancels = alive.includes(state);
  const terminates = instance !== undefined && !keep;
  const steps = [...(cancels ? [`cancel ${id}`] : []), ...(terminates ? [`terminate ${instance}`] : [])];
  const facts = {
    request: id,
    state,
    ...(instance !== undefined && { instance }),
    steps,
    applied: apply && steps.length > 0,
  };
  if (steps.length === 0) return { words: `${id} is ${state}, and there is nothing left to do.`, facts };
  const list = steps.map((step, at) => `  ${at + 1}. ${step}`).join('\n');
  if (!apply) return { words: `${id} is ${state}:\n${list}\n${unchanged}`, facts };

  if (cancels) await ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }));
  if (terminates) await terminate(ec2, instance);
  return { words: `${id} was ${state}:\n${list}\nDone.`, facts };
}

async function look(ec2: EC2Client, id: string): Promise<SpotInstanceRequest> {
  const { SpotInstanceRequests: [found] = [] } = await ec2.send(
    new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }),
  );
  if (!found) throw new Error(`there is no spot request ${id} in this Region; name another, or give --region`);
  return found;
}

async function terminate(ec2: EC2Client, instance: string): Promise<void> {
  try {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
  } catch (error) {
    // Gone, which is what was wanted.
    if ((error as Error).name !== 'InvalidInstanceID.NotFound') throw error;
  }
}
