import type { Entry } from '../../access/names';
import { isPrimary, isSpare, isWatching } from './kinds';
import type { Source } from './source';

/** Which resource a box or frame shows: itself, the one it is folded into, or nothing where it serves the whole stack. */
export type Home = Entry | undefined;

/**
 * Folds every resource that is no box of its own into the one it serves. A helper's own words come first (a bucket policy
 * names its bucket), then the box it was made beside, then whoever uses it, then what it uses.
 */
export class Folding {
  readonly #homes = new Map<Entry, Home>();
  readonly #providers: ReadonlySet<Entry>;

  constructor(private readonly source: Source) {
    this.#providers = new Set(source.entries.filter((entry) => isProvider(source, entry)));
    const shown = source.entries.filter((entry) => this.#isShown(entry));
    for (const entry of shown) this.#homes.set(entry, entry);
    for (const entry of source.entries) if (isWatching(entry.type)) this.#homes.set(entry, entry);
    const helpers = source.entries.filter((entry) => !this.#homes.has(entry));
    this.#settle(helpers, shown);
  }

  /** What shows a resource; nothing for what serves the whole stack. */
  home(entry: Entry): Home {
    return this.#homes.get(entry);
  }

  get shown(): Entry[] {
    return this.source.entries.filter((entry) => this.#homes.get(entry) === entry);
  }

  #isShown(entry: Entry): boolean {
    const { type, resource } = entry;
    if (type === 'AWS::EC2::VPC' || type === 'AWS::EC2::Subnet') return true;
    if (type === 'AWS::RDS::DBInstance') return resource.Properties?.DBClusterIdentifier === undefined;
    // A rule of a bus that is drawn is an arrow from it; the default bus is nowhere.
    if (type === 'AWS::Events::Rule')
      return this.source.referredIn(entry, resource.Properties?.EventBusName).length === 0;
    if (type === 'AWS::EC2::SecurityGroup') return isForGuests(this.source, entry);
    return isPrimary(type) && !this.#providers.has(entry);
  }

  /** Helpers of helpers find their home once their own helper has one; what nobody claims is shown where it can be. */
  #settle(helpers: readonly Entry[], shown: readonly Entry[]): void {
    const ways = [this.#named, this.#beside, this.#used, this.#using, this.#near];
    let open = helpers.filter((entry) => !this.#providers.has(entry));
    for (let strength = 1; strength <= ways.length && open.length > 0;) {
      const found = open.flatMap((entry) => {
        const home = ways
          .slice(0, strength)
          .map((way) => way.call(this, entry, shown))
          .find((one) => one !== undefined);
        return home ? [[entry, home] as const] : [];
      });
      for (const [entry, home] of found) this.#homes.set(entry, home);
      open = open.filter((entry) => !this.#homes.has(entry));
      strength = found.length > 0 ? 1 : strength + 1;
    }
    for (const provider of this.#providers) this.#homes.set(provider, this.#servedBy(provider));
    this.#followProviders(open);
    for (const entry of open)
      if (!this.#homes.has(entry)) this.#homes.set(entry, isSpare(entry.type) ? entry : this.#near(entry, shown));
  }

  /** The home of the resource that a property of the helper names. */
  #named(entry: Entry): Home {
    const property = owners[entry.type] ?? (entry.type.startsWith('Custom::') ? customOwners : undefined);
    const through = associations[entry.type] as string | undefined;
    const association = through && this.source.referrers(entry).find(({ type }) => type === through);
    if (association) return this.#homes.get(association);
    if (property === undefined) return undefined;
    for (const name of property.split(' ')) {
      const named = this.source.referredIn(entry, entry.resource.Properties?.[name]);
      const home = named.map((one) => this.#homes.get(one)).find((one) => one !== undefined);
      if (home) return home;
    }
    return undefined;
  }

  /** The only box below the nearest ancestor that has any. */
  #beside({ path, type }: Entry, shown: readonly Entry[]): Home {
    if (path === undefined || usedByOthers.has(type)) return undefined;
    const words = path.split('/');
    for (let end = words.length - 1; end > 1; end--) {
      const place = `${words.slice(0, end).join('/')}/`;
      const here = shown.filter((one) => `${one.path}/`.startsWith(place));
      if (here.length === 1) return here[0];
      if (here.length > 1) return undefined;
    }
    return undefined;
  }

  #used(entry: Entry): Home {
    return this.#only(this.source.referrers(entry).filter((one) => !this.#providers.has(one)));
  }

  #using(entry: Entry): Home {
    return this.#only(this.source.referred(entry).filter((one) => !this.#providers.has(one)));
  }

  /** The first box below the nearest ancestor that has any; of two equals neither is better. */
  #near({ path, type }: Entry, shown: readonly Entry[]): Home {
    if (path === undefined || isSpare(type)) return undefined;
    const words = path.split('/');
    for (let end = words.length - 1; end > 1; end--) {
      const place = `${words.slice(0, end).join('/')}/`;
      const here = shown.find((one) => one.path?.startsWith(place));
      if (here) return here;
    }
    return undefined;
  }

  #only(entries: readonly Entry[]): Home {
    const homes = new Set(entries.map((one) => this.#homes.get(one)).filter((one) => one !== undefined));
    return homes.size === 1 ? [...homes][0] : undefined;
  }

  /** A provider of custom resources belongs to the one box they serve, else to the stack. */
  #servedBy(provider: Entry): Home {
    return this.#only(this.source.referrers(provider).filter(({ type }) => isCustom(type)));
  }

  /** The helpers of a provider go where it goes, and their helpers with them. */
  #followProviders(helpers: readonly Entry[]): void {
    for (const provider of this.#providers) {
      const near = [...this.source.referred(provider), ...this.source.referrers(provider)];
      const further = near.flatMap((one) => this.source.referrers(one));
      for (const entry of [...near, ...further])
        if (helpers.includes(entry) && !this.#homes.has(entry)) this.#homes.set(entry, this.#homes.get(provider));
    }
  }
}

/** The property that names what a helper serves; the first of several that has a home. */
const owners: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::UsagePlan': 'ApiStages',
  'AWS::ApiGateway::UsagePlanKey': 'UsagePlanId',
  'AWS::ApiGateway::ApiKey': 'StageKeys',
  'AWS::AutoScaling::LifecycleHook': 'AutoScalingGroupName',
  'AWS::AutoScaling::ScalingPolicy': 'AutoScalingGroupName',
  'AWS::EC2::FlowLog': 'ResourceId',
  'AWS::EC2::NetworkAcl': 'VpcId',
  'AWS::EC2::NetworkAclEntry': 'NetworkAclId',
  'AWS::EC2::Route': 'RouteTableId',
  'AWS::EC2::SecurityGroupEgress': 'GroupId',
  'AWS::EC2::SecurityGroupIngress': 'GroupId',
  'AWS::EC2::SubnetNetworkAclAssociation': 'SubnetId',
  'AWS::EC2::SubnetRouteTableAssociation': 'SubnetId',
  'AWS::EC2::VPCDHCPOptionsAssociation': 'VpcId',
  'AWS::EC2::VPCGatewayAttachment': 'InternetGatewayId VpnGatewayId',
  'AWS::ElasticLoadBalancingV2::Listener': 'LoadBalancerArn',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'ListenerArn',
  'AWS::Events::Rule': 'EventBusName',
  'AWS::GlobalAccelerator::EndpointGroup': 'ListenerArn',
  'AWS::GlobalAccelerator::Listener': 'AcceleratorArn',
  'AWS::IAM::Policy': 'Roles Users Groups',
  'AWS::Lambda::EventInvokeConfig': 'FunctionName',
  'AWS::Lambda::EventSourceMapping': 'FunctionName',
  'AWS::Lambda::Permission': 'FunctionName',
  'AWS::Lambda::Url': 'TargetFunctionArn',
  'AWS::Logs::SubscriptionFilter': 'LogGroupName',
  'AWS::RDS::DBInstance': 'DBClusterIdentifier',
  'AWS::Route53::DNSSEC': 'HostedZoneId',
  'AWS::Route53::KeySigningKey': 'HostedZoneId',
  'AWS::Route53::RecordSet': 'HostedZoneId',
  'AWS::Route53::RecordSetGroup': 'HostedZoneId',
  'AWS::Route53Resolver::FirewallConfig': 'ResourceId',
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': 'FirewallRuleGroupId',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': 'ResolverQueryLogConfigId',
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SNS::Subscription': 'TopicArn',
  'AWS::SNS::TopicPolicy': 'Topics',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::SecretsManager::SecretTargetAttachment': 'SecretId',
};

/** The type of what joins a helper to the one it serves. */
const associations: Readonly<Record<string, string>> = {
  'AWS::EC2::EIP': 'AWS::EC2::NatGateway',
  'AWS::EC2::NetworkAcl': 'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::RouteTable': 'AWS::EC2::SubnetRouteTableAssociation',
};

/** What custom resources call the thing they work on. */
const customOwners = 'BucketName DestinationBucketName DefaultSecurityGroupId TableName';

/** Made in one place and used in another: the user says more than the place. */
const usedByOthers: ReadonlySet<string> = new Set([
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
]);

/** Whether nothing is in a security group yet: nothing but other groups and rules names it, and some rule does. */
function isForGuests(source: Source, entry: Entry): boolean {
  const users = source.referrers(entry);
  return users.length > 0 && users.every(({ type }) => type.startsWith('AWS::EC2::SecurityGroup'));
}

const isCustom = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';

/** Whether a function only serves custom resources while a stack is deployed. */
function isProvider(source: Source, entry: Entry): boolean {
  if (entry.type !== 'AWS::Lambda::Function') return false;
  const users = source.referrers(entry).filter(({ type }) => !type.startsWith('AWS::IAM::'));
  return (
    users.length > 0 &&
    users.every(({ type, resource }) => isCustom(type) && 'ServiceToken' in (resource.Properties ?? {}))
  );
}
