import type { Entry } from '../../access/names';
import type { Source } from './source';

/** What else a reader should know of a box at a glance, from its properties. */
export function noteOf(source: Source, entries: readonly Entry[]): string | undefined {
  const [first] = entries;
  const properties = source.properties(first);
  switch (first.type) {
    case 'AWS::AutoScaling::AutoScalingGroup':
      return counted(properties.MinSize, properties.MaxSize, 'instances');
    case 'AWS::EC2::NatGateway':
      if (properties.AvailabilityMode === 'regional') return 'in every zone';
      return entries.length > 1 ? `${entries.length}, one a zone` : 'in one zone';
    case 'AWS::EC2::VPCEndpoint':
      return entries.length > 1
        ? entries.map((one) => serviceOf(source.properties(one).ServiceName)).join(', ')
        : undefined;
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return properties.Scheme === 'internet-facing' ? 'internet-facing' : 'internal';
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

function counted(least: unknown, most: unknown, things: string): string | undefined {
  const [from, to] = [Number(least), Number(most)];
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined;
  return from === to ? `${to} ${things}` : `${from} to ${to} ${things}`;
}

const serviceOf = (name: unknown): string | undefined =>
  typeof name === 'string' ? name.split('.').at(-1) : undefined;
