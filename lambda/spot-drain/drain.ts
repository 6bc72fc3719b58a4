import { Logger } from '@aws-lambda-powertools/logger';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { InstanceScript } from '../shared/instance-command';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { hurry, leave, type Outcome } from './leave';

const given = variables(environment);
const tools = {
  group: given.group,
  autoScaling: new AutoScalingClient(hurry),
  balancers: new ElasticLoadBalancingV2Client(hurry),
  ...(given.document !== '-' && { script: new InstanceScript(new SSMClient(hurry), given.document) }),
};
const logger = new Logger();

const notice = z.object({
  id: z.string(),
  'detail-type': z.enum(['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation']),
  detail: z.object({ 'instance-id': z.string().check(z.regex(/^i-[0-9a-f]+$/)) }),
});

/** Takes an instance out of service whose capacity EC2 wants back, in the two minutes there are. */
export async function handler(event: unknown, context: Context): Promise<Outcome> {
  logger.addContext(context);
  const parsed = notice.safeParse(event);
  if (!parsed.success) throw new Error(`this is no notice about spot capacity: ${JSON.stringify(event)}`);
  const { id, 'detail-type': kind, detail } = parsed.data;
  const instance = detail['instance-id'];
  const goes = kind === 'EC2 Spot Instance Interruption Warning';
  const outcome = await leave(tools, { id, instance, goes });
  logger.info('spot notice', { instance, kind, ...outcome });
  return outcome;
}
