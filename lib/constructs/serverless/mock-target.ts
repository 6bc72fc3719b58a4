import { MockIntegration, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import { answered } from './mapped-answers';
import { cached } from './function-target';
import type { TargetKind } from './target-kind';

export interface MockTargetOptions {
  /**
   * The status code, 200 to 599.
   * @default 200
   */
  readonly status?: number;
  /** What is answered, as JSON. It is a template (VTL), so that `$context.requestId` in it is replaced. */
  readonly body: unknown;
}

/** Answers without a back end. */
export function mock({ status = 200, body }: MockTargetOptions): TargetKind {
  return {
    statuses: [String(status)],
    parameters: [],
    faults: () => [
      !(Number.isInteger(status) && status >= 200 && status <= 599) && `status is ${status}; give 200 to 599`,
      body === undefined && 'body is undefined, which is no JSON; give what is answered, or null',
    ],
    bind: ({ cacheKey }) =>
      new MockIntegration({
        passthroughBehavior: PassthroughBehavior.NEVER,
        requestTemplates: { 'application/json': JSON.stringify({ statusCode: status }) },
        integrationResponses: [
          answered(
            String(status),
            JSON.stringify(body),
            undefined,
            status < 400 ? 'application/json' : 'application/problem+json',
          ),
        ],
        ...cached(cacheKey),
      }),
  };
}
