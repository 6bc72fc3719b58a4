import { Duration, Stack } from 'aws-cdk-lib';
import { CfnFunction, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { outsideDuration, outsideRange } from '../faults';
import { EDGE_REGION } from './edge-certificate';
import { isRequestHook, isViewerHook, type EdgeHook } from './edge-hook';

/** What counts of a Lambda function when CloudFront is to run it; what is absent is Lambda's own default. */
export interface LambdaAtEdge {
  readonly region: string;
  readonly runtime?: string;
  readonly memorySize?: number;
  readonly timeout?: number;
  readonly includeBody?: boolean;
  /** The rest, as CloudFormation has it. */
  readonly settings?: Partial<
    Pick<
      CfnFunction,
      | 'vpcConfig'
      | 'layers'
      | 'architectures'
      | 'tracingConfig'
      | 'deadLetterConfig'
      | 'reservedConcurrentExecutions'
      | 'ephemeralStorage'
      | 'packageType'
    >
  >;
}

/** The settings of a function of this app; nothing of one that is imported. */
export function lambdaAtEdge(made: IFunction): LambdaAtEdge | undefined {
  const resource = made.node.defaultChild;
  if (!(resource instanceof CfnFunction)) return undefined;
  const stack = Stack.of(resource);
  const { runtime, memorySize, timeout, ...rest } = stack.resolve({
    runtime: resource.runtime,
    memorySize: resource.memorySize,
    timeout: resource.timeout,
    vpcConfig: resource.vpcConfig,
    layers: resource.layers,
    architectures: resource.architectures,
    tracingConfig: resource.tracingConfig,
    deadLetterConfig: resource.deadLetterConfig,
    reservedConcurrentExecutions: resource.reservedConcurrentExecutions,
    ephemeralStorage: resource.ephemeralStorage,
    packageType: resource.packageType,
  }) as Omit<LambdaAtEdge, 'region' | 'settings'> & NonNullable<LambdaAtEdge['settings']>;
  return { region: stack.region, runtime, memorySize, timeout, settings: rest };
}

/**
 * Why CloudFront would not take a Lambda function for a hook. The CDK itself refuses environment variables and the version $LATEST,
 * and lets all of this pass.
 *
 * @claims edge-lambda-at-edge, edge-hook-points
 */
export function lambdaAtEdgeFaults(name: string, hook: EdgeHook, given: LambdaAtEdge): string[] {
  const { region, runtime = '', memorySize = 128, timeout = 3, includeBody = false, settings = {} } = given;
  const longest = isViewerHook(hook) ? 5 : 30;
  const mebibytes = (settings.ephemeralStorage as { size?: number } | undefined)?.size ?? 512;
  const faults = [
    region !== EDGE_REGION &&
      `it stands in a stack ${/^[a-z0-9-]+$/.test(region) ? `of ${region}` : 'without a fixed region'}; CloudFront copies functions from ${EDGE_REGION} alone, so make it in edgeStack(this)`,
    settings.packageType === 'Image' && 'it is a container image; give the code as a bundle',
    runtime !== '' &&
      !/^(nodejs|python)\d/.test(runtime) &&
      `runtime is ${runtime}; give one of Node.js or Python, such as nodejs24.x`,
    outsideDuration('timeout', Duration.seconds(timeout), Duration.seconds(1), Duration.seconds(longest)),
    isViewerHook(hook)
      ? memorySize !== 128 && `memorySize is ${memorySize} MB; give 128 MB`
      : outsideRange('memorySize', memorySize, 128, 10_240, 'MB'),
    includeBody && !isRequestHook(hook) && 'includeBody is true, and an answer has no body of the viewer; leave it out',
    settings.vpcConfig !== undefined && 'it stands in a VPC; leave the network out',
    (settings.layers?.length ?? 0) > 0 && 'it has layers; bundle the libraries with the code',
    settings.architectures?.some((one) => one !== 'x86_64') &&
      `its architecture is ${settings.architectures.join(', ')}; give x86_64`,
    settings.tracingConfig !== undefined && 'it is traced; leave tracing out',
    settings.deadLetterConfig !== undefined &&
      'it has a dead-letter queue, and somebody waits for each answer; leave it out',
    settings.reservedConcurrentExecutions !== undefined &&
      `it has ${settings.reservedConcurrentExecutions} reserved runs, which would count in each Region apart; leave them out`,
    mebibytes > 512 && `its /tmp is of ${mebibytes} MiB; give 512 MiB`,
  ];
  return faults.flatMap((fault) => (fault ? [`${name} on ${hook}: ${fault}`] : []));
}
