import type { Entry } from '../../access/names';
import type { Source } from './source';

/** What else a reader should know of a box at a glance, from its properties. */
export function noteOf(source: Source, entries: readonly Entry[]): string | undefined {
  const [first] = entries;
  const properties = source.properties(first);
  switch (first.type) {
    case 'AWS::AutoScaling::AutoScalingGroup':
      return joined(counted(properties.MinSize, properties.MaxSize, 'instances'), placementOf(source, first));
    case 'AWS::EC2::NatGateway':
      if (properties.AvailabilityMode === 'regional') return 'in every zone';
      return entries.length > 1 ? `${entries.length}, one a zone` : 'in one zone';
    case 'AWS::EC2::VPCEndpoint':
      return entries.length > 1
        ? entries.map((one) => serviceOf(source.properties(one).ServiceName)).join(', ')
        : undefined;
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return properties.Scheme === 'internet-facing' ? publicNote(properties.SubnetMappings) : 'internal';
    case 'AWS::ECS::Service':
      return counted(properties.DesiredCount, properties.DesiredCount, 'tasks');
    case 'AWS::Events::Rule':
    case 'AWS::Scheduler::Schedule':
      return typeof properties.ScheduleExpression === 'string' ? properties.ScheduleExpression : undefined;
    case 'AWS::Route53::HostedZone':
      return typeof properties.Name === 'string' ? properties.Name.replace(/\.$/, '') : undefined;
    case 'AWS::RDS::DBInstance':
      return properties.MultiAZ === true ? 'in two zones' : undefined;
    default:
      return undefined;
  }
}

/** How far apart the instances of a group stand, where their template says so. */
function placementOf(source: Source, group: Entry): string | undefined {
  const templates = source.referred(group).filter(({ type }) => type === 'AWS::EC2::LaunchTemplate');
  const plan = templates.flatMap(source.referred).find(({ type }) => type === 'AWS::EC2::PlacementGroup');
  const strategy = plan && source.properties(plan).Strategy;
  return typeof strategy === 'string' ? `${strategy} group` : undefined;
}

function joined(...notes: readonly (string | undefined)[]): string | undefined {
  const said = notes.filter((note) => note !== undefined);
  return said.length > 0 ? said.join(', ') : undefined;
}

/** Whether a load balancer's addresses are its own, or those that somebody has told others. */
function publicNote(mappings: unknown): string {
  const own = (Array.isArray(mappings) ? mappings : []).filter(
    (one: { readonly AllocationId?: unknown }) => one.AllocationId !== undefined,
  ).length;
  if (own === 0) return 'internet-facing';
  return own === 1 ? '1 Elastic IP' : `${own} Elastic IPs`;
}

function counted(least: unknown, most: unknown, things: string): string | undefined {
  const [from, to] = [Number(least), Number(most)];
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined;
  return from === to ? `${to} ${things}` : `${from} to ${to} ${things}`;
}

const serviceOf = (name: unknown): string | undefined =>
  typeof name === 'string' ? name.split('.').at(-1) : undefined;
