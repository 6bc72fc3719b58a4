import { Duration, RemovalPolicy, Stack, Validations, type Size } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Function,
  LoggingFormat,
  RecursiveLoop,
  Tracing,
  type Code,
  type IFunction,
  type IVersion,
} from 'aws-cdk-lib/aws-lambda';
import {
  DataProtectionPolicy,
  LogGroup,
  type DataIdentifier,
  type ILogGroup,
  type RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { outsideDuration, outsideRange, outsideSize, refuse } from '../faults';
import { logsUnder } from '../operations/logs-under';
import { environmentFaults } from './function-environment';

import { formEnvironment, formFaults, formed, publishSnapshot, type FunctionForm } from './function-form';
import { secretsInEnvironment } from './environment-secrets';
import { functionNetworkFaults, standIn, type FunctionNetwork } from './function-network';

export interface AppFunctionProps extends FunctionForm {
  /** What the function is for, in a sentence; shown in the console. */
  readonly description: string;
  /** The code: a bundle whose `index.js` exports `handler`, what `runtime` and `handler` say, or an image. */
  readonly code: Code;
  /**
   * Memory in MB, 128 to 10,240; CPU grows with it, one full vCPU near 1,769 MB.
   * @default 256
   */
  readonly memorySize?: number;
  /**
   * How long one run may take, 1 second to 15 minutes.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * What logs, traces and figures call it: usually the architecture, as all its functions do. Powertools reads it as
   * `POWERTOOLS_SERVICE_NAME`.
   * @default - none; Powertools says service_undefined
   */
  readonly service?: string;
  /**
   * Environment variables, 4 KB in all. Never secrets: they are readable in the console.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Secrets its code reads while it runs, by the environment variable that tells it the ARN. Its role may read these.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, ISecret>>;
  /**
   * Runs in flight at most, taken from what all functions of the account share.
   * @default - what the account leaves unreserved
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * Whether the function is switched off: no run is left to it, and callers are told so at once. Refused together with
   * `reservedConcurrentExecutions`.
   * @default false
   */
  readonly paused?: boolean;
  /**
   * How large `/tmp` is, 512 to 10,240 MiB; what is over 512 is paid for while the function runs.
   * @default Size.mebibytes(512)
   */
  readonly ephemeralStorage?: Size;
  /**
   * How long logs are kept.
   * @default - what the app's profile says
   */
  readonly logRetention?: RetentionDays;
  /**
   * What is masked in its logs wherever it is recognised, such as `DataIdentifier.EMAILADDRESS`, for whoever may not unmask it.
   * CloudWatch bills it by the gigabyte of logs.
   * @default - nothing
   */
  readonly maskedInLogs?: readonly DataIdentifier[];
  /**
   * The key its environment variables and its logs are encrypted with, which one can control and withdraw: without it no run
   * starts. Whoever deploys has to be allowed to use it.
   * @default - keys of AWS
   */
  readonly encryptionKey?: IKey;
  /**
   * Where events of asynchronous calls go whose attempts all failed: a standard queue, a FIFO one is refused. A failure
   * destination (`AsyncInvocation`) tells more, as it carries the error besides the event.
   * @default - none
   */
  readonly deadLetterQueue?: IQueue;
  /**
   * The network it stands in, behind a group that is closed both ways but for its `egress`: open it by `function.connections`.
   * It then reaches only what the network does.
   * @default - none; it reaches the internet and all services
   */
  readonly network?: FunctionNetwork;
  /**
   * Actions its role may take that know no resource, such as those of EC2 that describe. What knows one is granted by name.
   * @default - none
   */
  readonly unscopedActions?: readonly string[];
}

const architecture = Architecture.ARM_64;

/**
 * One function with one purpose: its own role that starts with nothing but its own log group and traces, JSON logs in a
 * group the stack owns, the current Node.js on Graviton, active tracing, and recursive loops cut.
 *
 * @claims serverless-function-baseline, serverless-memory-cpu, serverless-timeout, serverless-environment-variables,
 * serverless-logs, serverless-tracing, serverless-execution-role, serverless-version-immutable, serverless-async-dead-letter,
 * serverless-ephemeral-storage, serverless-concurrency, serverless-layers, serverless-snapstart,
 * serverless-secret-hygiene
 */
export class AppFunction extends Construct {
  readonly function: IFunction;
  readonly role: IRole;
  readonly logGroup: ILogGroup;
  readonly timeout: Duration;
  readonly reservedConcurrentExecutions?: number;
  readonly deadLetterQueue?: IQueue;
  readonly unscopedActions: readonly string[];
  private readonly resource: Function;

  constructor(scope: Construct, id: string, props: AppFunctionProps) {
    super(scope, id);
    const { memorySize = 256, timeout = Duration.seconds(10), secrets = {}, unscopedActions = [] } = props;
    const arns = Object.entries(secrets).map(([name, { secretArn }]) => [name, secretArn]);
    const environment = {
      ...(props.service !== undefined && { POWERTOOLS_SERVICE_NAME: props.service }),
      ...props.environment,
      ...(Object.fromEntries(arns) as Record<string, string>),
    };
    const reserved = props.paused ? 0 : props.reservedConcurrentExecutions;
    refuse(this, [
      outsideRange('memorySize', memorySize, 128, 10_240, 'MB'),
      outsideDuration('timeout', timeout, Duration.seconds(1), Duration.minutes(15)),
      outsideRange('reservedConcurrentExecutions', props.reservedConcurrentExecutions, 0, 1_000_000),
      props.paused &&
        props.reservedConcurrentExecutions !== undefined &&
        `paused is true and reservedConcurrentExecutions is ${props.reservedConcurrentExecutions}; a paused function has none, so leave one of them out`,
      outsideSize('ephemeralStorage', props.ephemeralStorage, 512, 10_240),
      ...environmentFaults({ ...formEnvironment(props.code, props), ...environment }),
      props.environment?.POWERTOOLS_SERVICE_NAME !== undefined &&
        `environment has POWERTOOLS_SERVICE_NAME; give service: '${props.environment.POWERTOOLS_SERVICE_NAME}' instead`,
      ...secretsInEnvironment(Stack.of(this).resolve(environment) as Record<string, unknown>),
      props.deadLetterQueue?.fifo &&
        'deadLetterQueue is a FIFO queue, to which Lambda cannot send; give a standard queue',
      props.maskedInLogs?.length === 0 && 'maskedInLogs is empty; name what is to be masked, or leave it out',
      ...functionNetworkFaults(this, props.network),
      ...formFaults(this, props.code, architecture, props),
    ]);

    const logGroup = new LogGroup(this, 'Logs', {
      ...(props.logRetention !== undefined && { retention: props.logRetention }),
      ...(props.encryptionKey && { encryptionKey: logsUnder(this, props.encryptionKey) }),
      ...(props.maskedInLogs && {
        dataProtectionPolicy: new DataProtectionPolicy({ identifiers: [...props.maskedInLogs] }),
      }),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grants.write(role);
    for (const secret of Object.values(secrets)) secret.grantRead(role);
    props.encryptionKey?.grantDecrypt(role);
    const tracing = new PolicyStatement({
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
    });
    role.addToPolicy(tracing);
    if (unscopedActions.length > 0)
      role.addToPolicy(new PolicyStatement({ actions: [...unscopedActions], resources: ['*'] }));
    const others = [
      ...(props.network ? ['the two EC2 actions that describe interfaces and subnets'] : []),
      ...unscopedActions,
    ].join(' and ');
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason:
        'X-Ray takes no resource in its two write actions, so a trace can only be sent with a wildcard; every other statement of this role names its resource' +
        (others === '' ? '.' : `, but for ${others}, which take none either.`),
    });

    this.resource = new Function(this, 'Function', {
      description: props.description,
      code: props.code,
      ...formed(props.code, props),
      architecture,
      memorySize,
      timeout,
      environment: { ...formEnvironment(props.code, props), ...environment },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      recursiveLoop: RecursiveLoop.TERMINATE,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      ...(props.ephemeralStorage && { ephemeralStorageSize: props.ephemeralStorage }),
      ...(props.deadLetterQueue && { deadLetterQueue: props.deadLetterQueue }),
      ...(props.encryptionKey && { environmentEncryption: props.encryptionKey }),
      ...(props.network && standIn(this, role, props.network)),
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    if (props.snapStart) publishSnapshot(this.resource);
    this.function = this.resource;
    this.role = role;
    this.logGroup = logGroup;
    this.timeout = timeout;
    this.reservedConcurrentExecutions = reserved;
    this.deadLetterQueue = props.deadLetterQueue;
    this.unscopedActions = unscopedActions;
  }

  /**
   * The code and settings of this synthesis, published as a version that never changes and that the next one leaves in place.
   * Asking for it is what publishes it.
   */
  get currentVersion(): IVersion {
    return this.resource.currentVersion;
  }
}
