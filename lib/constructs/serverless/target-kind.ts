import { Duration, Token } from 'aws-cdk-lib';
import { EndpointType, type CfnMethod, type Integration } from 'aws-cdk-lib/aws-apigateway';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiEndpoint } from './api-endpoint';

export interface ApiTargetOptions {
  /**
   * How long API Gateway waits, 50 ms to 29 s; no shorter than the function may run, as the caller would get an error for
   * work that is done.
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;
  /**
   * The longest wait AWS has granted this account for regional and private REST APIs, if it raised the quota.
   * @default Duration.seconds(29)
   */
  readonly raisedIntegrationTimeout?: Duration;
}

/** Where a target is to answer, as far as it has to know. */
export interface TargetPlace {
  readonly endpoint: ApiEndpoint;
  /** Names of the stages, the first one first. */
  readonly stages: readonly string[];
}

/** What a target needs when its method is made. */
export interface TargetMethod {
  /** Where parts of its own stand, such as a role; made when it is asked for. */
  readonly place: () => Construct;
  /** What the answers are cached by, as API Gateway names it. */
  readonly cacheKey: readonly string[];
}

/** One kind of target; `ApiTarget` has a factory for each. */
export interface TargetKind {
  /** The alias of a function it leads to, for all stages. */
  readonly alias?: IAlias;
  /** The aliases of a function it leads to, by stage. */
  readonly aliases?: Readonly<Record<string, IAlias>>;
  /** Status codes the method declares; none where the answer passes as it is. */
  readonly statuses: readonly string[];
  /** Parameters of the request it reads, as API Gateway names them, such as `method.request.path.id`. */
  readonly parameters: readonly string[];
  /** What cannot work about it. */
  faults(place: TargetPlace): readonly (string | false | undefined)[];
  bind(method: TargetMethod): Integration;
  /** What the CDK has no words for yet. */
  finish?(method: CfnMethod): void;
}

const shortest = Duration.millis(50);
const longest = Duration.seconds(29);
const millis = (duration: Duration): number => duration.toMilliseconds();

/** How long API Gateway waits. */
export const waitOf = ({ timeout = longest }: ApiTargetOptions): Duration => timeout;

/** What API Gateway would not wait for, or AWS has not granted. */
export function waitFaults(options: ApiTargetOptions, endpoint: ApiEndpoint): (string | false)[] {
  const { raisedIntegrationTimeout: granted = longest } = options;
  const timeout = waitOf(options);
  if (timeout.isUnresolved()) return [];
  return [
    millis(granted) > millis(longest) &&
      endpoint.domainType === EndpointType.EDGE &&
      `raisedIntegrationTimeout is ${granted.toHumanString()}, but AWS raises the wait of regional and private APIs only; take one of those, or leave it out`,
    (millis(timeout) < millis(shortest) || millis(timeout) > millis(granted)) &&
      `timeout is ${timeout.toHumanString()}; give 50 millis to ${granted.toHumanString()}${granted === longest ? ', or state in raisedIntegrationTimeout what AWS has granted' : ''}`,
  ];
}

/** Whether what stands behind may run longer than API Gateway waits for it. */
export function outlasts(options: ApiTargetOptions, runs: Duration | undefined): string | false {
  const timeout = waitOf(options);
  return (
    runs !== undefined &&
    !Token.isUnresolved(runs) &&
    !timeout.isUnresolved() &&
    millis(runs) > millis(timeout) &&
    `timeout is ${timeout.toHumanString()}, but the function may run for ${runs.toHumanString()}; shorten the function's timeout, or its callers get 504 for work that is done`
  );
}
