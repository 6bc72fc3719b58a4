import { ArnFormat, Aws, Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CrossAccountZoneDelegationRecord,
  type CfnHostedZone,
  NsRecord,
  PublicHostedZone,
  type IHostedZone,
  type IPublicHostedZone,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { isNoAccount, refuse } from '../faults';
import { domainNameFault } from '../network/domain-name';
import { EDGE_REGION } from './edge-certificate';
import { RecordRules } from './record-rules';

/** How long resolvers keep a delegation; it hardly ever changes. */
export const delegationTtl: Duration = Duration.days(2);

export interface PublicZoneProps {
  /** The domain, in lower case and without a dot at its end. It is answered for once its parent delegates to it. */
  readonly name: string;
  /**
   * Whether every question is written down, in a log group that Route 53 wants in us-east-1, as the stack must then be.
   * @default false
   */
  readonly queryLogs?: boolean;
}

/**
 * A public zone: four name servers that answer for a domain worldwide. Anybody may ask them directly; the world does so once the
 * parent of the domain, or the registrar, names them.
 *
 * @claims edge-public-zone
 */
export class PublicZone extends Construct {
  readonly hostedZone: IPublicHostedZone;
  /** Exactly four. */
  readonly nameServers: readonly string[];
  /** Where questions are written down. */
  readonly queryLog?: ILogGroup;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: PublicZoneProps) {
    super(scope, id);
    const { name, queryLogs = false } = props;
    refuse(this, [
      !Token.isUnresolved(name) && domainNameFault('name', name),
      !Token.isUnresolved(name) && !name.includes('.') && `name is ${name}, a top-level domain; give one below it`,
      queryLogs && regionFault(Stack.of(this)),
    ]);
    this.name = name;
    const zone = new PublicHostedZone(this, 'Zone', { zoneName: name });
    this.hostedZone = zone;
    this.nameServers = [0, 1, 2, 3].map((at) => Fn.select(at, zone.hostedZoneNameServers!));
    if (queryLogs) this.queryLog = this.writeDown(zone);
    RecordRules.guard(this);
  }

  /**
   * Makes a zone of its own for a subdomain and delegates to it. From then on this zone answers for none of its names, and records of them
   * are refused here.
   *
   * @param label the subdomain within this zone, such as `lab`
   * @claims edge-delegated-subzone
   */
  delegate(id: string, label: string): PublicZone {
    const name = this.subdomain(label);
    const child = new PublicZone(this, id, { name });
    this.pointTo(`${id}Delegation`, name, child.nameServers);
    return child;
  }

  /**
   * Delegates a subdomain to name servers elsewhere.
   *
   * @claims edge-delegated-subzone
   */
  delegateTo(id: string, label: string, nameServers: readonly string[]): void {
    const name = this.subdomain(label);
    refuse(this, [
      nameServers.length < 2 &&
        `nameServers of ${name} are ${nameServers.join(', ') || 'none'}; give two at least, or one that fails takes the domain along`,
      ...nameServers.map(
        (server) => !Token.isUnresolved(server) && domainNameFault('nameServers', server.replace(/\.$/, '')),
      ),
    ]);
    this.pointTo(id, name, nameServers);
  }

  /**
   * A role by which another account delegates one subdomain to a zone of its own: it may write and take back the NS record of that name,
   * and nothing else.
   *
   * @param account the number of the account of the child
   * @claims edge-cross-account-delegation
   */
  delegator(id: string, label: string, account: string): IRole {
    const name = this.subdomain(label);
    refuse(this, [
      isNoAccount(account) && `account is ${account}; give the 12 digits of the account that has the zone of ${name}`,
    ]);
    const role = new Role(this, id, {
      assumedBy: new AccountPrincipal(account),
      description: `Delegates ${name} to a zone of another account`,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['route53:ChangeResourceRecordSets'],
        resources: [this.hostedZone.hostedZoneArn],
        conditions: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsRecordTypes': ['NS'],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': [name],
          },
          // A request that names nothing would meet every "for all".
          Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
        },
      }),
    );
    return role;
  }

  /**
   * Has the zone of another account delegate to this one, by a role of that account that `delegator` makes.
   *
   * @param parentZoneId the id of the zone above
   * @claims edge-cross-account-delegation
   */
  joinParent(id: string, delegator: IRole, parentZoneId: string): void {
    new CrossAccountZoneDelegationRecord(this, id, {
      delegatedZone: this.hostedZone,
      parentHostedZoneId: parentZoneId,
      delegationRole: delegator,
      ttl: delegationTtl,
    });
  }

  /**
   * Has a zone of the same account, which may be imported, delegate to this one.
   *
   * @claims edge-delegated-subzone
   */
  joinZone(id: string, parent: IHostedZone): void {
    new NsRecord(this, id, {
      zone: parent,
      recordName: `${this.name}.`,
      values: [...this.nameServers],
      ttl: delegationTtl,
    });
  }

  private subdomain(label: string): string {
    refuse(this, [domainNameFault('label', label)]);
    return `${label}.${this.name}`;
  }

  private pointTo(id: string, name: string, values: readonly string[]): void {
    new NsRecord(this, id, {
      zone: this.hostedZone,
      recordName: `${name}.`,
      values: [...values],
      ttl: delegationTtl,
    });
  }

  private writeDown(zone: PublicHostedZone): ILogGroup {
    // Route 53 finds the group by the beginning of its name only.
    const logGroup = new LogGroup(this, 'Queries', { logGroupName: `/aws/route53/${this.name}` });
    const writing = logGroup.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('route53.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:route53:::hostedzone/*` },
        },
      }),
    );
    const resource = zone.node.defaultChild as CfnHostedZone;
    resource.queryLoggingConfig = {
      // The group's own attribute ends in ":*", which Route 53 does not take.
      cloudWatchLogsLogGroupArn: Stack.of(this).formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: logGroup.logGroupName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    };
    if (writing.policyDependable) resource.node.addDependency(writing.policyDependable);
    return logGroup;
  }
}

function regionFault({ region, node }: Stack): string | false {
  if (region === EDGE_REGION) return false;
  const where = Token.isUnresolved(region) ? 'no fixed region' : `the region ${region}`;
  return `queryLogs is true, but the stack ${node.path} has ${where}, and Route 53 writes to log groups of ${EDGE_REGION} only; make the stack with env: { region: '${EDGE_REGION}' }, or leave it out`;
}
