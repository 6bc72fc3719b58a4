import { unknownBlock } from '../space/blocks';
import { portOf } from './ports';
import type { Resource } from './resource';
import { asMap, asResource, BlockValue, Reference, Unknown, type Value } from './values';

/** What `Fn::GetAtt` gives: a property the template tells, or else the resource's own attribute by name. */
export function attribute(resource: Resource, name: string, all: () => readonly Resource[]): Value {
  if (resource.type === 'AWS::CloudFormation::Stack' && name.startsWith('Outputs.'))
    return new Unknown(`the nested stack ${resource.name} is not among the templates`, `${resource.key}.${name}`);
  if (resource.type === 'Custom::CrossRegionExportReader') return carriedOver(resource, name, all());
  if (/(^|\.)Port$/.test(name)) return portOf(resource);
  const known = attributes[`${resource.type}.${name}`]?.(resource, all);
  return known ?? new Reference(resource, name);
}

const attributes: Readonly<Record<string, (resource: Resource, all: () => readonly Resource[]) => Value>> = {
  'AWS::EC2::VPC.CidrBlock': (vpc) => vpc.get('CidrBlock') ?? new BlockValue(pooledBlock(vpc)),
  'AWS::EC2::VPC.Ipv6CidrBlocks': (vpc, all) =>
    ipv6BlocksOf(vpc, () => all().filter(({ type }) => type === 'AWS::EC2::VPCCidrBlock')),
  'AWS::EC2::Subnet.CidrBlock': (subnet) => subnet.get('CidrBlock'),
  'AWS::EC2::Subnet.Ipv6CidrBlocks': (subnet) => [subnet.get('Ipv6CidrBlock')],
  'AWS::EC2::Subnet.AvailabilityZone': (subnet) => subnet.get('AvailabilityZone'),
  'AWS::EC2::Subnet.VpcId': (subnet) => subnet.get('VpcId'),
  'AWS::EC2::SecurityGroup.VpcId': (group) => group.get('VpcId'),
  'AWS::EC2::Instance.AvailabilityZone': (instance) => instance.get('AvailabilityZone'),
};

/** The block an IPAM pool will give a VPC. */
export const pooledBlock = (vpc: Resource) =>
  unknownBlock(
    4,
    {
      key: `${vpc.key}.CidrBlock`,
      reason: `the block of ${vpc.name} is drawn from a pool at deployment`,
      isPublic: false,
    },
    `the block of ${vpc.name}`,
  );

const ipv6Blocks = new WeakMap<Resource, readonly Value[]>();

/** The IPv6 blocks of a VPC, in the order of their associations. */
export function ipv6BlocksOf(vpc: Resource | undefined, associations: () => readonly Resource[]): readonly Value[] {
  if (vpc === undefined) return [];
  const known = ipv6Blocks.get(vpc);
  if (known) return known;
  const blocks = associations()
    .filter((one) => asResource(one.get('VpcId')) === vpc && one.get('CidrBlock') === undefined)
    .map((one) => one.get('Ipv6CidrBlock') ?? new BlockValue(givenBlock(vpc, one)));
  ipv6Blocks.set(vpc, blocks);
  return blocks;
}

/** The IPv6 block Amazon or a pool will give a VPC: of the internet, and no one else's. */
const givenBlock = (vpc: Resource, association: Resource) =>
  unknownBlock(
    6,
    { key: association.key, reason: `${vpc.name} gets its IPv6 block at deployment`, isPublic: true },
    `the IPv6 block of ${vpc.name}`,
  );

/** The value a custom resource of the CDK carries over from a stack in another Region. */
function carriedOver(reader: Resource, name: string, all: readonly Resource[]): Value {
  for (const writer of all.filter(({ type }) => type === 'Custom::CrossRegionExportWriter')) {
    const value = asMap(writer.get('WriterProps.exports'))[name];
    if (value !== undefined) return value;
  }
  return new Reference(reader, name);
}
