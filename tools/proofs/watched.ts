import type { Properties, Template } from '../template/stack';
import type { Edge } from './asynchronous';
import { mentions, ofType, referred, type Violation } from './proof';

/** What Lambda counts when a function failed, when what failed was handed on, or when even that went wrong. */
const failureMetrics = [
  'Errors',
  'AsyncEventsDropped',
  'DeadLetterErrors',
  'DestinationDeliveryFailures',
  'DroppedEventCount',
  'FailedInvokeEventCount',
  'OnFailureDestinationDeliveredEventCount',
];

/**
 * Places that take what failed, of which nobody hears. A queue can be watched itself. A topic tells whoever subscribed, a rule stands
 * behind a bus, and a function works on what it is given; a bucket is silent, and so is any other of them without those: there the
 * function whose work failed must be watched.
 */
export function unwatched(template: Template, edges: readonly Edge[]): Violation[] {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const watches = (id: string, ...metrics: readonly string[]): boolean =>
    alarms.some((alarm) => mentions(alarm, id) && metrics.some((metric) => mentions(alarm, metric)));
  const isWatchedWork = ({ worker }: Edge): boolean => worker !== undefined && watches(worker, ...failureMetrics);

  const queues = keepersOf(template, edges)
    .filter((id) => !watches(id, 'ApproximateNumberOfMessagesVisible'))
    .map((logicalId) => ({ logicalId, fault: 'keeps failures, but no alarm watches it' }));
  const others = edges
    .filter((edge) => edge.kept !== undefined && !isWatchedWork(edge))
    .flatMap(({ kept, worker }) => {
      const fault = faultOf(template, kept!, worker, watches);
      return fault === undefined ? [] : [{ logicalId: kept!, fault }];
    });
  return [...queues, ...others];
}

/** Queues that keep failures: those of edges, and those that other queues redrive to. */
function keepersOf(template: Template, edges: readonly Edge[]): string[] {
  const redriven = ofType(template, 'AWS::SQS::Queue').map(([, { Properties }]) =>
    referred((Properties.RedrivePolicy as { deadLetterTargetArn?: unknown } | undefined)?.deadLetterTargetArn),
  );
  return [...new Set([...edges.map(({ kept }) => kept), ...redriven])].filter(
    (id): id is string => id !== undefined && template.Resources[id]?.Type === 'AWS::SQS::Queue',
  );
}

function faultOf(
  template: Template,
  place: string,
  worker: string | undefined,
  watches: (id: string, ...metrics: readonly string[]) => boolean,
): string | undefined {
  const type = template.Resources[place]?.Type;
  const whose = worker === undefined ? '' : ` of ${worker}`;
  if (type === 'AWS::SNS::Topic') {
    const isHeard = has(template, 'AWS::SNS::Subscription', ({ TopicArn }) => referred(TopicArn) === place);
    if (isHeard || watches(place, 'NumberOfMessagesPublished')) return undefined;
    return `takes failures${whose}, but nobody subscribes to it and no alarm watches it`;
  }
  if (type === 'AWS::Events::EventBus') {
    if (has(template, 'AWS::Events::Rule', ({ EventBusName }) => referred(EventBusName) === place)) return undefined;
    return `takes failures${whose}, but no rule reads them and no alarm watches ${worker ?? 'who sends them'}`;
  }
  if (type === 'AWS::S3::Bucket')
    return `takes failures${whose}, which tells nobody: no alarm watches ${worker ?? 'who sends them'}`;
  return undefined;
}

const has = (template: Template, type: string, holds: (properties: Properties) => boolean): boolean =>
  ofType(template, type).some(([, { Properties }]) => holds(Properties));
