import {
  CfnNetworkInterface,
  Instance,
  InstanceType,
  MachineImage,
  Vpc,
  type CfnInternetGateway,
} from 'aws-cdk-lib/aws-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import { InternetBarrier } from '../../../lib/constructs/network/internet-barrier';
import {
  PathEnd,
  ReachabilityProbe,
  type ReachabilityProbeProps,
} from '../../../lib/constructs/network/reachability-probe';
import { testStack } from '../../support/app';

function setUp() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  const gateway = vpc.node.findChild('IGW') as CfnInternetGateway;
  const [subnet] = vpc.privateSubnets;
  const networkInterface = new CfnNetworkInterface(stack, 'Interface', { subnetId: subnet.subnetId });
  return { stack, vpc, gateway, subnet, networkInterface };
}

const refused = (props: Partial<ReachabilityProbeProps>) => () =>
  new ReachabilityProbe(testStack(), 'Probe', {
    from: PathEnd.resource('igw-0a1b2c3d'),
    to: PathEnd.resource('eni-0a1b2c3d'),
    acceptCostPerRun: true,
    ...props,
  });

describe('ReachabilityProbe', () => {
  test('the path from the internet to an interface is analysed, and what was found is there to be read [network-reachability-analyzer, security-network-reachability]', () => {
    const { stack, gateway, networkInterface } = setUp();
    const probe = new ReachabilityProbe(stack, 'Probe', {
      from: PathEnd.internet(gateway),
      to: PathEnd.networkInterface(networkInterface),
      port: 5432,
      acceptCostPerRun: true,
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::NetworkInsightsPath', {
      Source: { 'Fn::GetAtt': ['VpcIGWD7BA715C', 'InternetGatewayId'] },
      Destination: { 'Fn::GetAtt': ['Interface', 'Id'] },
      Protocol: 'tcp',
      DestinationPort: 5432,
    });
    const [[path], [analysis]] = ['Path', 'Analysis'].map((kind) =>
      Object.keys(template.findResources(`AWS::EC2::NetworkInsights${kind}`)),
    );
    template.hasResourceProperties('AWS::EC2::NetworkInsightsAnalysis', {
      NetworkInsightsPathId: { 'Fn::GetAtt': [path, 'NetworkInsightsPathId'] },
    });
    expect(stack.resolve(probe.pathFound)).toEqual({ 'Fn::GetAtt': [analysis, 'NetworkPathFound'] });
  });

  test('nothing is billed that nobody accepted', () => {
    const unasked = { acceptCostPerRun: undefined as unknown as true };
    const message = 'acceptCostPerRun is not given; AWS bills each analysis, so say true, or leave the construct out';
    expect(refused(unasked)).toThrow(message);
    const { stack, subnet } = setUp();
    expect(() => new InternetBarrier(stack, 'Barrier', { subnets: [subnet], ...unasked })).toThrow(message);
  });

  test('a path begins at a host, and any port is meant where none is named [network-reachability-analyzer]', () => {
    const { stack, vpc, networkInterface } = setUp();
    const host = new Instance(stack, 'Host', {
      vpc,
      instanceType: new InstanceType('t4g.nano'),
      machineImage: MachineImage.genericLinux({ 'us-east-1': 'ami-0a1b2c3d' }, { userData: undefined }),
    });
    new ReachabilityProbe(stack, 'Probe', {
      from: PathEnd.instance(host),
      to: PathEnd.networkInterface(networkInterface),
      protocol: 'udp',
      acceptCostPerRun: true,
    });
    const [path] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::NetworkInsightsPath'));
    expect(path.Properties).toEqual({
      Source: { Ref: expect.stringMatching('^Host') },
      Destination: { 'Fn::GetAtt': ['Interface', 'Id'] },
      Protocol: 'udp',
    });
  });

  test('fails when an end is nothing that is analysed, or both are one [network-reachability-analyzer]', () => {
    expect(refused({ to: PathEnd.resource('subnet-0a1b2c3d') })).toThrow(
      'Stack/Probe:\n  to is subnet-0a1b2c3d; give the id of an instance, an interface, a gateway, an endpoint, a peering or an attachment',
    );
    expect(refused({ to: PathEnd.resource('igw-0a1b2c3d') })).toThrow('from and to are the same; a path has two ends');
    expect(refused({ port: 0 })).toThrow('port is 0; give a whole number from 1 to 65535');
  });
});

describe('InternetBarrier', () => {
  test('that the internet reaches no private subnet is a standing rule, analysed as it is made [network-reachability-analyzer, security-network-reachability]', () => {
    const { stack, vpc } = setUp();
    const barrier = new InternetBarrier(stack, 'Barrier', { subnets: vpc.privateSubnets, acceptCostPerRun: true });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::NetworkInsightsAccessScope', {
      MatchPaths: [
        {
          Source: { ResourceStatement: { ResourceTypes: ['AWS::EC2::InternetGateway'] } },
          Destination: {
            ResourceStatement: { Resources: vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId)) },
          },
        },
      ],
    });
    template.resourceCountIs('AWS::EC2::NetworkInsightsAccessScopeAnalysis', 1);
    expect(stack.resolve(barrier.findingsFound)).toEqual({
      'Fn::GetAtt': [expect.stringMatching('^BarrierAnalysis'), 'FindingsFound'],
    });
  });

  test('fails when it guards nothing, or one subnet twice [network-reachability-analyzer]', () => {
    const { stack, subnet } = setUp();
    const make = (id: string, subnets: (typeof subnet)[]) => () =>
      new InternetBarrier(stack, id, { subnets, acceptCostPerRun: true });
    expect(make('Barrier', [])).toThrow(
      'Stack/Barrier:\n  subnets are none; name those that the internet must not reach',
    );
    expect(make('Twice', [subnet, subnet])).toThrow(
      'Stack/Twice:\n  subnets name Stack/Vpc/PrivateSubnet1 twice; keep one of them',
    );
  });
});
