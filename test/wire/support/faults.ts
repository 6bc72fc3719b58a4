import type { Call } from './call';
import type { Chance } from './random';
import type { FaultPlan } from './wire';

/** What goes wrong with a call. */
export type Fault =
  /** The service says no, for now. */
  | {
      readonly kind: 'turned away';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The connection breaks before the service has the call. */
  | { readonly kind: 'lost before' }
  /** The service did it, and the connection breaks before its answer arrives. */
  | { readonly kind: 'answer lost' }
  /** Nothing is ever answered, and nothing was done. */
  | { readonly kind: 'silence' }
  /** Nothing goes wrong, but not before this. */
  | { readonly kind: 'held'; readonly until: Promise<unknown> }
  /** The service did it, and the environment that asked is killed before it hears of it. */
  | { readonly kind: 'kill' };

export const lostBefore: Fault = { kind: 'lost before' };
export const answerLost: Fault = { kind: 'answer lost' };
export const silence: Fault = { kind: 'silence' };
export const kill: Fault = { kind: 'kill' };

/** How each service turns a call away that it has no capacity for, in its own words. */
export function throttled({ service }: Call, name?: string): Fault {
  switch (service) {
    case 's3':
      return {
        kind: 'turned away',
        status: 503,
        headers: { 'Content-Type': 'application/xml' },
        body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${name ?? 'SlowDown'}</Code><Message>Please reduce your request rate.</Message></Error>`,
      };
    case 'cloudfront':
      return {
        kind: 'turned away',
        status: 400,
        headers: { 'Content-Type': 'text/xml' },
        body: `<?xml version="1.0"?><ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Error><Type>Sender</Type><Code>${name ?? 'Throttling'}</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`,
      };
    case 'ses':
      return {
        kind: 'turned away',
        status: 429,
        headers: { 'Content-Type': 'application/json', 'x-amzn-errortype': name ?? 'TooManyRequestsException' },
        body: JSON.stringify({ message: 'Maximum sending rate exceeded.' }),
      };
    case 'lambda':
    case 'mediaconvert':
      return {
        kind: 'turned away',
        status: 429,
        headers: { 'Content-Type': 'application/json', 'x-amzn-errortype': name ?? 'TooManyRequestsException' },
        body: JSON.stringify({ Reason: 'CallerRateLimitExceeded', message: 'Rate Exceeded.' }),
      };
    case 'dynamodb':
      return {
        kind: 'turned away',
        status: 400,
        headers: { 'Content-Type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({
          __type: `com.amazonaws.dynamodb.v20120810#${name ?? 'ProvisionedThroughputExceededException'}`,
          message: 'The level of configured provisioned throughput for the table was exceeded.',
        }),
      };
    case 'ec2':
      return {
        kind: 'turned away',
        status: 503,
        headers: { 'Content-Type': 'text/xml;charset=UTF-8' },
        body: `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${name ?? 'RequestLimitExceeded'}</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>wire</RequestID></Response>`,
      };
    case 'autoscaling':
    case 'elasticloadbalancing':
      return {
        kind: 'turned away',
        status: 400,
        headers: { 'Content-Type': 'text/xml' },
        body: `<ErrorResponse><Error><Type>Sender</Type><Code>${name ?? 'Throttling'}</Code><Message>Rate exceeded</Message></Error><RequestId>wire</RequestId></ErrorResponse>`,
      };
    case 'sqs':
    case 'kinesis':
    case 'states':
    case 'events':
    case 'secretsmanager':
    case 'other':
      return {
        kind: 'turned away',
        status: 400,
        headers: { 'Content-Type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ __type: name ?? 'ThrottlingException', message: 'Rate exceeded.' }),
      };
  }
}

/** How often each thing goes wrong, of a hundred calls. */
export interface Rates {
  readonly throttled: number;
  readonly lostBefore: number;
  readonly answerLost: number;
}

/** Faults by chance; a call that has been tried often enough comes through, as in life. */
export function randomFaults(chance: Chance, rates: Rates, enough = 8): FaultPlan {
  return (call, nth) => {
    if (nth > enough) return undefined;
    const draw = 100 * chance.of('fault', call.operation, call.target, call.key, nth);
    if (draw < rates.throttled) return throttled(call);
    if (draw < rates.throttled + rates.lostBefore) return lostBefore;
    return draw < rates.throttled + rates.lostBefore + rates.answerLost ? answerLost : undefined;
  };
}

/** The first plan that has a fault for a call decides. */
export const firstOf =
  (...plans: readonly FaultPlan[]): FaultPlan =>
  (call, nth) =>
    plans.reduce<Fault | undefined>((fault, plan) => fault ?? plan(call, nth), undefined);
