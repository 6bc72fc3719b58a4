import { setTimeout } from 'node:timers/promises';
import {
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling';
import { OutOfTime } from '../shared/deadline';
import type { InstanceScript } from '../shared/instance-command';
import type { RunClock } from '../shared/with-deadline';

/** An instance that waits at a hook. */
export interface Action {
  readonly group: string;
  readonly hook: string;
  readonly token: string;
  readonly instance: string;
  /** Whether it leaves the group; otherwise it joins. */
  readonly leaves: boolean;
  /** When it began to wait, in milliseconds of the epoch. */
  readonly since: number;
}

export interface Tools {
  readonly autoScaling: AutoScalingClient;
  readonly script: InstanceScript;
}

export interface Settings {
  readonly heartbeatSeconds: number;
  readonly reachSeconds: number;
  readonly lookSeconds: number;
}

/** What the instance did, and what its group was told. */
export interface Outcome {
  readonly work: 'done' | 'failed' | 'not reached';
  /** `too late` when nobody waited any more: the hook's time was over, or another run has answered. */
  readonly told: 'CONTINUE' | 'ABANDON' | 'too late';
  readonly why: string;
}

/** What is kept of the end of a run to extend the wait until the next one, in milliseconds. */
const forHandingOver = 15_000;

/**
 * Has an instance run its script and tells its group the result: what joins and failed is abandoned, so that another is launched;
 * what leaves goes in any case, since a drain that failed must not keep a broken instance. The wait is extended while the script
 * works.
 *
 * @throws OutOfTime when the run ends first; the next one finds the command by the token
 * @claims compute-asg-lifecycle-handler
 */
export async function answer(tools: Tools, action: Action, settings: Settings, clock: RunClock): Promise<Outcome> {
  const { work, why } = await worked(tools, action, settings, clock);
  const result = work === 'done' || action.leaves ? 'CONTINUE' : 'ABANDON';
  const told = (await extended(() => tools.autoScaling.send(completion(action, result)))) ? result : 'too late';
  return { work, told, why };
}

async function worked(
  { autoScaling, script }: Tools,
  action: Action,
  { heartbeatSeconds, reachSeconds, lookSeconds }: Settings,
  clock: RunClock,
): Promise<Pick<Outcome, 'work' | 'why'>> {
  const { instance, token, since } = action;
  const beat = () => extended(() => autoScaling.send(heartbeat(action)));
  let beaten = Date.now();
  let command: string | undefined;
  for (;;) {
    command ??= await script.run(instance, token);
    const { is, said } = command ? await script.progress(instance, command) : { is: 'unknown', said: 'no agent' };
    if (is === 'done' || is === 'failed') return { work: is, why: said };
    if (!command && Date.now() - since > 1000 * reachSeconds)
      return { work: 'not reached', why: `its agent did not report within ${reachSeconds} seconds` };

    const late = clock.getRemainingTimeInMillis() < forHandingOver + 1000 * lookSeconds;
    if (late || Date.now() - beaten > 500 * heartbeatSeconds) {
      if (!(await beat())) return { work: 'not reached', why: 'nobody waits for it any more' };
      beaten = Date.now();
    }
    if (late) throw new OutOfTime();
    await setTimeout(1000 * lookSeconds);
  }
}

const place = ({ group, hook, token, instance }: Action) => ({
  AutoScalingGroupName: group,
  LifecycleHookName: hook,
  LifecycleActionToken: token,
  InstanceId: instance,
});
const heartbeat = (action: Action) => new RecordLifecycleActionHeartbeatCommand(place(action));
const completion = (action: Action, result: 'CONTINUE' | 'ABANDON') =>
  new CompleteLifecycleActionCommand({ ...place(action), LifecycleActionResult: result });

/** Asks the group; false when no such action waits any more, which is how Auto Scaling answers a token that has expired or was used. */
async function extended(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ValidationError' && /No active Lifecycle Action/i.test(message)) return false;
    throw error;
  }
}
