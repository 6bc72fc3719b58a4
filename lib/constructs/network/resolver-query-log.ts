import { Aws, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnResolverQueryLoggingConfig,
  CfnResolverQueryLoggingConfigAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { NameRules } from './name-rules';
import { idFor, vpcsFaults } from './per-vpc';

export interface ResolverQueryLogProps {
  /** The networks whose queries are logged. */
  readonly vpcs: readonly IVpc[];
  /**
   * How long they are kept.
   * @default - as long as the app's profile says
   */
  readonly retention?: RetentionDays;
}

/**
 * Who asked for which name, and what the answer was: one JSON object a query, read by `parseQueryRecord`. Flow logs do not
 * hold this. What the resolver answers from its cache is not logged again.
 *
 * @claims network-dns-query-log
 */
export class ResolverQueryLog extends Construct {
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: ResolverQueryLogProps) {
    super(scope, id);
    const { vpcs, retention } = props;
    refuse(this, vpcsFaults(vpcs));
    const logGroup = new LogGroup(this, 'Logs', { ...(retention !== undefined && { retention }) });
    this.logGroup = logGroup;
    // Without a policy of the stack's own AWS writes one for the whole account, which stays when the stack goes.
    const writing = logGroup.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'logs', resource: '*' }) },
        },
      }),
    );
    const config = new CfnResolverQueryLoggingConfig(this, 'Resource', { destinationArn: logGroup.logGroupArn });
    if (writing.policyDependable) config.node.addDependency(writing.policyDependable);
    for (const vpc of vpcs)
      new CfnResolverQueryLoggingConfigAssociation(this, idFor(vpc), {
        resolverQueryLogConfigId: config.attrId,
        resourceId: vpc.vpcId,
      });
    NameRules.guard(this);
  }
}
