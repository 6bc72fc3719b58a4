import { Logger } from '@aws-lambda-powertools/logger';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { condemn, type Verdict } from './condemn';
import { environment } from './environment';

const given = variables(environment);
const autoScaling = new AutoScalingClient(patience);
const settings = { group: given.group, maxConcurrent: Number(given.maxConcurrent) };
const logger = new Logger();

const instance = z.string().check(z.regex(/^i-[0-9a-f]+$/));
/** What an application tells of an instance. */
const told = z.object({ detail: z.object({ instance, reason: z.string().check(z.minLength(1)) }) });
/** What CloudWatch tells of an alarm about an instance. */
const alarmed = z.object({
  detail: z.object({
    alarmName: z.string(),
    state: z.object({ value: z.literal('ALARM') }),
    configuration: z.object({
      metrics: z.array(
        z.object({
          metricStat: z.optional(z.object({ metric: z.object({ dimensions: z.object({ InstanceId: instance }) }) })),
        }),
      ),
    }),
  }),
});

/** Tells a group of an instance that others found to be ill, so that the group replaces it. */
export async function handler(event: unknown, context: Context): Promise<Verdict> {
  logger.addContext(context);
  const report = reportOf(event);
  const verdict = await condemn(autoScaling, settings, report.instance);
  logger.info('health report', { ...report, ...verdict });
  return verdict;
}

function reportOf(event: unknown): { readonly instance: string; readonly reason: string } {
  const report = told.safeParse(event);
  if (report.success) return report.data.detail;
  const alarm = alarmed.safeParse(event);
  if (!alarm.success) throw new Error(`this tells of no instance that is ill: ${JSON.stringify(event)}`);
  const { alarmName, configuration } = alarm.data.detail;
  const found = configuration.metrics.flatMap(({ metricStat }) => metricStat?.metric.dimensions.InstanceId ?? []);
  if (found.length === 0) throw new Error(`the alarm ${alarmName} is about no instance`);
  return { instance: found[0], reason: `the alarm ${alarmName} went off` };
}
