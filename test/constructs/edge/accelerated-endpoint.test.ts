import { Duration, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ConnectionProtocol, RawEndpoint } from 'aws-cdk-lib/aws-globalaccelerator';
import { NetworkLoadBalancerEndpoint } from 'aws-cdk-lib/aws-globalaccelerator-endpoints';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AcceleratedEndpoint, type AcceleratedEndpointProps } from '../../../lib/constructs/edge/accelerated-endpoint';
import { chooseEdgeService, type EdgeChoice, type EdgeNeeds } from '../../../lib/constructs/edge/choose-edge-service';
import { testStack } from '../../support/app';

const address = new RawEndpoint({ endpointId: 'eipalloc-0123456789abcdef0' });
const base: AcceleratedEndpointProps = {
  regions: [{ region: 'eu-west-1', endpoints: [address] }],
  ports: [{ fromPort: 443 }],
  acceptHourlyCost: 'A test that pays nothing at all',
};
const built = (props: Partial<AcceleratedEndpointProps> = {}, stack = testStack()) =>
  new AcceleratedEndpoint(stack, 'World', { ...base, ...props });
const made = (props?: Partial<AcceleratedEndpointProps>): Template => Template.fromStack(Stack.of(built(props)));

describe('an accelerator', () => {
  test('has two fixed addresses for TCP or UDP, and with IPv6 two more [edge-global-accelerator]', () => {
    const template = made();
    template.hasResourceProperties('AWS::GlobalAccelerator::Accelerator', { IpAddressType: 'IPV4', Enabled: true });
    template.hasResourceProperties('AWS::GlobalAccelerator::Listener', {
      Protocol: 'TCP',
      PortRanges: [{ FromPort: 443, ToPort: 443 }],
      ClientAffinity: 'NONE',
    });
    made({ protocol: ConnectionProtocol.UDP, dualStack: true, sticky: true }).hasResourceProperties(
      'AWS::GlobalAccelerator::Listener',
      { Protocol: 'UDP', ClientAffinity: 'SOURCE_IP' },
    );
    const stack = testStack();
    const addresses = (endpoint: AcceleratedEndpoint) =>
      [endpoint.ipv4Addresses, endpoint.ipv6Addresses].map((value) => stack.resolve(value) as unknown);
    const listed = (id: string, name: string) => ({
      'Fn::Join': [',', { 'Fn::GetAtt': [expect.stringMatching(id), name] }],
    });
    expect(addresses(built({}, stack))).toEqual([listed('^WorldAccelerator', 'Ipv4Addresses'), undefined]);
    const both = new AcceleratedEndpoint(stack, 'Both', { ...base, dualStack: true });
    expect(addresses(both)).toEqual([
      listed('^BothAccelerator', 'Ipv4Addresses'),
      listed('^BothAccelerator', 'Ipv6Addresses'),
    ]);
    Template.fromStack(stack).hasResourceProperties('AWS::GlobalAccelerator::Accelerator', {
      IpAddressType: 'DUAL_STACK',
    });
  });

  test('is open for UDP beside TCP behind the same addresses [edge-global-accelerator]', () => {
    const template = made({ udpPorts: [{ fromPort: 7 }], sticky: true });
    template.resourceCountIs('AWS::GlobalAccelerator::Accelerator', 1);
    template.resourceCountIs('AWS::GlobalAccelerator::EndpointGroup', 2);
    for (const [Protocol, port] of [
      ['TCP', 443],
      ['UDP', 7],
    ])
      template.hasResourceProperties('AWS::GlobalAccelerator::Listener', {
        Protocol,
        PortRanges: [{ FromPort: port, ToPort: port }],
        ClientAffinity: 'SOURCE_IP',
      });
    expect(() => built({ protocol: ConnectionProtocol.UDP, udpPorts: [{ fromPort: 0 }] })).toThrow(
      [
        'Stack/World:',
        'ports is 0; give a whole number from 1 to 65535',
        'udpPorts are given and protocol is UDP already; name all of them in ports',
      ].join('\n  '),
    );
  });

  test('has one group in each region, with the share it takes and how it is asked [edge-accelerator-endpoints]', () => {
    const stack = testStack();
    const balancer = new NetworkLoadBalancer(stack, 'Balancer', { vpc: new Vpc(stack, 'Vpc', { natGateways: 0 }) });
    built(
      {
        regions: [
          {
            endpoints: [new NetworkLoadBalancerEndpoint(balancer, { weight: 255, preserveClientIp: true }), address],
            healthPath: '/health',
            healthInterval: Duration.seconds(10),
          },
          { region: 'us-east-1', endpoints: [address], dial: 0 },
        ],
      },
      stack,
    );
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::GlobalAccelerator::EndpointGroup', 2);
    template.hasResourceProperties('AWS::GlobalAccelerator::EndpointGroup', {
      EndpointGroupRegion: { Ref: 'AWS::Region' },
      TrafficDialPercentage: 100,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 10,
      EndpointConfigurations: [
        Match.objectLike({ EndpointId: { Ref: Match.stringLikeRegexp('^Balancer') }, Weight: 255 }),
        { EndpointId: 'eipalloc-0123456789abcdef0' },
      ],
    });
    template.hasResourceProperties('AWS::GlobalAccelerator::EndpointGroup', {
      EndpointGroupRegion: 'us-east-1',
      TrafficDialPercentage: 0,
      HealthCheckProtocol: 'TCP',
    });
  });

  test('fails when its price is not accepted [edge-global-accelerator, edge-costly-options-off]', () => {
    expect(() => built({ acceptHourlyCost: 'yes' })).toThrow(
      'Stack/World:\n  acceptHourlyCost is "yes"; say in a sentence why an accelerator that is billed by the hour is needed, or take an EdgeDistribution, or names that fail over',
    );
  });

  test('fails when a region stands twice, or shares, times and ports cannot be [edge-accelerator-endpoints]', () => {
    expect(() =>
      built({
        regions: [
          { region: 'eu-west-1', endpoints: [address], dial: 120, healthInterval: Duration.seconds(20) },
          { region: 'eu-west-1', endpoints: [], healthPath: 'health' },
        ],
        ports: [{ fromPort: 70_000 }, { fromPort: 90, toPort: 80 }],
      }),
    ).toThrow(
      [
        'Stack/World:',
        'regions has eu-west-1 more than once; a listener takes one group for each, so put its endpoints together',
        'dial is 120 percent; give a whole number from 0 to 100 percent',
        'healthInterval is 20 seconds; give 10 or 30 seconds',
        'endpoints of eu-west-1 are none; name one, or leave the region out',
        'healthPath is health; begin it with a slash, such as /health',
        'ports is 70000; give a whole number from 1 to 65535',
        'ports go from 90 to 80; give the lower one first',
      ].join('\n  '),
    );
    expect(() => built({ regions: [{ endpoints: [address] }, { endpoints: [address] }], ports: [] })).toThrow(
      [
        'Stack/World:',
        'ports is empty, so that nothing would be open; name one',
        "regions has the stack's region more than once; a listener takes one group for each, so put its endpoints together",
      ].join('\n  '),
    );
    expect(() => built({ regions: [] })).toThrow('regions is empty, so that nothing would answer; name one');
  });

  test('fails when a weight is above 255, which the CDK notices of load balancers alone [edge-accelerator-endpoints]', () => {
    const heavy = new RawEndpoint({ endpointId: 'eipalloc-0123456789abcdef0', weight: 300 });
    expect(() => built({ regions: [{ region: 'eu-west-1', endpoints: [heavy] }] })).toThrow(
      'Stack/World:\n  the weight of an endpoint is 300; give a whole number from 0 to 255',
    );
    const stack = testStack();
    const balancer = new NetworkLoadBalancer(stack, 'Balancer', { vpc: new Vpc(stack, 'Vpc', { natGateways: 0 }) });
    expect(() => new NetworkLoadBalancerEndpoint(balancer, { weight: 300 })).toThrow(/300/);
  });
});

describe('what stands before a service', () => {
  test.each<[string, EdgeNeeds, EdgeChoice['use']]>([
    ['a web site', {}, 'CloudFront'],
    ['images for the world', { cached: true }, 'CloudFront'],
    ['a game over UDP', { protocol: 'udp' }, 'Global Accelerator'],
    ['a broker over TCP', { protocol: 'tcp', cached: true }, 'Global Accelerator'],
    ['an API whose callers open their firewall for two addresses', { fixedAddresses: true }, 'Global Accelerator'],
    ['a site with copies whose name may change its addresses', { cached: true, fixedAddresses: true }, 'CloudFront'],
    ['an API that has to move to another region in seconds', { fastFailover: true }, 'Global Accelerator'],
  ])('%s: %j is for %s [edge-service-choice]', (_, needs, use) => {
    const choice = chooseEdgeService(needs);
    expect(choice.use).toBe(use);
    expect(choice.because.split(' ').length).toBeGreaterThan(8);
  });
});
