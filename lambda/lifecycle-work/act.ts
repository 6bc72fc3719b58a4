import { Logger } from '@aws-lambda-powertools/logger';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { InstanceScript } from '../shared/instance-command';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { answer, type Action, type Outcome } from './action';
import { environment } from './environment';

const given = variables(environment);
const tools = {
  autoScaling: new AutoScalingClient(patience),
  script: new InstanceScript(new SSMClient(patience), given.document),
};
const settings = {
  heartbeatSeconds: Number(given.heartbeatSeconds),
  reachSeconds: Number(given.reachSeconds),
  lookSeconds: 5,
};
const logger = new Logger();

const notice = z.object({
  time: z.iso.datetime(),
  detail: z.object({
    LifecycleActionToken: z.string(),
    AutoScalingGroupName: z.string(),
    LifecycleHookName: z.string(),
    EC2InstanceId: z.string(),
    LifecycleTransition: z.enum(['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING']),
  }),
});

/**
 * Answers a hook that an instance waits at: has the instance run its script, and lets it go on. Where one run is too short for
 * that, it fails in time, and the next run goes on with the same command.
 */
export async function handler(event: unknown, context: Context): Promise<Outcome> {
  logger.addContext(context);
  const parsed = notice.safeParse(event);
  if (!parsed.success) throw new Error(`this is no notice of a lifecycle hook: ${JSON.stringify(event)}`);
  const { time, detail } = parsed.data;
  const action: Action = {
    group: detail.AutoScalingGroupName,
    hook: detail.LifecycleHookName,
    token: detail.LifecycleActionToken,
    instance: detail.EC2InstanceId,
    leaves: detail.LifecycleTransition === 'autoscaling:EC2_INSTANCE_TERMINATING',
    since: Date.parse(time),
  };
  const outcome = await answer(tools, action, settings, context);
  logger.info('lifecycle action', { ...action, ...outcome });
  return outcome;
}
