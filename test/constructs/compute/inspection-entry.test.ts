import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { Fleet, type FleetProps } from '../../../lib/constructs/compute/fleet';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import type { GatewayBalancerProps } from '../../../lib/constructs/compute/gateway-balancer';
import { InspectionEntry, type InspectionEntryProps } from '../../../lib/constructs/compute/inspection-entry';
import { TransportPool } from '../../../lib/constructs/compute/transport-pool';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const isolated = { subnetType: SubnetType.PRIVATE_ISOLATED };
const open = { subnetType: SubnetType.PUBLIC };

function network(stack: Stack, id: string, zones = 2): TieredNetwork {
  return new TieredNetwork(stack, id, {
    plan: {
      zones,
      tiers: [
        { name: 'inside', access: 'isolated' },
        { name: 'edge', access: 'public' },
      ],
    },
    ...(zones === 1 && { singleZoneReason: 'A test of what one zone lacks' }),
    nat: NatStrategy.none(),
    gatewayEndpoints: {},
  });
}

interface Made {
  readonly change?: (props: InspectionEntryProps) => InspectionEntryProps;
  readonly gateway?: Partial<GatewayBalancerProps>;
  readonly applianceZones?: number;
}

function made({ change = (props) => props, gateway = {}, applianceZones = 2 }: Made = {}) {
  const parts = new Parts(testStack());
  const { stack, alarms } = parts;
  const [ours, theirs] = [network(stack, 'Appliances', applianceZones), network(stack, 'Application')];
  const entry = new InspectionEntry(
    stack,
    'Entry',
    change({
      appliances: { vpc: ours.vpc, subnets: isolated, health: { port: 8081, path: '/' }, alarms, ...gateway },
      vpc: theirs.vpc,
      inspected: isolated,
      endpoints: open,
      acceptHourlyCost: 'A test that pays nothing at all',
    }),
  );
  const template = parts.template({ vpc: ours.vpc });
  const fleet = (id = 'Fleet', props: Partial<FleetProps> = {}) =>
    new Fleet(stack, id, {
      vpc: ours.vpc,
      subnets: isolated,
      template,
      size: FleetSize.between(2, 3),
      alarms,
      packetsFrom: entry.balancer,
      ...props,
    });
  return { parts, stack, entry, fleet };
}

function joined(options: Made = {}): Template {
  const { stack, fleet } = made(options);
  fleet();
  guardCompute(stack);
  guardNetwork(stack);
  return Template.fromStack(stack);
}

describe('the balancer', () => {
  const template = joined();

  test('takes every packet and hands it over at 6081, in GENEVE, to instances that answer at a port of their own [compute-gwlb-core]', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'gateway',
      Scheme: Match.absent(),
      SecurityGroups: Match.absent(),
      Subnets: [Match.anyValue(), Match.anyValue()],
      LoadBalancerAttributes: [
        { Key: 'load_balancing.cross_zone.enabled', Value: 'false' },
        { Key: 'deletion_protection.enabled', Value: 'false' },
      ],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Protocol: 'GENEVE',
      Port: 6081,
      TargetType: 'instance',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: '8081',
      HealthCheckPath: '/',
    });
    const [listener] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener'));
    expect(Object.keys(listener.Properties).sort()).toEqual(['DefaultActions', 'LoadBalancerArn']);
  });

  test('moves connections away from an appliance that is ill or goes [compute-gwlb-core]', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetGroupAttributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: '60' },
        { Key: 'target_failover.on_deregistration', Value: 'rebalance' },
        { Key: 'target_failover.on_unhealthy', Value: 'rebalance' },
      ],
    });
  });

  test('is offered by itself, not as a Network Load Balancer, to this account alone [compute-gwlb-core]', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpointService', {
      GatewayLoadBalancerArns: [{ Ref: Match.stringLikeRegexp('^EntryGatewayBalancer') }],
      NetworkLoadBalancerArns: Match.absent(),
      AcceptanceRequired: false,
    });
    template.hasResourceProperties('AWS::EC2::VPCEndpointServicePermissions', {
      AllowedPrincipals: [
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
      ],
    });
  });

  test('has appliances that it alone reaches, and that are replaced when they do not answer [compute-gwlb-core]', () => {
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { TargetGroupARNs: [Match.anyValue()], HealthCheckType: 'ELB,EBS', HealthCheckGracePeriod: 300 },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^EntryGatewayListener')]),
    });
    const rules = (key: string) =>
      Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
        ({ Properties }) => (Properties[key] ?? []) as Record<string, unknown>[],
      );
    const brief = ({ IpProtocol, FromPort, CidrIp }: Record<string, unknown>) => [IpProtocol, FromPort, CidrIp];
    expect(rules('SecurityGroupIngress').map(brief)).toEqual([
      ['udp', 6081, '10.16.0.0/20'],
      ['tcp', 8081, '10.16.0.0/20'],
      ['udp', 6081, '10.16.64.0/20'],
      ['tcp', 8081, '10.16.64.0/20'],
    ]);
    expect(rules('SecurityGroupEgress').map(brief)).toEqual(
      expect.arrayContaining([
        ['udp', 6081, '10.16.0.0/20'],
        ['udp', 6081, '10.16.64.0/20'],
      ]),
    );
  });

  test('tells when an appliance stays ill, and when none is well', () => {
    for (const [MetricName, TreatMissingData] of [
      ['UnHealthyHostCount', 'notBreaching'],
      ['HealthyHostCount', 'breaching'],
    ])
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/GatewayELB',
        MetricName,
        TreatMissingData,
        Dimensions: Match.arrayWith([Match.objectLike({ Name: 'LoadBalancer' })]),
      });
  });

  test('lets packets cross zones, waits for connections and is kept, where it is told to', () => {
    const other = joined({
      gateway: {
        crossZone: true,
        deletionProtection: true,
        deregistrationDelay: Duration.minutes(5),
        health: { port: 8081 },
      },
    });
    other.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: [
        { Key: 'load_balancing.cross_zone.enabled', Value: 'true' },
        { Key: 'deletion_protection.enabled', Value: 'true' },
      ],
    });
    other.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckProtocol: 'TCP',
      HealthCheckPath: Match.absent(),
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }]),
    });
  });
});

describe('the way of packets', () => {
  const template = joined();

  test('leads to an endpoint of the zone and no other, in and out [compute-gwlb-routing]', () => {
    const endpoints = template.findResources('AWS::EC2::VPCEndpoint');
    expect(Object.keys(endpoints)).toHaveLength(2);
    for (const { Properties, DependsOn } of Object.values(endpoints)) {
      expect(Properties.VpcEndpointType).toBe('GatewayLoadBalancer');
      expect(DependsOn).toContainEqual(expect.stringMatching(/^EntryServicePermissions/));
    }
    const routes = Object.values(template.findResources('AWS::EC2::Route'))
      .filter(({ Properties }) => Properties.VpcEndpointId)
      .map(({ Properties }) => [
        (Properties.RouteTableId.Ref as string).replace(/[0-9A-F]{8}$/, ''),
        Properties.DestinationCidrBlock,
        (Properties.VpcEndpointId.Ref as string).replace(/[0-9A-F]{8}$/, ''),
      ]);
    expect(routes.sort()).toEqual([
      ['ApplicationVpcinsideSubnet1RouteTable', '0.0.0.0/0', 'EntryEndpoint1'],
      ['ApplicationVpcinsideSubnet2RouteTable', '0.0.0.0/0', 'EntryEndpoint2'],
      ['EntryRoutesEdgeTable', '10.16.0.0/20', 'EntryEndpoint1'],
      ['EntryRoutesEdgeTable', '10.16.64.0/20', 'EntryEndpoint2'],
    ]);
  });
});

describe('fails when', () => {
  const refusal = (options: Made) => () => joined(options);

  test('nobody has said why the price by the hour is worth it [compute-gwlb-core]', () => {
    expect(refusal({ change: (props) => ({ ...props, acceptHourlyCost: 'yes' }) })).toThrow(
      'Stack/Entry:\n  acceptHourlyCost is "yes"; say in a sentence why a balancer with an endpoint in each zone that is billed by the hour is needed, or filter with security groups and a WebFirewall, which cost nothing by the hour',
    );
  });

  test('appliances stand in the network they read', () => {
    expect(refusal({ change: (props) => ({ ...props, appliances: { ...props.appliances, vpc: props.vpc } }) })).toThrow(
      'appliances.vpc is Stack/Application/Vpc, the network they are to read; give them one of their own, or what they send would be led to themselves',
    );
  });

  test('a zone has no endpoint, or no balancer to have one from [compute-gwlb-routing]', () => {
    const first = (props: InspectionEntryProps) => ({ subnets: [props.vpc.publicSubnets[0]] });
    expect(refusal({ change: (props) => ({ ...props, endpoints: first(props) }) })).toThrow(
      'Stack/Application/Vpc/insideSubnet2 has no endpoint in its zone; add a public subnet of that zone to endpoints',
    );
    expect(refusal({ applianceZones: 1 })).toThrow(
      'Stack/Application/Vpc/insideSubnet2 is in a zone without the balancer, where it offers no endpoint; add a subnet of that zone to appliances.subnets',
    );
  });

  test('the balancer asks for health where packets come in, or stands in a zone twice [compute-gwlb-core]', () => {
    expect(refusal({ gateway: { health: { port: 6081, path: 'health' } } })).toThrow(
      'Stack/Entry/Gateway:\n  health.port is 6081, where packets come in by UDP; let the appliance answer by TCP at a port of its own\n  health.path is health; begin it with a slash',
    );
    expect(refusal({ gateway: { deregistrationDelay: Duration.hours(2) } })).toThrow(
      'deregistrationDelay is 2 hours; give 0 seconds to 1 hour',
    );
    const both = (props: InspectionEntryProps) => {
      const { vpc } = props.appliances;
      const subnets = { subnets: [...vpc.isolatedSubnets, ...vpc.publicSubnets] };
      return { ...props, appliances: { ...props.appliances, subnets } };
    };
    expect(refusal({ change: both })).toThrow(
      'subnets has two of one zone, and it stands once in each; name one of them',
    );
  });

  test('its appliances stand behind another balancer too', () => {
    const behind = (other: (parts: Parts) => Partial<FleetProps>) => () => {
      const { parts, fleet } = made();
      return fleet('Fleet', other(parts));
    };
    const rest = 'so that it stands behind another balancer already; give appliances a fleet of their own';
    expect(behind((parts) => ({ targets: parts.pool() }))).toThrow(`\n  packetsFrom is given with targets, ${rest}`);
    expect(
      behind(({ stack, vpc }) => ({ transports: [new TransportPool(stack, 'Pool', { vpc, port: 4569 })] })),
    ).toThrow(`\n  packetsFrom is given with transports, ${rest}`);
  });

  test('two fleets are to be its appliances', () => {
    const { fleet } = made();
    fleet();
    expect(() => fleet('Other')).toThrow(
      'Stack/Other:\n  packetsFrom is Stack/Entry/Gateway, which has its appliances already; make that fleet larger, or give this one a balancer of its own',
    );
  });
});
