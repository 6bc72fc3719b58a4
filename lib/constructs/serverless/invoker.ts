import { AccountPrincipal, OrganizationPrincipal, ServicePrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { isNoAccount, refuse } from '../faults';

/** What a service calls for: without either, it could be made to call by anybody's resource in any account. */
export interface ServiceSource {
  /**
   * The resource on whose behalf the service calls.
   * @default - any resource of `account`
   */
  readonly sourceArn?: string;
  /**
   * The account of that resource, 12 digits. Needed for a bucket, whose ARN names no account.
   * @default - whatever account `sourceArn` names
   */
  readonly sourceAccount?: string;
}

/** Who may call a function, as its resource policy says. */
export class Invoker {
  /** A service of AWS, on behalf of one resource or one account. */
  static service(service: string, source: ServiceSource): Invoker {
    const { sourceArn, sourceAccount } = source;
    return new Invoker(
      new ServicePrincipal(service),
      { ...(sourceArn !== undefined && { sourceArn }), ...(sourceAccount !== undefined && { sourceAccount }) },
      [
        sourceArn === undefined &&
          sourceAccount === undefined &&
          `invoker is ${service} without sourceArn or sourceAccount, so that a resource of any account could have it call; give one of them`,
        sourceAccount !== undefined && badAccount('sourceAccount', sourceAccount),
      ],
    );
  }

  /** Identities of another account, where that account lets them too. */
  static account(account: string): Invoker {
    return new Invoker(new AccountPrincipal(account), {}, [badAccount('account', account)]);
  }

  /** Identities of every account of an organisation, where their own account lets them too. */
  static organisation(id: string): Invoker {
    return new Invoker(new OrganizationPrincipal(id), {}, []);
  }

  private constructor(
    readonly principal: IPrincipal,
    readonly conditions: ServiceSource,
    readonly faults: readonly (string | false)[],
  ) {}
}

/**
 * Lets somebody call a function through its resource policy.
 *
 * @param callee what is called, normally an alias
 * @param id of the permission below the callee
 * @param scope under whose path faults are reported
 *
 * @claims serverless-resource-policy
 */
export function allowInvoke(scope: Construct, callee: IFunction, id: string, invoker: Invoker): void {
  refuse(scope, invoker.faults);
  callee.addPermission(id, { principal: invoker.principal, action: 'lambda:InvokeFunction', ...invoker.conditions });
}

const badAccount = (name: string, account: string): string | false =>
  isNoAccount(account) && `${name} is ${account}; give the 12 digits of one account`;
