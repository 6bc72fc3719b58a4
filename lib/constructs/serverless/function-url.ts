import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  FunctionUrlAuthType,
  InvokeMode,
  FunctionUrl as Url,
  type IAlias,
  type IFunctionUrl,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { corsFaults, preflight, type ApiCors } from './api-cors';
import type { AppFunction } from './app-function';
import { calledAndWaitedFor } from './waited-for';

export interface FunctionUrlProps {
  readonly function: AppFunction;
  /**
   * What is called.
   * @default - the newest code of the function
   */
  readonly alias?: IAlias;
  /**
   * Who may call: identities of AWS that sign and are allowed to, or anybody. `NONE` is refused without `acceptPublic`.
   * @default FunctionUrlAuthType.AWS_IAM
   */
  readonly authType?: FunctionUrlAuthType;
  /**
   * Why anybody on the internet may run this function, in a sentence. There is no throttle, no web ACL and no key in front of
   * it; only what the function has reserved bounds the bill.
   * @default - it is not public
   */
  readonly acceptPublic?: string;
  /**
   * Pages of other origins that may call it. Lambda answers the preflight itself.
   * @default - none
   */
  readonly cors?: ApiCors;
  /**
   * Whether the answer is sent piece by piece as it is made, so that the first byte comes early and 20 MB and more may follow; the handler must
   * be one for streams. Otherwise it is sent at its end, 6 MB at most.
   * @default false
   */
  readonly streamed?: boolean;
}

/**
 * An HTTPS address of the function's own. The event carries method, path and caller as that of an HTTP API does; beyond
 * that there is nothing of an API: no routes, no models, no keys.
 *
 * @claims serverless-function-url
 */
export class FunctionUrl extends Construct {
  readonly url: string;
  /** As the CDK knows it, for a distribution that calls it. */
  readonly functionUrl: IFunctionUrl;

  constructor(scope: Construct, id: string, props: FunctionUrlProps) {
    super(scope, id);
    const { function: called, alias, authType = FunctionUrlAuthType.AWS_IAM, acceptPublic, cors } = props;
    const open = authType === FunctionUrlAuthType.NONE;
    refuse(this, [
      open &&
        acceptPublic === undefined &&
        'authType is NONE, so that anybody on the internet runs this function at your cost; leave it out, or say why that is right in acceptPublic',
      open &&
        acceptPublic !== undefined &&
        acceptPublic.trim().split(/\s+/).length < 6 &&
        `acceptPublic is "${acceptPublic}"; say in a sentence why anybody may call`,
      !open &&
        acceptPublic !== undefined &&
        `acceptPublic is given, but authType is ${authType}; leave one of them out`,
      open &&
        called.reservedConcurrentExecutions === undefined &&
        `authType is NONE, and ${called.node.path} reserves no concurrency, so that callers can use up all of the account's; give it reservedConcurrentExecutions`,
      ...(cors ? corsFaults(cors) : []),
    ]);
    this.functionUrl = new Url(this, 'Url', {
      function: alias ?? called.function,
      authType,
      invokeMode: props.streamed ? InvokeMode.RESPONSE_STREAM : InvokeMode.BUFFERED,
      ...(cors && { cors: corsOf(cors) }),
    });
    this.url = this.functionUrl.url;
    calledAndWaitedFor(alias ?? called.function, 'Whoever asks at its address');
  }

  /** Lets an identity call, by its own policy. */
  grantCall(grantee: IGrantable): Grant {
    return this.functionUrl.grantInvokeUrl(grantee);
  }
}

function corsOf(cors: ApiCors) {
  const { allowOrigins, allowHeaders, allowCredentials, maxAge } = preflight(cors);
  return {
    allowedOrigins: [...allowOrigins],
    allowedHeaders: [...(allowHeaders ?? [])],
    allowCredentials: allowCredentials ?? false,
    ...(maxAge && { maxAge }),
  };
}
