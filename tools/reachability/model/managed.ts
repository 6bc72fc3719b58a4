import type { Resource } from '../parse/resource';
import { asNumber, asResource, describe, Reference, Unknown, type Tri, type Value } from '../parse/values';
import { portOf } from '../parse/ports';
import { all, certain, noTraffic, perhaps, type Extent } from '../space/extent';
import { rule, trafficText } from '../space/traffic';
import { elementTypes, type ElementType } from './element-types';
import { clusterTypes } from './filters';
import type { Element, Subnet } from './network';
import { elementFrom, interfacesOf, placeOf, type Ground } from './placing';
import { keyOf, several } from './site';

/** Everything AWS runs inside a VPC for somebody: functions, databases, caches, tasks, endpoints. */
export function managedElements(ground: Ground): Element[] {
  const elements: Element[] = [];
  for (const [type, description] of Object.entries(elementTypes))
    for (const resource of ground.site.of(type)) {
      const element = managedElement(ground, resource, description);
      if (element) elements.push(element);
    }
  for (const system of ground.site.of('AWS::EFS::FileSystem')) {
    const element = fileSystem(ground, system);
    if (element) elements.push(element);
  }
  return elements;
}

function managedElement(ground: Ground, resource: Resource, type: ElementType): Element | undefined {
  const isEndpoint = resource.type === 'AWS::EC2::VPCEndpoint';
  if (
    isEndpoint &&
    !/^(Interface|ServiceNetwork|Resource)$/.test(describe(resource.get('VpcEndpointType') ?? 'Gateway'))
  )
    return undefined;
  if (resource.get('DBClusterIdentifier') !== undefined && resource.type.endsWith('DBInstance')) return undefined;
  const values = subnetsOf(ground, resource, type);
  if (values.length === 0) return undefined;
  // EKS adds a group of its own making to those it is given.
  const own = (clusterTypes as readonly string[]).includes(resource.type) ? [new Reference(resource)] : [];
  const { subnets, groups } = placeOf(ground, values, [...resource.list(type.groups), ...own]);
  const listens = listensOf(resource, type);
  const service = isEndpoint ? serviceOf(resource.get('ServiceName')) : undefined;
  return elementFrom(resource, {
    interfaces: interfacesOf(resource.name, resource.key, {
      subnets,
      groups,
      isPublic: publicOf(ground, resource, type, subnets),
      hasV6: v6Of(resource, type),
      ...(type.isPublic === undefined && { privateBecause: `${type.is} never has one` }),
    }),
    listens,
    listensBecause:
      type.listens === 'nothing'
        ? `takes no connections, being ${type.is}`
        : `listens on ${trafficText(listens.maybe)} only`,
    opens:
      type.opens === false ? { to: 'nobody', because: `begins no connections, being ${type.is}` } : { to: 'anyone' },
    isFleet: type.isFleet ?? false,
    ...(service !== undefined && { service }),
  });
}

function subnetsOf({ site }: Ground, resource: Resource, type: ElementType): readonly Value[] {
  const named = resource.get(type.subnets);
  if (type.subnetGroup === undefined) return resource.list(type.subnets);
  const [groupType, property] = type.subnetGroup;
  if (named === undefined) return [several('the default subnet group is not in the templates')];
  const group = asResource(named) ?? site.of(groupType).find((one) => nameOf(one) === named);
  return group
    ? group.list(property)
    : [
        several(
          named instanceof Unknown ? named.reason : `the subnet group ${describe(named)} is not in the templates`,
        ),
      ];
}

/** A subnet group may be referred to by the name it was given. */
const nameOf = (group: Resource): Value =>
  ['DBSubnetGroupName', 'CacheSubnetGroupName', 'SubnetGroupName'].map((name) => group.get(name)).find(Boolean);

function listensOf(resource: Resource, { listens }: ElementType): Extent {
  if (listens === undefined) return all;
  if (listens === 'nothing') return noTraffic;
  if (listens !== 'port') return certain(listens);
  const port = asNumber(portOf(resource));
  return typeof port === 'number' ? certain(rule('tcp', port, port)) : perhaps(rule('tcp'), (port as Unknown).reason);
}

function publicOf({ site }: Ground, resource: Resource, { isPublic }: ElementType, subnets: readonly Subnet[]): Tri {
  if (isPublic === undefined) return false;
  const [property, wanted] = isPublic;
  const own = resource.get(property);
  const given =
    own ??
    site
      .of('AWS::RDS::DBInstance')
      .filter((instance) => keyOf(instance.get('DBClusterIdentifier')) === resource.key)
      .map((instance) => instance.get(property))
      .find((value) => value !== undefined);
  if (given instanceof Unknown) return given;
  if (given !== undefined) return describe(given).toLowerCase() === wanted.toLowerCase();
  // RDS gives a database a public address of its own accord where the VPC has an internet gateway.
  return resource.type.startsWith('AWS::RDS::') && subnets.some(({ vpc }) => vpc.internetGateway !== undefined);
}

function v6Of(resource: Resource, { hasV6 }: ElementType): Tri | ((subnet: Subnet) => Tri) {
  if (resource.type === 'AWS::ECS::Service')
    return (subnet) =>
      subnet.v4 === undefined ||
      new Unknown('whether tasks get IPv6 addresses is a setting of the account (dualStackIPv6)');
  if (hasV6 === undefined) return false;
  const [property, wanted] = hasV6;
  const value = resource.get(property);
  if (value instanceof Unknown) return value;
  return value !== undefined && wanted.test(describe(value));
}

/** `s3` in `com.amazonaws.eu-west-1.s3`; the key of the endpoint service for one of the templates. */
export function serviceOf(value: Value): string {
  const name = describe(value);
  const own = /\.vpce\.[^.]*(?:\.\$\{[^}]*\})?.*?\$\{([^}]+)\}$/.exec(name);
  if (own) return own[1];
  return name.replace(/^(com|cn)\.amazonaws\.(cn\.)?(\$\{[^}]*\}|[a-z0-9-]+)\./, '').replace(/^aws\.api\.[^.]+\./, '');
}

function fileSystem(ground: Ground, system: Resource): Element | undefined {
  const targets = ground.site
    .of('AWS::EFS::MountTarget')
    .filter((target) => keyOf(target.get('FileSystemId')) === system.key);
  if (targets.length === 0) return undefined;
  const interfaces = targets.flatMap((target) => {
    const { subnets, groups } = placeOf(ground, [target.get('SubnetId')], target.list('SecurityGroups'));
    const type = describe(target.get('IpAddressType') ?? 'IPV4_ONLY');
    return interfacesOf(system.name, target.key, { subnets, groups, isPublic: false, hasV6: type !== 'IPV4_ONLY' });
  });
  const listens = certain(rule('tcp', 2049, 2049));
  return elementFrom(system, {
    interfaces,
    listens,
    listensBecause: 'listens on tcp 2049 only',
    opens: { to: 'nobody', because: 'begins no connections, being a file system' },
  });
}
