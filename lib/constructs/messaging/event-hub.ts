import { Aws, Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import { Archive, EventBus, IncludeDetail, Level, type IEventBus } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  Grant,
  PolicyStatement,
  ServicePrincipal,
  StarPrincipal,
  type IGrantable,
  type IPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { isNoAccount, outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { FailureQueue } from '../serverless/failure-queue';
import { BusLogs } from './bus-logs';
import { patternFaults, type BusEvent, type BusPattern } from './bus-pattern';
import { refuseEveryone } from './open-policy';

export interface EventArchiveProps {
  /** How long events are kept, in whole days from one to ten years. For ever, which the CDK takes for nothing given, is refused. */
  readonly retention: Duration;
  /**
   * Which events are kept.
   * @default - all of the bus
   */
  readonly pattern?: BusPattern;
}

export interface EventHubProps {
  /** Where alarms report to: of the failures of this bus, and of its routes. */
  readonly alarms: AlarmTopic;
  /**
   * The name of the bus. Names that begin with `aws.` are Amazon's and refused.
   * @default - the name of the stack and the path of this block
   */
  readonly busName?: string;
  /**
   * The partner source whose events come here, such as `aws.partner/example.com/shop/orders`; the bus is named after it. The
   * source has to wait in the account to be accepted (`aws events list-event-sources`); making this bus accepts it.
   * @default - a bus for own events
   */
  readonly partner?: string;
  /**
   * The customer key events are encrypted with.
   * @default - a key of AWS, free of charge
   */
  readonly encryptionKey?: IKey;
  /**
   * What is kept to be replayed.
   * @default - nothing
   */
  readonly archive?: EventArchiveProps;
  /**
   * Events as they come to this bus. With these given, a route that none of them fits is refused.
   * @default - routes are not tried out
   */
  readonly samples?: readonly BusEvent[];
}

/**
 * One bus over which parts of a system hear of each other: producers say what happened, each under its own name, and routes
 * decide who hears what. Neither knows the other.
 *
 * What cannot be delivered waits in `failures`, with an alarm, and EventBridge writes down why.
 *
 * @claims messaging-event-bus, messaging-partner-bus, messaging-event-archive, messaging-event-cross-bus
 */
export class EventHub extends Construct {
  readonly bus: IEventBus;
  readonly archive?: Archive;
  /** Where events wait that could not be delivered, or not be encrypted. */
  readonly failures: FailureQueue;
  readonly logGroup: ILogGroup;
  readonly samples: readonly BusEvent[];
  private readonly own: EventBus;

  constructor(scope: Construct, id: string, props: EventHubProps) {
    super(scope, id);
    const { busName, partner, archive, samples = [] } = props;
    refuse(this, [
      busName !== undefined &&
        partner !== undefined &&
        `busName is ${busName} and partner ${partner}; a bus for a partner is named after its source, so leave busName out`,
      busName?.startsWith('aws.') &&
        `busName is ${busName}; names that begin with aws. are Amazon's, so give one of your own`,
      outsideDuration('archive.retention', archive?.retention, Duration.days(1), Duration.days(3650)),
      archive &&
        !archive.retention.isUnresolved() &&
        archive.retention.toSeconds() % 86_400 !== 0 &&
        `archive.retention is ${archive.retention.toHumanString()}; give whole days`,
      ...(archive?.pattern ? patternFaults(archive.pattern).map((fault) => `archive.${fault}`) : []),
    ]);

    this.samples = samples;
    this.failures = new FailureQueue(this, 'Failures', { alarms: props.alarms });
    const bus = new EventBus(this, 'Bus', {
      ...(partner === undefined ? { eventBusName: busName ?? this.ownName() } : { eventSourceName: partner }),
      ...(props.encryptionKey && { kmsKey: props.encryptionKey }),
      deadLetterQueue: this.failures.queue,
      logConfig: { level: Level.ERROR, includeDetail: IncludeDetail.NONE },
    });
    this.bus = bus;
    this.own = bus;
    // The CDK lets rules send to a dead-letter queue, but not the bus itself.
    this.failures.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.failures.queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': bus.eventBusArn } },
      }),
    );
    this.logGroup = new BusLogs(this, 'Logs', { bus }).logGroup;
    if (archive) {
      this.archive = new Archive(this, 'Archive', {
        sourceEventBus: bus,
        description: `Events of ${this.node.path}, to be replayed`,
        eventPattern: archive.pattern ?? { account: [Aws.ACCOUNT_ID] },
        retention: archive.retention,
      });
    }
    refuseEveryone(bus, 'put events on the bus', 'name an account, or an organisation with admitOrganisation');
  }

  /**
   * Lets an identity of this account put events here under one name, and no other.
   *
   * @param source the producer's own name, such as `shop.orders`
   */
  grantSend(grantee: IGrantable, source: string): Grant {
    refuse(this, sourceFaults(source));
    return Grant.addToPrincipal({
      grantee,
      actions: ['events:PutEvents'],
      resourceArns: [this.bus.eventBusArn],
      conditions: { StringEquals: { 'events:source': source } },
    });
  }

  /**
   * Lets rules and identities of another account put events here under one name, where that account lets them too.
   *
   * @param account 12 digits
   * @param source the name, such as `shop.orders`
   */
  admitAccount(account: string, source: string): void {
    refuse(this, [
      isNoAccount(account) &&
        `account is ${account}; give the 12 digits of one account, as a bus open to everyone is open to anyone's events`,
      ...sourceFaults(source),
    ]);
    // A token's own text holds a number that changes with what else the app has.
    const named = Token.isUnresolved(account) ? JSON.stringify(Stack.of(this).resolve(account)) : account;
    this.admit(`Account${named}`, new AccountPrincipal(account), source, {});
  }

  /**
   * Lets all accounts of one organisation put events here under one name.
   *
   * @param organisation its id, such as `o-a1b2c3d4e5`
   * @param source the name, such as `shop.orders`
   */
  admitOrganisation(organisation: string, source: string): void {
    refuse(this, [
      !/^o-[a-z0-9]{10,32}$/.test(organisation) &&
        `organisation is ${organisation}; give the id of an organisation, such as o-a1b2c3d4e5`,
      ...sourceFaults(source),
    ]);
    this.admit(`Organisation${organisation}`, new StarPrincipal(), source, { 'aws:PrincipalOrgID': organisation });
  }

  private admit(sid: string, principal: IPrincipal, source: string, more: Readonly<Record<string, string>>): void {
    this.own.addToResourcePolicy(
      new PolicyStatement({
        sid: `${sid}${source}`.replace(/[^A-Za-z0-9]/g, ''),
        principals: [principal],
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        conditions: { StringEquals: { 'events:source': source, ...more } },
      }),
    );
  }

  /** A second copy of the stack has another name, and so has a second hub. */
  private ownName(): string {
    const path = this.node.path.split('/').slice(Stack.of(this).node.path.split('/').length);
    return Fn.join('-', [Aws.STACK_NAME, ...path]);
  }
}

function sourceFaults(source: string): (string | false)[] {
  return [
    source === '' && 'source is empty; say under which name events are sent',
    source.startsWith('aws.') &&
      `source is ${source}; names that begin with aws. are Amazon's, so give one of your own`,
    source.includes('*') && `source is ${source}; a producer has one name, so write it out`,
  ];
}
