import { Aws, Fn } from 'aws-cdk-lib';
import { Integration, IntegrationType, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement, Role, ServicePrincipal, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { apiGatewayUri, cached } from './function-target';
import { answered, problemInstead, problemText } from './mapped-answers';
import { waitFaults, waitOf, type ApiTargetOptions, type TargetKind } from './target-kind';

/** One call of a service of AWS, and what it means to the caller. */
export interface AwsCall {
  /** Beside what it stands, for the name of the partition. */
  readonly on: IConstruct;
  readonly service: 'sqs' | 'dynamodb' | 'states';
  /** `action/GetItem`, or a path. */
  readonly uri: string;
  /** What the role may do, and on what. */
  readonly action: string;
  readonly resource: string;
  /** The key with which the resource is encrypted, if it is one of the account's. */
  readonly key?: IKey;
  readonly keyGrant?: (key: IKey, role: IGrantable) => void;
  readonly contentType: string;
  readonly request: string;
  readonly status: number;
  readonly answer: string;
  /** Answers in place of others that the answer template gives, by `problemInstead`. */
  readonly more?: readonly number[];
  /** Template text that looks at an error of the service first, and leaves the rest to `otherwise`. */
  readonly refused?: (otherwise: string) => string;
  /** What it reads of the request. */
  readonly parameters: readonly string[];
  readonly faults: readonly (string | false | undefined)[];
}

const busy = problemInstead(503, 'Service Unavailable', 'The service cannot answer at the moment.');

/** What a service says when it has too much to do. */
const throttled = ['Throttl', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded', 'ExecutionLimitExceeded'];

/**
 * API Gateway calls a service itself, with a role that may do this one action on this one resource. Nothing that a caller sends
 * gets into the call but by its template; a body of another type is refused with 415.
 */
export const awsAction = (call: AwsCall, options: ApiTargetOptions): TargetKind => ({
  statuses: [...new Set([call.status, ...(call.more ?? []), 502, 503].map(String))],
  parameters: call.parameters,
  faults: ({ endpoint }) => [...call.faults, ...waitFaults(options, endpoint)],
  bind: ({ place, cacheKey }) =>
    new Integration({
      type: IntegrationType.AWS,
      integrationHttpMethod: 'POST',
      uri: apiGatewayUri(call.on, call.service, call.uri),
      options: {
        credentialsRole: roleFor(call, place),
        timeout: waitOf(options),
        passthroughBehavior: PassthroughBehavior.NEVER,
        requestParameters: { 'integration.request.header.Content-Type': `'${call.contentType}'` },
        requestTemplates: { 'application/json': call.request },
        integrationResponses: [
          answered(String(call.status), call.answer),
          answered('502', failed(call), '4\\d\\d'),
          answered(
            '503',
            problemText(503, 'Service Unavailable', 'The service cannot answer at the moment.'),
            '5\\d\\d',
          ),
        ],
        ...cached(cacheKey),
      },
    }),
});

/** What a service refuses is our mistake, unless it has too much to do or says what `refused` knows. */
function failed({ refused = (otherwise) => otherwise }: AwsCall): string {
  const tooMuch = throttled.map((word) => `$input.body.contains("${word}")`).join(' || ');
  return refused(`#if(${tooMuch})${busy}#{else}${problemText(502, 'Bad Gateway')}#end`);
}

function roleFor(call: AwsCall, place: Parameters<TargetKind['bind']>[0]['place']): IRole {
  const role = new Role(place(), 'Role', {
    description: `Lets one method of an API call ${call.action}`,
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
  });
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [call.action], resources: [call.resource] }));
  if (call.key) call.keyGrant?.(call.key, role);
  return role;
}

/** `<account>/<queue>` as SQS names a queue by its path. */
export const queuePath = (queueName: string): string => Fn.join('', ['path/', Aws.ACCOUNT_ID, '/', queueName]);
