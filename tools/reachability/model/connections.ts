import type { Resource } from '../parse/resource';
import { asTri, describe, equal, Unknown, type Value } from '../parse/values';
import type { Attachment, Hub, HubTable, Peering } from './network';
import type { Ground } from './placing';
import { foreign, keyOf, mentioned, type Site } from './site';

/** What joins networks to each other: peerings, and transit gateways with their tables. */
export class Connections {
  readonly peerings = new Map<string, Peering>();
  readonly hubs = new Map<string, Hub>();
  private readonly attachments = new Map<string, Attachment>();
  private readonly tables = new Map<string, HubTable>();

  constructor(private readonly ground: Ground) {
    const { site } = ground;
    for (const peering of site.of('AWS::EC2::VPCPeeringConnection')) this.addPeering(peering);
    for (const hub of site.of('AWS::EC2::TransitGateway'))
      this.hubs.set(hub.key, {
        key: hub.key,
        name: hub.name,
        attachments: [],
        groupsAcross: hub.get('SecurityGroupReferencingSupport') === 'enable',
      });
    for (const table of site.of('AWS::EC2::TransitGatewayRouteTable'))
      this.tables.set(table.key, { key: table.key, name: table.name, routes: [] });
    for (const type of ['AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment'])
      for (const attachment of site.of(type)) this.addVpcAttachment(attachment);
    for (const vpn of site.of('AWS::EC2::VPNConnection')) this.addVpnAttachment(vpn);
    for (const peering of site.of('AWS::EC2::TransitGatewayPeeringAttachment')) this.addHubPeering(peering);
    this.associate(site);
    this.addRoutes(site);
  }

  /** The transit gateway a property names; one that the templates only mention stays closed to them. */
  hub(value: Value): Hub {
    const key = keyOf(value);
    const known = this.hubs.get(key);
    if (known) return known;
    const why = foreign('the transit gateway', value);
    const made: Hub = {
      key,
      name: mentioned('the transit gateway', value),
      attachments: [],
      groupsAcross: why,
      foreign: why,
    };
    this.hubs.set(key, made);
    return made;
  }

  private addPeering(resource: Resource): void {
    const region = resource.get('PeerRegion');
    this.peerings.set(resource.key, {
      key: resource.key,
      name: resource.name,
      requester: this.ground.vpcs.vpc(resource.get('VpcId')),
      accepter: this.ground.vpcs.vpc(resource.get('PeerVpcId')),
      oneRegion: region === undefined ? true : equal(region, '${AWS::Region}') === true,
    });
  }

  private addVpcAttachment(resource: Resource): void {
    const vpc = this.ground.vpcs.vpc(resource.get('VpcId'));
    const subnets = resource.list('SubnetIds').map((value) => this.ground.vpcs.subnet(value, vpc));
    this.attach(resource, resource.get('TransitGatewayId'), { vpc, subnets });
  }

  private addVpnAttachment(vpn: Resource): void {
    if (vpn.get('TransitGatewayId') === undefined) return;
    this.attach(vpn, vpn.get('TransitGatewayId'), { office: vpn.name });
  }

  /** A peering of two hubs is an attachment of each; the far side routes what comes out of its own. */
  private addHubPeering(resource: Resource): void {
    const ends: Attachment[] = [];
    const far = (own: number) => () => ends[1 - own];
    ends.push(this.attach(resource, resource.get('TransitGatewayId'), { peer: far(0) }));
    ends.push(
      this.attach(resource, resource.get('PeerTransitGatewayId'), { peer: far(1) }, `${resource.key} far side`),
    );
  }

  private attach(resource: Resource, hubValue: Value, to: Attachment['to'], key = resource.key): Attachment {
    const hub = this.hub(hubValue);
    const isVpc = 'vpc' in to;
    const carriesV6 = !isVpc || describe(resource.get('Options.Ipv6Support') ?? 'disable') === 'enable';
    const attachment: Attachment = { key, name: resource.name, hub, to, carriesV6 };
    hub.attachments.push(attachment);
    this.attachments.set(key, attachment);
    return attachment;
  }

  /** Which table routes what comes in by each attachment: the one it is associated with, else the hub's default one. */
  private associate(site: Site): void {
    const own = new Map<string, HubTable | Unknown>();
    for (const one of site.of('AWS::EC2::TransitGatewayRouteTableAssociation')) {
      const table = this.table(one.get('TransitGatewayRouteTableId'));
      own.set(this.keyAt(one.get('TransitGatewayAttachmentId'), table), table);
    }
    for (const attachment of this.attachments.values()) {
      const table = own.get(attachment.key) ?? this.defaultTable(attachment.hub, 'Association');
      if (table) attachment.table = table;
    }
  }

  private table(value: Value): HubTable | Unknown {
    return this.tables.get(keyOf(value)) ?? foreign('the transit gateway route table', value);
  }

  private defaultTable(hub: Hub, use: 'Association' | 'Propagation'): HubTable | Unknown | undefined {
    if (hub.foreign) return hub.foreign;
    const resource = this.ground.site.of('AWS::EC2::TransitGateway').find(({ key }) => key === hub.key);
    if (resource?.get(`DefaultRouteTable${use}`) === 'disable') return undefined;
    const key = `${hub.key} default`;
    const known = this.tables.get(key);
    if (known) return known;
    const made: HubTable = { key, name: `the default route table of ${hub.name}`, routes: [] };
    this.tables.set(key, made);
    return made;
  }

  private addRoutes(site: Site): void {
    for (const route of site.of('AWS::EC2::TransitGatewayRoute')) {
      const table = this.table(route.get('TransitGatewayRouteTableId'));
      if (table instanceof Unknown) continue;
      const target = route.get('TransitGatewayAttachmentId');
      const isBlackhole = asTri(route.get('Blackhole'), false) === true;
      const destination = route.get('DestinationCidrBlock');
      table.routes.push({
        destination: site.blockIn(
          destination,
          describe(destination).includes(':') ? 6 : 4,
          `${route.key}: DestinationCidrBlock`,
        ),
        ...(!isBlackhole && {
          attachment: this.attachments.get(this.keyAt(target, table)) ?? foreign('the attachment', target),
        }),
        origin: 'static',
      });
    }
    const propagations = new Map<string, Value[]>();
    for (const one of site.of('AWS::EC2::TransitGatewayRouteTablePropagation')) {
      const key = keyOf(one.get('TransitGatewayAttachmentId'));
      propagations.set(key, [...(propagations.get(key) ?? []), one.get('TransitGatewayRouteTableId')]);
    }
    for (const attachment of this.attachments.values()) {
      const tables = [
        ...(propagations.get(attachment.key) ?? []).map((value) => this.table(value)),
        this.defaultTable(attachment.hub, 'Propagation'),
      ];
      for (const table of new Set(tables))
        if (table !== undefined && !(table instanceof Unknown)) this.propagate(attachment, table);
    }
  }

  /** A peering attachment has one id and two ends; a route means the end at its own hub. */
  private keyAt(target: Value, table: HubTable | Unknown): string {
    const key = keyOf(target);
    const far = this.attachments.get(`${key} far side`);
    if (far === undefined || table instanceof Unknown) return key;
    const resource = this.ground.site.of('AWS::EC2::TransitGatewayRouteTable').find((one) => one.key === table.key);
    return resource && keyOf(resource.get('TransitGatewayId')) === far.hub.key ? far.key : key;
  }

  private propagate(attachment: Attachment, table: HubTable): void {
    if ('vpc' in attachment.to)
      for (const destination of attachment.to.vpc.blocks)
        table.routes.push({ destination, attachment, origin: 'propagated' });
    if ('office' in attachment.to) {
      const learnt = new Unknown(`what ${attachment.name} announces is known only at deployment`);
      const vpn = this.ground.site.of('AWS::EC2::VPNConnection').find(({ key }) => key === attachment.key);
      const fixed = this.ground.site
        .of('AWS::EC2::VPNConnectionRoute')
        .filter((route) => keyOf(route.get('VpnConnectionId')) === attachment.key)
        .map((route) =>
          this.ground.site.blockIn(route.get('DestinationCidrBlock'), 4, `${route.key}: DestinationCidrBlock`),
        );
      const isStatic = vpn !== undefined && asTri(vpn.get('StaticRoutesOnly'), false) === true;
      for (const destination of isStatic ? fixed : [learnt])
        table.routes.push({ destination, attachment, origin: 'propagated' });
    }
  }
}
