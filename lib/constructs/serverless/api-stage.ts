import { Duration, Token, Validations } from 'aws-cdk-lib';
import type { CfnStage, Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACLAssociation, type IWebACLRef } from 'aws-cdk-lib/aws-wafv2';
import { outsideDuration } from '../faults';
import { throttleFaults, type ApiThrottle } from './api-access';
import { aliasVariable } from './function-target';

/** One name under which a deployment of the API is reached. */
export interface ApiStage {
  /** Letters, digits, hyphens and underscores, at most 128; the first part of the path. */
  readonly name: string;
  /**
   * What all callers together may do at this stage; the throttle of the API when left out.
   * @default - as the API's
   */
  readonly throttle?: ApiThrottle;
  /**
   * The id of an older deployment this stage stays with, such as `a1b2c3`: the way to take a change of the API back, and to
   * let one stage go ahead of another. `aws apigateway get-deployments` lists them.
   * @default - the deployment of this synthesis
   */
  readonly pinnedDeployment?: string;
  /**
   * What templates and addresses of this stage read as `stageVariables`.
   * @default - none
   */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * A share of the calls that tries what is new, while the others stay with `pinnedDeployment`.
   * @default - none
   */
  readonly canary?: ApiCanary;
  /**
   * Where answers of routes with `cachedBy` are kept. It bills by the hour, whether somebody calls or not.
   * @default - none
   */
  readonly cache?: ApiCache;
}

export interface ApiCanary {
  /** How many of a hundred calls, above 0 and at most 100. */
  readonly percent: number;
  /**
   * Stage variables that have another value for those calls.
   * @default - as the others
   */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface ApiCache {
  /** In GB: 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237. */
  readonly size: number;
  /**
   * For how long an answer is kept, up to an hour; zero keeps none.
   * @default Duration.minutes(5)
   */
  readonly ttl?: Duration;
}

const cacheSizes = [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237];

/** What API Gateway would refuse of stages, or take for something else. */
export function stageFaults(stages: readonly ApiStage[]): (string | false | undefined)[] {
  const names = stages.map(({ name }) => name);
  return [
    stages.length === 0 && 'stages is empty; give one or more',
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `stages has ${name} twice; give each its own name`),
    ...names
      .filter((name) => !Token.isUnresolved(name) && !/^[A-Za-z0-9_-]{1,128}$/.test(name))
      .map((name) => `stages has the name "${name}"; use at most 128 letters, digits, hyphens and underscores`),
    ...stages.flatMap(({ name, throttle }) => (throttle ? throttleFaults(`stages.${name}.throttle`, throttle) : [])),
    ...stages
      .filter(({ pinnedDeployment: id }) => id !== undefined && !Token.isUnresolved(id) && !/^[a-z0-9]{5,20}$/.test(id))
      .map(
        ({ name, pinnedDeployment }) =>
          `stages.${name}.pinnedDeployment is ${pinnedDeployment}; give an id that aws apigateway get-deployments lists, such as a1b2c3`,
      ),
    ...stages.flatMap((stage) => [...variableFaults(stage), ...canaryFaults(stage), ...cacheFaults(stage)]),
  ];
}

function variableFaults({ name, variables = {} }: ApiStage): (string | false)[] {
  return Object.entries(variables).flatMap(([variable, value]) => [
    variable === aliasVariable &&
      `stages.${name}.variables has ${variable}, which ApiTarget.proxyByStage writes; take another name`,
    !/^[A-Za-z0-9_]+$/.test(variable) &&
      `stages.${name}.variables has the name "${variable}"; use letters, digits and underscores`,
    !Token.isUnresolved(value) &&
      !/^[A-Za-z0-9._~:/?#&=,-]+$/.test(value) &&
      `stages.${name}.variables.${variable} is "${value}"; use letters, digits and ._~:/?#&=,-`,
  ]);
}

function canaryFaults({ name, pinnedDeployment, canary }: ApiStage): (string | false)[] {
  if (!canary) return [];
  const { percent, variables = {} } = canary;
  return [
    !(percent > 0 && percent <= 100) &&
      `stages.${name}.canary.percent is ${percent}; give a share above 0 and at most 100`,
    pinnedDeployment === undefined &&
      Object.keys(variables).length === 0 &&
      `stages.${name}.canary would try what every other call gets too; give pinnedDeployment, with which those stay, or variables that differ`,
    Object.hasOwn(variables, aliasVariable) &&
      `stages.${name}.canary.variables has ${aliasVariable}, by which it would call an alias that has not let it in; give the function's own release a canary instead`,
  ];
}

function cacheFaults({ name, cache }: ApiStage): (string | false | undefined)[] {
  if (!cache) return [];
  return [
    !cacheSizes.includes(cache.size) &&
      `stages.${name}.cache.size is ${cache.size} GB; give one of ${cacheSizes.join(', ')}`,
    outsideDuration(`stages.${name}.cache.ttl`, cache.ttl, Duration.seconds(0), Duration.hours(1)),
  ];
}

/** What every stage gets besides its settings. */
export function finishStage(
  stage: Stage,
  { pinnedDeployment, canary, cache }: ApiStage,
  deploymentId: string,
  firewall?: IWebACLRef,
): void {
  const resource = stage.node.defaultChild as CfnStage;
  if (pinnedDeployment !== undefined) resource.deploymentId = pinnedDeployment;
  if (canary) {
    resource.canarySetting = {
      deploymentId,
      percentTraffic: canary.percent,
      useStageCache: false,
      ...(canary.variables && { stageVariableOverrides: canary.variables }),
    };
  }
  if (cache) {
    resource.cacheClusterEnabled = true;
    resource.cacheClusterSize = String(cache.size);
  }
  Validations.of(stage).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG6',
    reason:
      'Execution logs need a role that exists once in an account and region and that no single stack should set; each call of this stage, its status and the reason of a refusal are in the access log, and its path in the trace.',
  });
  if (firewall) {
    new CfnWebACLAssociation(stage, 'Firewall', {
      resourceArn: stage.stageArn,
      webAclArn: firewall.webAclRef.webAclArn,
    });
    return;
  }
  Validations.of(stage).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG3',
    reason:
      'A web ACL bills by the hour even when nobody calls; until one is given as firewall, this stage has limits for all callers, checks each request against a model, and lets in only callers its methods know.',
  });
}
