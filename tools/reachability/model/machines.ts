import type { Resource } from '../parse/resource';
import { asMap, asNumber, asResource, asTri, describe, Unknown, type Tri, type Value } from '../parse/values';
import { blockOf } from '../parse/addresses';
import type { Block } from '../space/blocks';
import type { Element, Interface } from './network';
import { elementFrom, interfacesOf, placeOf, type Ground } from './placing';
import { keyOf, several } from './site';

/** Instances, fleets of them, and interfaces that stand alone. */
export class Machines {
  readonly elements: Element[] = [];
  private readonly withElasticIp: ReadonlySet<string>;
  private readonly interfaces = new Map<string, Interface>();
  /** Instance of an interface that is attached to one. */
  private readonly owners = new Map<string, string>();
  private readonly attached = new Map<string, string[]>();

  constructor(private readonly ground: Ground) {
    const { site } = ground;
    this.withElasticIp = new Set(
      [
        ...site.of('AWS::EC2::EIP').map((ip) => ip.get('InstanceId')),
        ...site.of('AWS::EC2::EIPAssociation').flatMap((one) => [one.get('InstanceId'), one.get('NetworkInterfaceId')]),
      ]
        .filter((value) => value !== undefined)
        .map(keyOf),
    );
    for (const attachment of site.of('AWS::EC2::NetworkInterfaceAttachment'))
      this.attach(keyOf(attachment.get('NetworkInterfaceId')), keyOf(attachment.get('InstanceId')));
    for (const instance of site.of('AWS::EC2::Instance'))
      for (const { NetworkInterfaceId: id } of instance.list('NetworkInterfaces').map(asMap))
        if (id !== undefined) this.attach(keyOf(id), instance.key);

    for (const resource of site.of('AWS::EC2::NetworkInterface')) this.addInterface(resource);
    for (const resource of site.of('AWS::EC2::Instance')) this.addInstance(resource);
    for (const resource of site.of('AWS::AutoScaling::AutoScalingGroup')) this.addFleet(resource);
    for (const resource of site.of('AWS::EKS::Nodegroup')) this.addNodes(resource);
  }

  /** The interface of an instance, or one on its own, that a route names. */
  interfaceOf(value: Value): Interface | undefined {
    return this.interfaces.get(keyOf(value));
  }

  private attach(networkInterface: string, instance: string): void {
    this.owners.set(networkInterface, instance);
    this.attached.set(instance, [...(this.attached.get(instance) ?? []), networkInterface]);
  }

  private addInterface(resource: Resource): void {
    const { subnets, groups } = placeOf(this.ground, [resource.get('SubnetId')], resource.list('GroupSet'));
    const owner = this.owners.get(resource.key);
    const [made] = interfacesOf(resource.name, resource.key, {
      subnets,
      groups,
      isPublic: this.withElasticIp.has(resource.key),
      hasV6: (subnet) => hasOwnV6(resource.get('Ipv6AddressCount'), resource.list('Ipv6Addresses')) || subnet.assignsV6,
      forwards: not(asTri(resource.get('SourceDestCheck'), true)),
    });
    const fixed = {
      ...made,
      ...fixedAddress(resource.get('PrivateIpAddress'), made.v4),
      ...(owner && { host: owner }),
    };
    this.interfaces.set(resource.key, fixed);
    this.elements.push(elementFrom(resource, { interfaces: [fixed], ...(owner !== undefined && { isPart: true }) }));
  }

  private addInstance(resource: Resource): void {
    const launch = this.template(resource.get('LaunchTemplate'));
    const get = (name: string): Value => resource.get(name) ?? launch?.get(`LaunchTemplateData.${name}`);
    const list = (name: string): readonly Value[] =>
      resource.list(name).length > 0 ? resource.list(name) : (launch?.list(`LaunchTemplateData.${name}`) ?? []);
    const inline = list('NetworkInterfaces').map(asMap);
    const forwards = not(asTri(get('SourceDestCheck'), true));
    const made = inline
      .filter((one) => one.NetworkInterfaceId === undefined)
      .map((one) =>
        this.instanceInterface(
          resource,
          one.SubnetId ?? resource.get('SubnetId'),
          one,
          listIn(one, 'GroupSet', 'Groups'),
          forwards,
        ),
      );
    if (inline.length === 0) {
      const properties = {
        PrivateIpAddress: get('PrivateIpAddress'),
        Ipv6AddressCount: get('Ipv6AddressCount'),
        Ipv6Addresses: get('Ipv6Addresses'),
      };
      made.push(
        this.instanceInterface(resource, resource.get('SubnetId'), properties, list('SecurityGroupIds'), forwards),
      );
    }
    const attached = (this.attached.get(resource.key) ?? []).map((key) => this.interfaces.get(key));
    const interfaces = [...made, ...attached.filter((one) => one !== undefined)];
    if (interfaces.length > 0) this.interfaces.set(resource.key, interfaces[0]);
    this.elements.push(elementFrom(resource, { interfaces }));
  }

  private instanceInterface(
    resource: Resource,
    subnetValue: Value,
    properties: { readonly [name: string]: Value },
    groupValues: readonly Value[],
    forwards: Tri,
  ): Interface {
    const { subnets, groups } = placeOf(
      this.ground,
      [subnetValue ?? new Unknown('the subnet of an instance in the default VPC is not in the templates')],
      groupValues,
    );
    const [made] = interfacesOf(resource.name, resource.key, {
      subnets,
      groups,
      isPublic: (subnet) =>
        this.withElasticIp.has(resource.key) || asTri(properties.AssociatePublicIpAddress, subnet.mapsPublic),
      hasV6: (subnet) => hasOwnV6(properties.Ipv6AddressCount, listIn(properties, 'Ipv6Addresses')) || subnet.assignsV6,
      forwards,
    });
    return { ...made, ...fixedAddress(properties.PrivateIpAddress, made.v4), host: resource.key };
  }

  private addFleet(resource: Resource): void {
    const source = this.fleetSource(resource);
    const inline = asMap(source?.list(`${source.prefix}NetworkInterfaces`)[0]);
    const groups = listIn(inline, 'Groups').length > 0 ? listIn(inline, 'Groups') : (source?.groups() ?? []);
    const place = placeOf(
      this.ground,
      resource.list('VPCZoneIdentifier'),
      source ? groups : [new Unknown(`the launch template of ${resource.name} is not in the templates`)],
    );
    const associates = inline.AssociatePublicIpAddress ?? source?.get(`${source.prefix}AssociatePublicIpAddress`);
    const subnets =
      place.subnets.length > 0
        ? place.subnets
        : [this.ground.vpcs.subnet(several(`the subnets of ${resource.name} are in the default VPC`))];
    this.elements.push(
      elementFrom(resource, {
        interfaces: interfacesOf(resource.name, resource.key, {
          subnets,
          groups: place.groups,
          isPublic: (subnet) => asTri(associates, subnet.mapsPublic),
          hasV6: (subnet) => hasOwnV6(inline.Ipv6AddressCount, listIn(inline, 'Ipv6Addresses')) || subnet.assignsV6,
        }),
        isFleet: true,
      }),
    );
  }

  /** Where a fleet's instances take their properties from. */
  private fleetSource(resource: Resource) {
    const configuration = asResource(resource.get('LaunchConfigurationName'));
    if (configuration)
      return {
        prefix: '',
        get: (name: string) => configuration.get(name),
        list: (name: string) => configuration.list(name),
        groups: () => configuration.list('SecurityGroups'),
      };
    const template = this.template(
      resource.get('LaunchTemplate') ?? resource.get('MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification'),
    );
    if (template === undefined) return undefined;
    return {
      prefix: 'LaunchTemplateData.',
      get: (name: string) => template.get(name),
      list: (name: string) => template.list(name),
      groups: () => template.list('LaunchTemplateData.SecurityGroupIds'),
    };
  }

  private addNodes(resource: Resource): void {
    const template = this.template(resource.get('LaunchTemplate'));
    const own = template?.list('LaunchTemplateData.SecurityGroupIds') ?? [];
    // Without groups of its own, a node is in the one EKS makes for the cluster.
    const cluster = resource.get('ClusterName');
    const groups =
      own.length > 0
        ? own
        : [
            asResource(cluster)
              ? cluster
              : new Unknown(`the security group of the cluster ${describe(cluster)} is not in the templates`),
          ];
    const place = placeOf(this.ground, resource.list('Subnets'), groups);
    this.elements.push(
      elementFrom(resource, {
        interfaces: interfacesOf(resource.name, resource.key, {
          ...place,
          isPublic: (subnet) => subnet.mapsPublic,
          hasV6: (subnet) => subnet.assignsV6,
        }),
        isFleet: true,
      }),
    );
  }

  private template(value: Value): Resource | undefined {
    const { LaunchTemplateId: id, LaunchTemplateName: name, Id: short, Name: shortName } = asMap(value);
    const named = name ?? shortName;
    return (
      asResource(id ?? short) ??
      asResource(named) ??
      (named === undefined
        ? undefined
        : this.ground.site.of('AWS::EC2::LaunchTemplate').find((one) => one.get('LaunchTemplateName') === named))
    );
  }
}

const not = (value: Tri): Tri => (value instanceof Unknown ? value : !value);

const listIn = (map: { readonly [name: string]: Value }, ...names: readonly string[]): readonly Value[] => {
  const found = names.map((name) => map[name]).find((value) => value !== undefined);
  return found === undefined ? [] : Array.isArray(found) ? (found as readonly Value[]) : [found];
};

const hasOwnV6 = (count: Value, addresses: readonly Value[]): boolean => {
  const number = asNumber(count);
  return addresses.length > 0 || (typeof number === 'number' && number > 0);
};

/** A private address that is written down instead of left to the subnet. */
function fixedAddress(value: Value, subnet: Block | undefined): { readonly v4: Block } | undefined {
  if (value === undefined || subnet === undefined) return undefined;
  const found = blockOf(value, 4);
  return found instanceof Unknown || found.space !== undefined ? undefined : { v4: found };
}
