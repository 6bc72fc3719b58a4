import { Arn, ArnFormat, Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { LambdaEdgeEventType } from 'aws-cdk-lib/aws-cloudfront';
import { CompositePrincipal, PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function,
  LoggingFormat,
  Runtime,
  Version,
  type Code,
  type IFunction,
  type IVersion,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { readAcross } from './across-stacks';
import { EdgeHook, type HookOptions, type IEdgeCode } from './edge-hook';
import { lambdaAtEdge, lambdaAtEdgeFaults } from './lambda-at-edge';

export interface EdgeRequestFunctionProps {
  /** What the function is for, in a sentence; shown in the console. */
  readonly description: string;
  /** The code: a bundle whose `index.js` exports `handler`, or what `runtime` and `handler` say. Its settings are in it. */
  readonly code: Code;
  /** Where it runs: at a viewer hook for each request, at an origin hook for what the cache does not hold. */
  readonly hook: EdgeHook;
  /**
   * Node.js or Python; others are refused.
   * @default Runtime.NODEJS_24_X
   */
  readonly runtime?: Runtime;
  /** @default 'index.handler' */
  readonly handler?: string;
  /**
   * Memory in MB; 128 at a viewer hook, to 10,240 at an origin hook.
   * @default 128
   */
  readonly memorySize?: number;
  /**
   * How long one run may take, 1 to 5 seconds at a viewer hook, to 30 at an origin hook.
   * @default Duration.seconds(5)
   */
  readonly timeout?: Duration;
  /**
   * Whether it is given what the viewer sends, at most 40 KB at viewer-request and 1 MB at origin-request; refused on response hooks.
   * @default false
   */
  readonly includeBody?: boolean;
}

/** A version of a function made elsewhere, and how it is to be run. */
export type VersionAtEdge = Pick<EdgeRequestFunctionProps, 'hook' | 'includeBody'>;

/**
 * A Lambda function that CloudFront copies to its Regions and runs near viewers (Lambda@Edge). It stands in us-east-1, whatever the
 * region of the rest: `new EdgeRequestFunction(edgeStack(this), …)`.
 *
 * It has no environment: what it must know is in its code, or, at origin hooks, in the custom headers of its origin
 * (`customHeaders` of `PrivateS3Origin`). It logs in the Region where it runs, in a group of the one name everywhere; the stack owns
 * the one in us-east-1, and the function makes the others itself.
 *
 * @claims edge-lambda-at-edge
 */
export class EdgeRequestFunction extends Construct implements IEdgeCode {
  /** A version of a function made elsewhere; a distribution refuses it for what Lambda@Edge would. */
  static fromVersion(version: IVersion, { hook, includeBody = false }: VersionAtEdge): IEdgeCode {
    const { path: name } = version.node;
    const known = lambdaAtEdge(version.lambda);
    return {
      hook,
      kind: 'Lambda@Edge',
      name,
      edgeFaults: () => (known ? lambdaAtEdgeFaults(name, hook, { ...known, includeBody }) : []),
      associate: () => associated(version, hook, includeBody),
    };
  }

  readonly hook: EdgeHook;
  readonly kind = 'Lambda@Edge';
  readonly name: string;
  readonly function: IFunction;
  readonly role: IRole;
  /** Where runs in us-east-1 are written down; those elsewhere are in a group of this name there. */
  readonly logGroup: ILogGroup;
  private readonly version: IVersion;
  private readonly includeBody: boolean;

  constructor(scope: Construct, id: string, props: EdgeRequestFunctionProps) {
    super(scope, id);
    const { hook, runtime = Runtime.NODEJS_24_X, memorySize = 128, includeBody = false } = props;
    const { timeout = Duration.seconds(5), handler = 'index.handler' } = props;
    this.name = this.node.path;
    refuse(
      this,
      lambdaAtEdgeFaults(this.name, hook, {
        region: Stack.of(this).region,
        runtime: runtime.name,
        memorySize,
        timeout: timeout.toSeconds({ integral: false }),
        includeBody,
      }),
    );

    this.logGroup = new LogGroup(this, 'Logs');
    this.role = new Role(this, 'Role', {
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('lambda.amazonaws.com'),
        new ServicePrincipal('edgelambda.amazonaws.com'),
      ),
    });
    this.permitLogs();
    const made = new Function(this, 'Function', {
      description: props.description,
      code: props.code,
      runtime,
      handler,
      memorySize,
      timeout,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      architecture: Architecture.X86_64,
      // A version of which copies are left cannot be deleted, and copies stay for hours.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    const waits = `CloudFront waits for its answer on ${hook} and tells the viewer when there is none`;
    Validations.of(made).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason: `${waits}; nobody calls it asynchronously, and CloudFront takes no function with a dead-letter queue.`,
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'CloudFront takes no function that is traced; what it does is in its logs and in the metrics of each Region.',
      },
    );
    this.hook = hook;
    this.includeBody = includeBody;
    this.function = made;
    this.version = made.currentVersion;
  }

  edgeFaults(): string[] {
    return [];
  }

  associate(distribution: Construct): HookOptions {
    if (Stack.of(distribution) === Stack.of(this)) return associated(this.version, this.hook, this.includeBody);
    const arn = readAcross(this, 'VersionArn', this.version.functionArn, distribution);
    const name = `Run${this.node.addr.slice(0, 8)}`;
    const found = distribution.node.tryFindChild(name) as IVersion | undefined;
    return associated(found ?? Version.fromVersionArn(distribution, name, arn), this.hook, this.includeBody);
  }

  private permitLogs(): void {
    const resource = Arn.format(
      {
        partition: Aws.PARTITION,
        service: 'logs',
        region: '*',
        account: Aws.ACCOUNT_ID,
        resource: 'log-group',
        resourceName: `${this.logGroup.logGroupName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      },
      Stack.of(this),
    );
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [resource],
      }),
    );
    Validations.of(this.role).acknowledge({
      id: wildcardFinding(this, resource),
      reason:
        'CloudFront decides in which Regions it runs, and it logs where it runs, in a group of this one name; it may write into no other.',
    });
  }
}

const eventTypes: Readonly<Record<EdgeHook, LambdaEdgeEventType>> = {
  [EdgeHook.VIEWER_REQUEST]: LambdaEdgeEventType.VIEWER_REQUEST,
  [EdgeHook.ORIGIN_REQUEST]: LambdaEdgeEventType.ORIGIN_REQUEST,
  [EdgeHook.ORIGIN_RESPONSE]: LambdaEdgeEventType.ORIGIN_RESPONSE,
  [EdgeHook.VIEWER_RESPONSE]: LambdaEdgeEventType.VIEWER_RESPONSE,
};

const associated = (functionVersion: IVersion, hook: EdgeHook, includeBody: boolean): HookOptions => ({
  edgeLambdas: [{ functionVersion, eventType: eventTypes[hook], ...(includeBody && { includeBody }) }],
});
