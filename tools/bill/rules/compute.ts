import type { Properties } from '../../template/stack';
import { hourly, monthly, type Billing, type Charge, type Rules } from '../rule';
import { Open, type Part } from '../site';
import { disks } from './disk';

/** Metrics that detailed monitoring sends for each server. */
const DETAILED_METRICS = 7;
/** The root disk of an Amazon Linux image, counted where the template leaves it to the image. */
const imageDisk = { VolumeSize: 8, VolumeType: 'gp3' };

export const compute: Rules = {
  'AWS::EC2::Instance': (part) => servers(instance(part), 1),
  'AWS::AutoScaling::AutoScalingGroup': (part) => {
    const count = part.number('DesiredCapacity') ?? part.number('MinSize') ?? 0;
    const specification = 'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId';
    const template =
      part.other(part.raw(specification) ?? part.raw('LaunchTemplate.LaunchTemplateId')) ??
      part.refers('LaunchConfigurationName');
    if (template === undefined) throw new Open('its launch template is not among the templates');
    const subnets = part.raw('VPCZoneIdentifier');
    const described = launched(template, Array.isArray(subnets) ? (subnets as unknown[]) : []);
    const types = ((part.get('MixedInstancesPolicy.LaunchTemplate.Overrides') ?? []) as Properties[]).flatMap(
      ({ InstanceType }) => (InstanceType === undefined ? [] : [String(InstanceType)]),
    );
    const billing = servers({ ...described, type: types[0] ?? described.type }, count);
    if (types.length < 2) return billing;
    return join(billing, `All servers are counted as ${types[0]} on demand, the first of ${types.length} types.`);
  },
  'AWS::AutoScaling::ScalingPolicy': (part) =>
    part.text('PolicyType') === 'TargetTrackingScaling' ? { fixed: [ownAlarms(2)] } : {},
  'AWS::ApplicationAutoScaling::ScalingPolicy': (part) => {
    if (part.text('PolicyType') !== 'TargetTrackingScaling') return {};
    const target = part.refers('ScalingTargetId') ?? part.refers('ResourceId');
    return { fixed: [ownAlarms(target?.text('ServiceNamespace') === 'dynamodb' ? 4 : 2)] };
  },
  'AWS::EC2::CapacityReservation': (part) => {
    const platform = part.text('InstancePlatform');
    if (platform !== 'Linux/UNIX') throw new Open(`it is held for ${platform}, whose prices are not in the table`);
    const idle = Math.max(0, (part.number('InstanceCount') ?? 0) - takersOf(part));
    if (idle === 0) return { note: 'As many servers as it holds room for run in it, and are billed in its place.' };
    return { fixed: [hourly(`ec2.instance/${part.text('InstanceType')}`, idle, `room for ${idle}, held and empty`)] };
  },
  'AWS::ImageBuilder::ImagePipeline': () => ({
    usage: [{ price: 'ebs.snapshot.gb-month', words: 'each GB that the images in use and the newest ones hold' }],
  }),
  'AWS::EC2::Volume': (part) => ({
    fixed: disks({
      VolumeType: part.text('VolumeType'),
      Size: part.number('Size'),
      Iops: part.number('Iops'),
      Throughput: part.number('Throughput'),
    }),
  }),
  'AWS::EKS::Nodegroup': (part) => {
    const count = part.number('ScalingConfig.DesiredSize') ?? part.number('ScalingConfig.MinSize') ?? 2;
    const template = part.other(part.raw('LaunchTemplate.Id'));
    const [named] = part.list('InstanceTypes') as unknown as string[];
    const own: Servers = {
      type: named ?? 't3.medium',
      disks: [{ VolumeType: 'gp2', VolumeSize: part.number('DiskSize') ?? 20 }],
      isWatched: false,
      hasAddress:
        (part.raw('Subnets') as unknown[] | undefined)?.some((subnet) => givesAddresses(part, subnet)) ?? false,
    };
    const described = template === undefined ? own : launched(template, []);
    return servers({ ...described, type: named ?? described.type ?? own.type }, count, 'nodes');
  },
};

/** How servers are made. */
interface Servers {
  readonly type?: string;
  /** None where the image decides. */
  readonly disks: readonly Properties[];
  readonly isWatched: boolean;
  /** Whether each gets an address of Amazon's pool; an elastic one is billed where it stands. */
  readonly hasAddress: boolean;
}

/** How many servers a deployment starts in held capacity that is for them alone. */
function takersOf(reservation: Part): number {
  const takes = (one: Part, prefix: string) => one.mentions(`${prefix}CapacityReservationSpecification`, reservation);
  const templates = reservation.site
    .ofType('AWS::EC2::LaunchTemplate')
    .filter((one) => takes(one, 'LaunchTemplateData.'));
  const launches = (one: Part) =>
    templates.some((template) => one.other(one.raw('LaunchTemplate.LaunchTemplateId')) === template);
  const groups = reservation.site.ofType('AWS::AutoScaling::AutoScalingGroup').filter(launches);
  const single = reservation.site.ofType('AWS::EC2::Instance').filter((one) => launches(one) || takes(one, ''));
  return groups.reduce(
    (sum, one) => sum + (one.number('DesiredCapacity') ?? one.number('MinSize') ?? 0),
    single.length,
  );
}

/** Alarms that a scaling policy makes by itself. */
const ownAlarms = (count: number): Charge =>
  monthly('cloudwatch.alarm.month', count, `${count} that the policy makes by itself`);

function instance(part: Part): Servers {
  const template = part.other(part.raw('LaunchTemplate.LaunchTemplateId'));
  const elastic = part.site
    .ofType('AWS::EC2::EIP', 'AWS::EC2::EIPAssociation')
    .some((one) => one.mentions('InstanceId', part));
  const own = described(part, '', [part.raw('SubnetId')], part.is('Monitoring'));
  const base = template && launched(template, []);
  return {
    type: own.type ?? base?.type,
    disks: own.disks.length > 0 ? own.disks : (base?.disks ?? []),
    isWatched: own.isWatched || (base?.isWatched ?? false),
    hasAddress: !elastic && (own.hasAddress || (base?.hasAddress ?? false)),
  };
}

function launched(template: Part, subnets: readonly unknown[]): Servers {
  if (template.type === 'AWS::EC2::LaunchTemplate')
    return described(template, 'LaunchTemplateData.', subnets, template.is('LaunchTemplateData.Monitoring.Enabled'));
  // A launch configuration watches in detail unless it is told not to.
  return described(template, '', subnets, template.text('InstanceMonitoring') !== 'false');
}

function described(part: Part, prefix: string, subnets: readonly unknown[], isWatched: boolean): Servers {
  const [network] = part.list(`${prefix}NetworkInterfaces`);
  const told = (network?.AssociatePublicIpAddress ?? part.get('AssociatePublicIpAddress')) as
    string | boolean | undefined;
  const own: readonly unknown[] = network?.SubnetId === undefined ? subnets : [network.SubnetId];
  return {
    type: part.text(`${prefix}InstanceType`),
    disks: part
      .list(`${prefix}BlockDeviceMappings`)
      .flatMap(({ Ebs }) => (Ebs === undefined ? [] : [Ebs as Properties])),
    isWatched,
    hasAddress: told === undefined ? own.some((subnet) => givesAddresses(part, subnet)) : String(told) === 'true',
  };
}

const givesAddresses = (part: Part, subnet: unknown): boolean => part.other(subnet)?.is('MapPublicIpOnLaunch') ?? false;

function servers({ type, disks: own, isWatched, hasAddress }: Servers, count: number, noun = 'servers'): Billing {
  if (type === undefined) throw new Open('no instance type is named');
  if (count === 0) return { note: 'It starts with no server; each one it makes is billed.' };
  const words = count === 1 ? undefined : `${count} ${noun}`;
  const counted = own.length === 0 ? [imageDisk] : own;
  return {
    fixed: [
      hourly(`ec2.instance/${type}`, count, words),
      ...counted.flatMap((one) => disks(one, count, words)),
      ...(hasAddress ? [hourly('vpc.public-ipv4.hour', count, words)] : []),
      ...(isWatched
        ? [monthly('cloudwatch.metric.month', count * DETAILED_METRICS, `${DETAILED_METRICS} of each, in detail`)]
        : []),
    ],
    usage: /^t[34]/.test(type) ? [{ price: 'ec2.cpu-credit', words: 'what it computes beyond its credits' }] : [],
    note: own.length === 0 ? `The image decides the root disk; ${imageDisk.VolumeSize} GB are counted.` : undefined,
  };
}

const join = (billing: Billing, note: string): Billing => ({
  ...billing,
  note: billing.note === undefined ? note : `${note} ${billing.note}`,
});
