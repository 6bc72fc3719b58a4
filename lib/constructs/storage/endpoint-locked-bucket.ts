import { DefaultStackSynthesizer, Fn, Stack, Token } from 'aws-cdk-lib';
import type { IVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { refuse } from '../faults';
import { emptierOf } from './emptier';
import { PrivateBucket, type PrivateBucketProps } from './private-bucket';

export interface EndpointLockedBucketProps extends PrivateBucketProps {
  /** The only way in: a gateway or interface endpoint for S3. */
  readonly onlyThrough: IVpcEndpoint;
  /**
   * ARNs of roles and users that may come any way, besides the role by which the CDK deploys and what empties the bucket
   * before it is destroyed. `*` is refused in the name's first place.
   * @default - nobody else
   */
  readonly administrators?: readonly string[];
}

/**
 * A bucket that one endpoint alone leads to. Whoever comes another way is denied, with whatever permissions: an allowance for
 * the endpoint is not enough, because the permissions of an identity of the same account count beside it.
 *
 * Somebody must be left who can change the policy again. That is the role by which CloudFormation acts for the CDK, what
 * empties the bucket in a sandbox, and who is named; after them only the account's root user could.
 *
 * @claims network-endpoint-locked-bucket, storage-vpce-only-bucket
 */
export class EndpointLockedBucket extends PrivateBucket {
  /** Who may come any way. */
  readonly exempt: readonly string[];

  constructor(scope: Construct, id: string, props: EndpointLockedBucketProps) {
    super(scope, id, props);
    const { administrators = [], onlyThrough } = props;
    this.exempt = [...deployerOf(Stack.of(this)), ...emptierOf(this.bucket), ...administrators];
    refuse(this, [
      ...administrators.map(administratorFault),
      this.exempt.length === 0 &&
        'administrators are none, and this stack is deployed without a role of its own, so that nobody could change or delete the bucket again; name a role',
    ]);
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyThroughTheEndpoint',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:*'],
        resources: [this.bucket.bucketArn, this.bucket.arnForObjects('*')],
        conditions: {
          StringNotEquals: { 'aws:SourceVpce': onlyThrough.vpcEndpointId },
          ArnNotLike: { 'aws:PrincipalArn': this.exempt },
        },
      }),
    );
  }
}

/** The role by which CloudFormation makes, changes and deletes what the stack holds. */
function deployerOf(stack: Stack): string[] {
  const { synthesizer } = stack.nestedStackParent ?? stack;
  return synthesizer instanceof DefaultStackSynthesizer ? [Fn.sub(synthesizer.cloudFormationExecutionRoleArn)] : [];
}

function administratorFault(arn: string): string | undefined {
  if (Token.isUnresolved(arn) || /^arn:[\w-]+:iam::(\d{12}|\$\{Token\[.+\]\}):(role|user)\/[^*]/.test(arn))
    return undefined;
  return `administrators has ${arn}; give the ARN of a role or user, such as arn:aws:iam::111122223333:role/Administrator`;
}
