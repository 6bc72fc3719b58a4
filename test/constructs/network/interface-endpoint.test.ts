import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService as Aws,
  InterfaceVpcEndpointService,
  Peer,
  Port,
  VpcEndpointDnsRecordIpType,
  VpcEndpointIpAddressType,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { context as featureFlags } from '../../../cdk.json';
import type { AddressPlanProps } from '../../../lib/constructs/network/address-plan';
import { GatewayEndpoint } from '../../../lib/constructs/network/gateway-endpoint';
import { InterfaceEndpoint, type InterfaceEndpointProps } from '../../../lib/constructs/network/interface-endpoint';
import { Ipv6Block } from '../../../lib/constructs/network/ipv6-block';
import { PrivateNames } from '../../../lib/constructs/network/private-names';
import { TierSecurityGroup } from '../../../lib/constructs/network/tier-security-group';
import { TieredNetwork, type TieredNetworkProps } from '../../../lib/constructs/network/tiered-network';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { decide } from '../../support/decide';
import { testStack } from '../../support/app';

const isolated: AddressPlanProps = { cidr: '10.16.0.0/16', zones: 2, tiers: [{ name: 'inner', access: 'isolated' }] };
const networkIn = (stack: Stack, props: TieredNetworkProps = {}) =>
  new TieredNetwork(stack, 'Network', { plan: isolated, gatewayEndpoints: {}, ...props });

type Given = Partial<InterfaceEndpointProps>;
/** A stack with one endpoint, for the Systems Manager unless told otherwise. */
function made(props: Given | ((vpc: IVpc, stack: Stack) => Given) = {}, network: TieredNetworkProps = {}) {
  const stack = testStack();
  const { vpc } = networkIn(stack, network);
  const given = typeof props === 'function' ? props(vpc, stack) : props;
  const endpoint = new InterfaceEndpoint(stack, 'Endpoint', { vpc, service: Aws.SSM, ...given });
  return { stack, vpc, endpoint, template: () => Template.fromStack(stack) };
}
const properties = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(
    ({ Properties }) => Properties as Record<string, unknown>,
  );
const accessGroup = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::SecurityGroup')).find(({ Properties }) =>
    String((Properties as { GroupDescription: unknown }).GroupDescription).startsWith('Endpoint for'),
  )!.Properties as Record<string, unknown>;

describe('an interface endpoint', () => {
  test('is an interface with a private address in a subnet of each zone, behind a group of its own [network-interface-endpoint, network-interface-endpoint-ha]', () => {
    const template = made().template();
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.ssm']] },
      SubnetIds: [{ Ref: Match.stringLikeRegexp('innerSubnet1') }, { Ref: Match.stringLikeRegexp('innerSubnet2') }],
      SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('EndpointAccess'), 'GroupId'] }],
      RouteTableIds: Match.absent(),
    });
  });

  test('admits the VPC on 443 unless told who its clients are, and lets nothing out [network-interface-endpoint]', () => {
    expect(accessGroup(made().template())).toMatchObject({
      SecurityGroupIngress: [
        {
          CidrIp: '10.16.0.0/16',
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
        },
      ],
      SecurityGroupEgress: [{ CidrIp: '127.0.0.1/32' }],
    });
  });

  test('admits the groups of its clients and nobody else, and lets those out to it [network-interface-endpoint]', () => {
    const template = made((vpc, stack) => ({
      clients: [new TierSecurityGroup(stack, 'Workers', { vpc, description: 'Workers' })],
    })).template();
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    expect(accessGroup(template)).not.toHaveProperty('SecurityGroupIngress');
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      ...rule,
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Workers'), 'GroupId'] },
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      ...rule,
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Workers'), 'GroupId'] },
    });
  });

  test('lets in more clients later, on its port', () => {
    const { endpoint, template } = made({ clients: [Peer.ipv4('10.16.0.0/20')] });
    endpoint.connections.allowDefaultPortFrom(Peer.ipv4('10.32.0.0/16'));
    expect(accessGroup(template())).toMatchObject({
      SecurityGroupIngress: [
        { CidrIp: '10.16.0.0/20', FromPort: 443 },
        { CidrIp: '10.32.0.0/16', FromPort: 443 },
      ],
    });
  });

  test('lets through only what is listed [network-interface-endpoint, network-endpoint-policy]', () => {
    const [{ PolicyDocument }] = properties(
      made({ allow: [{ actions: ['ssm:GetParameter'], resources: ['arn:aws:ssm:::parameter/mine'] }] }).template(),
    );
    const asks = (resource: string) =>
      decide(PolicyDocument as never, { principal: { AWS: 'somebody' }, action: 'ssm:GetParameter', resource });
    expect(asks('arn:aws:ssm:::parameter/mine')).toBe('allow');
    expect(asks('arn:aws:ssm:::parameter/other')).toBe('implicit deny');
  });

  test('fails when nobody or nothing is let in', () => {
    expect(() => made({ clients: [], ports: [], allow: [] })).toThrow(
      [
        'Stack/Endpoint:',
        'allow is empty, which closes the endpoint; list what may be reached, or leave it out',
        'clients are none; name who may use the endpoint, or leave them out',
        'ports are none; name what is listened to, or leave them out',
      ].join('\n  '),
    );
  });
});

describe('zones', () => {
  test('by default each zone has an interface, in the first of its subnets alone [network-interface-endpoint-ha]', () => {
    const tiers = ['inner', 'cache'].map((name) => ({ name, access: 'isolated' as const }));
    const [{ SubnetIds }] = properties(made({}, { plan: { ...isolated, zones: 3, tiers } }).template());
    expect(SubnetIds).toHaveLength(3);
  });

  test('fails when all subnets are in one zone [network-interface-endpoint-ha]', () => {
    const oneZone = (vpc: IVpc) => ({ subnets: { subnets: [vpc.isolatedSubnets[0]] } });
    expect(() => made(oneZone)).toThrow(
      'Stack/Endpoint:\n  subnets are in one zone, and the endpoint fails with it; give one in each of two zones or more, or say in singleZoneReason why one is enough',
    );
    const accepted = made((vpc) => ({ ...oneZone(vpc), singleZoneReason: 'A sandbox may fail with its zone' }));
    expect(properties(accepted.template())[0].SubnetIds).toHaveLength(1);
  });

  test('fails when two subnets are of one zone [network-interface-endpoint-ha]', () => {
    const tiers = ['inner', 'cache'].map((name) => ({ name, access: 'isolated' as const }));
    const attempt = () =>
      made((vpc) => ({ subnets: { subnets: vpc.isolatedSubnets } }), { plan: { ...isolated, tiers } });
    expect(attempt).toThrow(
      'subnets Stack/Network/Vpc/innerSubnet1 and Stack/Network/Vpc/cacheSubnet1 are in one zone, where an endpoint takes one interface; give one of each zone',
    );
  });
});

describe('names', () => {
  test('the usual name leads to it, so that applications need no change [network-interface-endpoint-dns]', () => {
    const { endpoint, template } = made();
    expect(endpoint.hasUsualName).toBe(true);
    expect(properties(template())[0]).toMatchObject({ PrivateDnsEnabled: true });
  });

  test('its own names are one for the Region and one for each zone [network-interface-endpoint-dns]', () => {
    const { stack, endpoint, template } = made();
    [endpoint.regionalName, ...endpoint.zonalNames].forEach((value, i) => new CfnOutput(stack, `Name${i}`, { value }));
    const name = (i: number) => ({
      Value: {
        'Fn::Select': [
          1,
          { 'Fn::Split': [':', { 'Fn::Select': [i, { 'Fn::GetAtt': [expect.any(String), 'DnsEntries'] }] }] },
        ],
      },
    });
    expect(template().toJSON().Outputs).toEqual({ Name0: name(0), Name1: name(1), Name2: name(2) });
  });

  test('without private names the application is told where it is [network-interface-endpoint-dns]', () => {
    const { stack, endpoint, template } = made({ privateNames: PrivateNames.off() });
    new AppFunction(stack, 'Reader', {
      description: 'Reads parameters',
      code: Code.fromInline('exports.handler = async () => {};'),
      environment: { AWS_ENDPOINT_URL_SSM: endpoint.url },
    });
    expect(endpoint.hasUsualName).toBe(false);
    const written = template();
    expect(properties(written)[0]).toMatchObject({ PrivateDnsEnabled: false });
    const [reader] = Object.values(
      written.findResources('AWS::Lambda::Function', { Properties: { Description: 'Reads parameters' } }),
    );
    const url = JSON.stringify(reader.Properties.Environment.Variables.AWS_ENDPOINT_URL_SSM);
    expect(url).toMatch(/^\{"Fn::Join":\["",\["https:\/\/".*"Fn::GetAtt":\["Endpoint\w+","DnsEntries"\]/);
  });

  test('fails when two endpoints of a service claim its usual name [network-interface-endpoint-dns]', () => {
    const { stack, vpc } = made();
    expect(() => new InterfaceEndpoint(stack, 'Second', { vpc, service: Aws.SSM })).toThrow(
      'Stack/Second:\n  ssm has its usual name at Stack/Endpoint/Endpoint already; use that endpoint, or give PrivateNames.off()',
    );
    const apart = () =>
      new InterfaceEndpoint(stack, 'Third', { vpc, service: Aws.SSM, privateNames: PrivateNames.off() });
    expect(apart).not.toThrow();
    expect(() => new InterfaceEndpoint(stack, 'Other', { vpc, service: Aws.KMS })).not.toThrow();
  });
});

describe('S3 and DynamoDB', () => {
  const withGateway = (vpc: IVpc, stack: Stack) => {
    new GatewayEndpoint(stack, 'Gateway', { vpc, service: GatewayVpcEndpointAwsService.S3 });
    return { service: Aws.S3 };
  };

  test('S3 has its usual name for inbound resolvers only, beside the gateway and after it [network-interface-endpoint-s3-dynamodb]', () => {
    const { endpoint, template } = made(withGateway);
    expect(endpoint.hasUsualName).toBe(false);
    template().hasResource('AWS::EC2::VPCEndpoint', {
      Properties: {
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: 'OnlyInboundResolver' },
      },
      DependsOn: [Match.stringLikeRegexp('^Gateway')],
    });
  });

  test('fails when S3 has such a name and the VPC no gateway endpoint [network-interface-endpoint-s3-dynamodb]', () => {
    expect(() => made({ service: Aws.S3 })).toThrow(
      'Stack/Endpoint:\n  privateNames of s3 are for inbound resolvers only, so the VPC itself needs a gateway endpoint for s3; make a GatewayEndpoint first, or give PrivateNames.on() or off()',
    );
    const another = (_: IVpc, stack: Stack) => {
      const { vpc } = new TieredNetwork(stack, 'Another', { plan: isolated, gatewayEndpoints: {} });
      return withGateway(vpc, stack);
    };
    expect(() => made(another)).toThrow('the VPC itself needs a gateway endpoint for s3');
  });

  test('asked for, the usual name of S3 leads here for everyone, and no gateway is needed', () => {
    expect(properties(made({ service: Aws.S3, privateNames: PrivateNames.on() }).template())[0]).toMatchObject({
      PrivateDnsEnabled: true,
      DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: 'AllResolvers' },
    });
  });

  test('DynamoDB keeps its usual name public unless asked [network-interface-endpoint-s3-dynamodb]', () => {
    const [usual] = properties(made({ service: Aws.DYNAMODB }).template());
    expect(usual).toMatchObject({ PrivateDnsEnabled: false });
    expect(usual).not.toHaveProperty('DnsOptions');
    const [asked] = properties(made({ service: Aws.DYNAMODB, privateNames: PrivateNames.on() }).template());
    expect(asked).toMatchObject({ PrivateDnsEnabled: true });
  });

  test('fails when another service shall have names for inbound resolvers only', () => {
    expect(() => made({ privateNames: PrivateNames.forInboundResolvers() })).toThrow(
      'privateNames are for inbound resolvers only, which ssm does not know; it is for s3 and dynamodb, so give PrivateNames.on() or off()',
    );
  });
});

describe('address families, protocols and Regions', () => {
  const dual: TieredNetworkProps = { ipv6: Ipv6Block.amazonProvided() };
  const both = { ipAddressType: VpcEndpointIpAddressType.DUALSTACK };

  test('dual-stack, it has and gives addresses of both families, and admits both [network-interface-endpoint-families]', () => {
    const template = made({ ...both, dnsRecordIpType: VpcEndpointDnsRecordIpType.DUALSTACK }, dual).template();
    expect(properties(template)[0]).toMatchObject({
      IpAddressType: 'dualstack',
      DnsOptions: { DnsRecordIpType: 'dualstack' },
    });
    expect(accessGroup(template)).toMatchObject({
      SecurityGroupIngress: [{ CidrIp: expect.anything() }, { CidrIpv6: expect.anything() }],
    });
  });

  test('fails when the subnets have IPv4 only, or too much, or records that the addresses cannot fill [network-interface-endpoint-families]', () => {
    expect(() => made(both)).toThrow(
      'ipAddressType is dualstack, but Stack/Network/Vpc/innerSubnet1 has no IPv6 addresses; give the network both families, or leave ipAddressType out',
    );
    expect(() => made({ ipAddressType: VpcEndpointIpAddressType.IPV6 }, dual)).toThrow(
      'ipAddressType is ipv6, but Stack/Network/Vpc/innerSubnet1 has IPv4 addresses too; choose IPv6-only subnets, or dualstack',
    );
    expect(() => made({ dnsRecordIpType: VpcEndpointDnsRecordIpType.IPV6 })).toThrow(
      "dnsRecordIpType is ipv6, but the endpoint's addresses are ipv4; make ipAddressType ipv6 or dualstack",
    );
  });

  test('in IPv6-only subnets it has IPv6 addresses and nothing else fits [network-interface-endpoint-families]', () => {
    const plan: AddressPlanProps = {
      ...isolated,
      tiers: [
        { name: 'web', access: 'public' },
        { name: 'six', access: 'private', ipv6Only: true },
      ],
    };
    const template = made({ ipAddressType: VpcEndpointIpAddressType.IPV6 }, { ...dual, plan }).template();
    expect(properties(template)[0]).toMatchObject({ IpAddressType: 'ipv6' });
    expect(() => made({}, { ...dual, plan })).toThrow('has IPv6 addresses only; give ipv6');
    expect(() => made(both, { ...dual, plan })).toThrow('has no IPv4 addresses; give the network both families');
  });

  test('what stands behind a load balancer may speak UDP, and be of another Region [network-interface-endpoint-families]', () => {
    const name = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';
    const template = made({
      service: new InterfaceVpcEndpointService(name),
      serviceRegion: 'us-east-1',
      ports: [Port.udp(53), Port.tcp(53)],
    }).template();
    expect(properties(template)[0]).toMatchObject({
      ServiceName: name,
      ServiceRegion: 'us-east-1',
      PrivateDnsEnabled: false,
    });
    expect(accessGroup(template)).toMatchObject({
      SecurityGroupIngress: [
        { IpProtocol: 'udp', FromPort: 53 },
        { IpProtocol: 'tcp', FromPort: 53 },
      ],
    });
  });

  test('fails when the service is of another Region than said [network-interface-endpoint-families]', () => {
    const service = new InterfaceVpcEndpointService('com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0');
    const stack = new Stack(new App({ context: featureFlags }), 'Stack', { env: { region: 'eu-west-1' } });
    const { vpc } = networkIn(stack);
    expect(() => new InterfaceEndpoint(stack, 'Endpoint', { vpc, service })).toThrow(
      'Stack/Endpoint:\n  service is com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0, which is not in eu-west-1; make serviceRegion us-east-1',
    );
    const home = new InterfaceVpcEndpointService('com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0');
    expect(() => new InterfaceEndpoint(stack, 'Here', { vpc, service: home })).not.toThrow();
  });
});
