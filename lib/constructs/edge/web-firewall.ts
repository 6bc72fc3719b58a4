import { ArnFormat, Aws, Names, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation, type IWebACLRef } from 'aws-cdk-lib/aws-wafv2';
import { Construct, type IConstruct } from 'constructs';
import { refuse } from '../faults';
import { uniqueInAccount } from '../unique-in-account';
import { readAcross } from './across-stacks';
import { EDGE_REGION } from './edge-certificate';
import type { FirewallRule } from './firewall-rule';
import { guardedBy } from './guarded-resource';

export interface WebFirewallProps {
  /** What it is for, in 1 to 256 characters. */
  readonly description: string;
  /** Whether it stands at the edge, before distributions, or in a region, before what is there. */
  readonly scope: 'edge' | 'regional';
  /** What it does, in order. */
  readonly rules: readonly FirewallRule[];
  /**
   * Whether rules act, or all of them only count, to see first what they would turn away.
   * @default 'enforce'
   */
  readonly mode?: 'enforce' | 'observe';
  /**
   * What becomes of requests that no rule decides about.
   * @default 'allow'
   */
  readonly otherwise?: 'allow' | 'block';
}

/** A firewall that a distribution can name. */
export interface IWebFirewall {
  /** Its ARN as some construct of any stack of the app reads it. */
  arnFor(reader: IConstruct): string;
  /** Why a distribution cannot name it; nothing where it can. */
  edgeFaults(): string[];
}

/**
 * A firewall for HTTP (AWS WAF): rules that allow, block or count requests by what they hold. What it turned away or counted is
 * logged, without the headers that sign callers in.
 *
 * At the edge it stands in us-east-1, whatever the region of the rest: `new WebFirewall(edgeStack(this), …)`.
 *
 * @claims edge-web-acl, edge-web-acl-order
 */
export class WebFirewall extends Construct implements IWebFirewall {
  /** One that exists, by its ARN. */
  static fromArn(arn: string): IWebFirewall {
    return { arnFor: () => arn, edgeFaults: () => arnFaults(arn) };
  }

  readonly acl: IWebACLRef;
  readonly logs: ILogGroup;
  private readonly edge: boolean;
  private readonly arn: string;

  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const { description, rules, mode = 'enforce', otherwise = 'allow' } = props;
    this.edge = props.scope === 'edge';
    const { region } = Stack.of(this);
    const priorities = rules.reduce<number[]>(
      (before, { priority }) => [...before, priority ?? (before.length > 0 ? before[before.length - 1] + 10 : 0)],
      [],
    );
    refuse(this, [
      !/^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]{0,255}$/.test(description) &&
        `description is "${description}"; WAF takes 1 to 256 letters, digits, spaces and + = : # @ / - , .`,
      this.edge &&
        region !== EDGE_REGION &&
        `scope is edge in a stack ${Token.isUnresolved(region) ? 'without a fixed region' : `of ${region}`}; such a firewall stands in ${EDGE_REGION} only, so make it in edgeStack(this)`,
      rules.length === 0 && 'rules is empty, so that everything would have one fate; give at least one',
      ...rules.flatMap((rule) => rule.faults()),
      ...twice(
        'rule',
        rules.map(({ name }) => name),
      ),
      ...twice('priority', priorities),
    ]);

    const name = Names.uniqueResourceName(this, { maxLength: 60 });
    const acl = new CfnWebACL(this, 'Acl', {
      description,
      scope: this.edge ? 'CLOUDFRONT' : 'REGIONAL',
      defaultAction: otherwise === 'allow' ? { allow: {} } : { block: {} },
      visibilityConfig: seen(name),
      rules: rules.map((rule, at) => {
        const body = rule.bodyIn({
          scope: new Construct(this, `Rule${rule.name}`),
          of: this.edge ? 'CLOUDFRONT' : 'REGIONAL',
        });
        return {
          ...(mode === 'observe' ? counting(body) : body),
          name: rule.name,
          priority: priorities[at],
          visibilityConfig: seen(rule.name),
        };
      }),
    });
    this.acl = acl;
    this.arn = acl.attrArn;
    this.logs = this.log(acl);
  }

  arnFor(reader: IConstruct): string {
    return readAcross(this, 'Arn', this.arn, reader);
  }

  edgeFaults(): string[] {
    return this.edge
      ? []
      : [`firewall is ${this.node.path}, which is regional; give one whose scope is edge, made in edgeStack(this)`];
  }

  /** Stands before a resource of its own region. */
  protect(resource: IConstruct): void {
    const found = guardedBy(resource);
    refuse(this, [
      this.edge &&
        `scope is edge, so it cannot stand before ${resource.node.path}; give it to EdgeDistribution, or make one whose scope is regional`,
      'fault' in found && found.fault,
    ]);
    if ('fault' in found) return;
    new CfnWebACLAssociation(this, `Before${Names.nodeUniqueId(resource.node)}`, {
      webAclArn: this.arn,
      resourceArn: found.arn,
    });
  }

  /** The name of the group is what WAF asks for; it tells stacks apart, so that one template can be deployed twice. */
  private log(acl: CfnWebACL): ILogGroup {
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${uniqueInAccount}-${this.node.id.toLowerCase()}`,
    });
    // Without a policy of the stack's own AWS writes one for the whole account, which stays when the stack goes.
    const writing = logs.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logs.logGroupArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'logs', resource: '*' }) },
        },
      }),
    );
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logs.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: ['authorization', 'cookie'].map((Name) => ({ singleHeader: { Name } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    if (writing.policyDependable) logging.node.addDependency(writing.policyDependable);
    return logs;
  }
}

const seen = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName,
});

type Body = Omit<CfnWebACL.RuleProperty, 'name' | 'priority' | 'visibilityConfig'>;

/** A rule that would turn something away, and only counts it. */
const counting = (body: Body): Body =>
  body.overrideAction ? { ...body, overrideAction: { count: {} } } : { ...body, action: { count: {} } };

const twice = (what: string, values: readonly (string | number)[]): string[] =>
  [...new Set(values.filter((value, at) => values.indexOf(value) !== at))].map(
    (value) => `rules has the ${what} ${value} more than once; give each its own`,
  );

function arnFaults(arn: string): string[] {
  if (Token.isUnresolved(arn)) return [];
  if (/^[0-9a-f-]{36}$/.test(arn))
    return [`firewall is ${arn}, an id of WAF Classic, which AWS has retired; give the ARN of a web ACL of WAF`];
  if (/^arn:[^:]+:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[0-9a-f-]+$/.test(arn)) return [];
  return [
    `firewall is ${arn}; give the ARN of a web ACL of the scope CLOUDFRONT, such as arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id`,
  ];
}
