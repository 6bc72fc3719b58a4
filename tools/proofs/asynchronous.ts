import type { Template } from '../template/stack';
import { list, mentions, ofType, referred, type Proof, type Violation } from './proof';

/** An edge on which work travels without anybody waiting for it, and where it goes when it cannot be delivered. */
interface Edge {
  readonly logicalId: string;
  readonly what: string;
  /** Logical id of the queue, topic or bucket that keeps what failed; undefined when there is none. */
  readonly kept: string | undefined;
}

/**
 * Nothing that nobody waits for is lost without a trace.
 *
 * @claims messaging-dead-letter-everywhere
 */
export const deadLetters: Proof = {
  name: 'dead letters',
  promise: 'Every asynchronous edge has a place for what cannot be delivered, and an alarm on every such queue.',
  violations: (template) => {
    const edges = edgesOf(template);
    const lost = edges
      .filter(({ kept }) => kept === undefined)
      .map(({ logicalId, what }) => ({ logicalId, fault: `${what} and has no dead-letter queue` }));
    return [...lost, ...unwatched(template, edges)];
  },
};

/** Every asynchronous edge of a template. */
export function edgesOf(template: Template): Edge[] {
  return [
    ...subscriptions(template),
    ...mappings(template),
    ...rules(template),
    ...schedules(template),
    ...pipes(template),
    ...asynchronousFunctions(template),
  ];
}

/** A subscription to a service keeps what fails in its redrive queue; people's addresses cannot. */
function subscriptions(template: Template): Edge[] {
  return ofType(template, 'AWS::SNS::Subscription')
    .filter(
      ([, { Properties }]) => !['email', 'email-json', 'sms', 'application'].includes(Properties.Protocol as string),
    )
    .map(([logicalId, { Properties }]) => ({
      logicalId,
      what: `delivers to ${String(Properties.Protocol)}`,
      kept: referred((Properties.RedrivePolicy as { deadLetterTargetArn?: unknown } | undefined)?.deadLetterTargetArn),
    }));
}

/** A mapping from a queue relies on the queue's redrive policy, one from a stream on its own failure destination. */
function mappings(template: Template): Edge[] {
  return ofType(template, 'AWS::Lambda::EventSourceMapping').map(([logicalId, { Properties }]) => {
    const redrive = redriveOf(template, referred(Properties.EventSourceArn));
    const failure = (Properties.DestinationConfig as { OnFailure?: { Destination: unknown } } | undefined)?.OnFailure
      ?.Destination;
    return { logicalId, what: 'reads a source', kept: referred(redrive ?? failure) };
  });
}

function rules(template: Template): Edge[] {
  return ofType(template, 'AWS::Events::Rule').flatMap(([logicalId, { Properties }]) =>
    list(Properties.Targets as { Id: string; DeadLetterConfig?: { Arn: unknown } }[]).map(
      ({ Id, DeadLetterConfig }) => ({
        logicalId,
        what: `delivers to ${Id}`,
        kept: referred(DeadLetterConfig?.Arn),
      }),
    ),
  );
}

function schedules(template: Template): Edge[] {
  return ofType(template, 'AWS::Scheduler::Schedule').map(([logicalId, { Properties }]) => ({
    logicalId,
    what: 'calls its target',
    kept: referred((Properties.Target as { DeadLetterConfig?: { Arn: unknown } }).DeadLetterConfig?.Arn),
  }));
}

/** A pipe from a queue relies on the queue's redrive policy, one from a stream on its own dead-letter queue. */
function pipes(template: Template): Edge[] {
  return ofType(template, 'AWS::Pipes::Pipe').map(([logicalId, { Properties }]) => {
    const parameters = Object.values((Properties.SourceParameters ?? {}) as Record<string, unknown>);
    const own = parameters.map((one) => (one as { DeadLetterConfig?: { Arn: unknown } }).DeadLetterConfig?.Arn);
    const kept = redriveOf(template, referred(Properties.Source)) ?? own.find((arn) => arn !== undefined);
    return { logicalId, what: 'reads a source', kept: referred(kept) };
  });
}

/** Where a queue puts what was received too often. */
function redriveOf(template: Template, logicalId: string | undefined): unknown {
  const queue = logicalId === undefined ? undefined : template.Resources[logicalId];
  if (queue?.Type !== 'AWS::SQS::Queue') return undefined;
  return (queue.Properties?.RedrivePolicy as { deadLetterTargetArn: unknown } | undefined)?.deadLetterTargetArn;
}

/** Services that invoke a function and do not wait for its answer. */
const impatient = ['s3', 'sns', 'iot', 'events', 'logs', 'ses', 'config', 'codecommit'].map(
  (service) => `${service}.amazonaws.com`,
);

/** Functions whose invocations nobody waits for: those with asynchronous settings, and those impatient services or schedules call. */
function asynchronousFunctions(template: Template): Edge[] {
  const configured = ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([logicalId, { Properties }]) => ({
    logicalId,
    what: 'invokes asynchronously',
    kept:
      referred(
        (Properties.DestinationConfig as { OnFailure?: { Destination: unknown } } | undefined)?.OnFailure?.Destination,
      ) ?? deadLetterQueueOf(template, referred(Properties.FunctionName)),
    called: referred(Properties.FunctionName),
  }));
  const permitted = ofType(template, 'AWS::Lambda::Permission')
    .filter(([, { Properties }]) => impatient.includes(Properties.Principal as string))
    .map(([logicalId, { Properties }]) => ({
      logicalId,
      called: functionBehind(template, referred(Properties.FunctionName)),
      by: String(Properties.Principal),
    }));
  const scheduled = ofType(template, 'AWS::Scheduler::Schedule')
    .map(([logicalId, { Properties }]) => ({
      logicalId,
      called: functionBehind(template, referred((Properties.Target as { Arn?: unknown }).Arn)),
      by: 'scheduler.amazonaws.com',
    }))
    .filter(({ called }) => called !== undefined && template.Resources[called]?.Type === 'AWS::Lambda::Function');
  const callers = [...permitted, ...scheduled].filter(({ called }) => !configured.some((one) => one.called === called));
  return [
    ...configured,
    ...callers.map(({ logicalId, called, by }) => ({
      logicalId,
      what: `lets ${by} invoke asynchronously`,
      kept: deadLetterQueueOf(template, called),
    })),
  ];
}

/** A permission may name an alias; the settings stand with the function. */
function functionBehind(template: Template, logicalId: string | undefined): string | undefined {
  const resource = logicalId === undefined ? undefined : template.Resources[logicalId];
  return resource?.Type === 'AWS::Lambda::Alias' ? referred(resource.Properties?.FunctionName) : logicalId;
}

const deadLetterQueueOf = (template: Template, logicalId: string | undefined): string | undefined =>
  logicalId === undefined
    ? undefined
    : referred(
        (template.Resources[logicalId]?.Properties?.DeadLetterConfig as { TargetArn: unknown } | undefined)?.TargetArn,
      );

/** Queues that keep failures and that no alarm on visible messages watches. */
function unwatched(template: Template, edges: readonly Edge[]): Violation[] {
  const redriven = ofType(template, 'AWS::SQS::Queue').map(([, { Properties }]) =>
    referred((Properties.RedrivePolicy as { deadLetterTargetArn?: unknown })?.deadLetterTargetArn),
  );
  const keepers = new Set([...edges.map(({ kept }) => kept), ...redriven]);
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  return [...keepers]
    .filter((id): id is string => id !== undefined && template.Resources[id]?.Type === 'AWS::SQS::Queue')
    .filter(
      (id) => !alarms.some((alarm) => mentions(alarm, 'ApproximateNumberOfMessagesVisible') && mentions(alarm, id)),
    )
    .map((logicalId) => ({ logicalId, fault: 'keeps failures, but no alarm watches it' }));
}
