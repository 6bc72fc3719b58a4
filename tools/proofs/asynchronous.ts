import type { Properties, Template } from '../template/stack';
import { list, ofType, referred, type Proof } from './proof';
import { unwatched } from './watched';

/** An edge on which work travels without anybody waiting for it, and where it goes when it cannot be delivered. */
export interface Edge {
  readonly logicalId: string;
  readonly what: string;
  /** Logical id of the queue, topic, bus, function or bucket that takes what failed; undefined when there is none. */
  readonly kept: string | undefined;
  /** Logical id of the function that could not do the work. @default - whatever failed is no function */
  readonly worker?: string;
}

/**
 * Nothing that nobody waits for is lost without a trace.
 *
 * @claims messaging-dead-letter-everywhere
 */
export const deadLetters: Proof = {
  name: 'dead letters',
  promise:
    'Every asynchronous edge has a place for what cannot be delivered, and somebody is told when something is there.',
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
    ...deviceRules(template),
    ...notifications(template),
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
    const kept = referred(redrive ?? destinationsOf(Properties).OnFailure?.Destination);
    return {
      logicalId,
      what: 'reads a source',
      kept,
      worker: functionBehind(template, referred(Properties.FunctionName)),
    };
  });
}

interface Destinations {
  readonly OnFailure?: { readonly Destination: unknown };
  readonly OnSuccess?: { readonly Destination: unknown };
}

const destinationsOf = ({ DestinationConfig }: Properties): Destinations =>
  (DestinationConfig as Destinations | undefined) ?? {};

/**
 * A bucket keeps nothing of what it tells: what a queue was told is safe when the queue has a redrive policy. Topics and functions
 * that buckets tell are judged by their subscriptions and by the permission of the function.
 */
function notifications(template: Template): Edge[] {
  return ofType(template, 'AWS::S3::Bucket', 'Custom::S3BucketNotifications').flatMap(([logicalId, { Properties }]) => {
    const { QueueConfigurations } = (Properties.NotificationConfiguration ?? {}) as Properties;
    return list(QueueConfigurations as readonly { Queue?: unknown; QueueArn?: unknown }[] | undefined)
      .map(({ Queue, QueueArn }) => referred(Queue ?? QueueArn))
      .filter((queue) => queue !== undefined)
      .map((queue) => ({ logicalId, what: `tells ${queue}`, kept: referred(redriveOf(template, queue)) }));
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

/** A rule of IoT keeps nothing: what its action does not take is told to the error action, or to nobody. */
function deviceRules(template: Template): Edge[] {
  return ofType(template, 'AWS::IoT::TopicRule').map(([logicalId, { Properties }]) => {
    const { ErrorAction } = (Properties.TopicRulePayload ?? {}) as { ErrorAction?: { Sqs?: { QueueUrl: unknown } } };
    return { logicalId, what: 'hands on what devices send', kept: referred(ErrorAction?.Sqs?.QueueUrl) };
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
  const configured = ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([logicalId, { Properties }]) => {
    const worker = functionBehind(template, referred(Properties.FunctionName));
    const kept = referred(destinationsOf(Properties).OnFailure?.Destination) ?? deadLetterQueueOf(template, worker);
    return { logicalId, what: 'invokes asynchronously', kept, worker };
  });
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
    .filter(({ called }) => isFunction(template, called));
  const told = ofType(template, 'AWS::Lambda::EventInvokeConfig')
    .flatMap(([logicalId, { Properties }]) =>
      Object.values(destinationsOf(Properties) as Record<string, { Destination: unknown }>).map(({ Destination }) => ({
        logicalId,
        called: functionBehind(template, referred(Destination)),
        by: 'lambda.amazonaws.com',
      })),
    )
    .filter(({ called }) => isFunction(template, called));
  const settled = new Set(configured.map(({ worker }) => worker));
  const callers = [...permitted, ...scheduled, ...told].filter(({ called }) => !settled.has(called));
  return [
    ...configured,
    ...callers.map(({ logicalId, called, by }) => ({
      logicalId,
      what: `lets ${by} invoke asynchronously`,
      kept: deadLetterQueueOf(template, called),
      worker: called,
    })),
  ];
}

const isFunction = (template: Template, logicalId: string | undefined): boolean =>
  logicalId !== undefined && template.Resources[logicalId]?.Type === 'AWS::Lambda::Function';

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
