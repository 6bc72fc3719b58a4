import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer, CfnLoadBalancer, NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IpTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Acceptance } from '../../../lib/constructs/network/acceptance';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { PrivateService, type PrivateServiceProps } from '../../../lib/constructs/network/private-service';
import { ServiceConnection, type ServiceConnectionProps } from '../../../lib/constructs/network/service-connection';
import { TierSecurityGroup } from '../../../lib/constructs/network/tier-security-group';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';
import { closedNetwork } from '../../support/networks';
import { NetworkModel, tcp } from '../../support/reachability';

const account = 'arn:aws:iam::111122223333:root';
const cidr = '10.16.0.0/16';

/** A provider, and a consumer on the very same addresses. */
function pair(offer: Partial<PrivateServiceProps> = {}, use: Partial<ServiceConnectionProps> = {}) {
  const stack = testStack();
  const provider = closedNetwork(stack, 'Provider', cidr);
  const consumer = closedNetwork(stack, 'Consumer', cidr);
  const front = new TierSecurityGroup(stack, 'Front', { vpc: provider.vpc, description: 'Front', port: 8080 });
  const loadBalancer = new NetworkLoadBalancer(stack, 'Balancer', {
    vpc: provider.vpc,
    vpcSubnets: provider.subnets('application'),
    securityGroups: [front.securityGroup],
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
  });
  loadBalancer
    .addListener('Tcp', { port: 8080 })
    .addTargets('Hosts', { port: 8080, targets: [new IpTarget('10.16.0.10', 8080)] });
  const service = new PrivateService(stack, 'Service', { loadBalancer, allowedPrincipals: [account], ...offer });
  const caller = new TierSecurityGroup(stack, 'Caller', { vpc: consumer.vpc, description: 'Caller' });
  const connection = new ServiceConnection(stack, 'Connection', {
    vpc: consumer.vpc,
    service,
    port: 8080,
    clients: [caller],
    ...use,
  });
  return { stack, provider, consumer, service, connection };
}

describe('the provider', () => {
  test('offers an internal load balancer to a list of principals, each accepted by somebody [network-privatelink-provider]', () => {
    const { stack } = pair();
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::VPCEndpointService', {
      AcceptanceRequired: true,
      NetworkLoadBalancerArns: [{ Ref: Match.stringLikeRegexp('^Balancer') }],
      GatewayLoadBalancerArns: Match.absent(),
    });
    template.hasResourceProperties('AWS::EC2::VPCEndpointServicePermissions', { AllowedPrincipals: [account] });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internal',
      Type: 'network',
    });
  });

  test('may be a Gateway Load Balancer, and may be open to all of a list without acceptance [network-privatelink-provider]', () => {
    const stack = testStack();
    const gateway = new CfnLoadBalancer(stack, 'Gateway', { type: 'gateway', subnets: ['subnet-1'] });
    new PrivateService(stack, 'Service', {
      loadBalancer: gateway,
      allowedPrincipals: [account],
      acceptance: Acceptance.automatic(),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::VPCEndpointService', {
      AcceptanceRequired: false,
      GatewayLoadBalancerArns: [{ Ref: 'Gateway' }],
      NetworkLoadBalancerArns: Match.absent(),
    });
  });

  test('fails when it is an Application Load Balancer, or faces the internet [network-privatelink-provider]', () => {
    const stack = testStack();
    const { vpc } = closedNetwork(stack, 'Provider', cidr);
    const offer = (loadBalancer: PrivateServiceProps['loadBalancer']) => () =>
      new PrivateService(stack, `For${loadBalancer.node.id}`, { loadBalancer, allowedPrincipals: [account] });
    const vpcSubnets = { subnets: vpc.isolatedSubnets };
    expect(offer(new ApplicationLoadBalancer(stack, 'App', { vpc, vpcSubnets }))).toThrow(
      'Stack/ForApp:\n  loadBalancer is Stack/App, an Application Load Balancer, which offers no service; give a Network Load Balancer, with this one as its target if need be',
    );
    expect(offer(new NetworkLoadBalancer(stack, 'Open', { vpc, vpcSubnets, internetFacing: true }))).toThrow(
      'loadBalancer is Stack/Open, which faces the internet, so the service would not be private; make it internal',
    );
    const imported = ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Imported', {
      loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/1',
      securityGroupId: 'sg-1',
    });
    expect(offer(imported)).toThrow('an Application Load Balancer, which offers no service');
  });

  test('fails when anybody would be connected, nobody could ask, or a principal is none [network-privatelink-provider]', () => {
    expect(() => pair({ allowedPrincipals: ['*'], acceptance: Acceptance.automatic() })).toThrow(
      'Stack/Service:\n  allowedPrincipals has * without acceptance, so anybody in AWS would be connected; name accounts, or let somebody accept: Acceptance.byHand() or byList()',
    );
    expect(() => pair({ allowedPrincipals: ['*'] })).not.toThrow();
    expect(() => pair({ allowedPrincipals: [] })).toThrow(
      'allowedPrincipals are none, so nobody could ask; name at least one',
    );
    expect(() => pair({ allowedPrincipals: ['111122223333'] })).toThrow(
      'allowedPrincipals has 111122223333; write the ARN of an account, a role or a user, such as arn:aws:iam::111122223333:root',
    );
  });
});

describe('the consumer', () => {
  test('needs an endpoint only, though both networks have the same addresses [network-privatelink-consumer, network-overlap-solutions, compute-nlb-privatelink]', () => {
    const { stack } = pair();
    guardNetwork(stack);
    const template = Template.fromStack(stack);
    const blocks = Object.values(template.findResources('AWS::EC2::VPC')).map(({ Properties }) => Properties.CidrBlock);
    expect(blocks).toEqual([cidr, cidr]);
    for (const type of ['VPCPeeringConnection', 'Route', 'TransitGateway', 'NatGateway'])
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: false,
      ServiceName: {
        'Fn::Join': [
          '',
          ['com.amazonaws.vpce.', { Ref: 'AWS::Region' }, '.', { Ref: Match.stringLikeRegexp('^Service') }],
        ],
      },
    });
  });

  test('asks only when it may, and when somebody listens [network-privatelink-acceptance]', () => {
    const stack = testStack();
    const alarms = new AlarmTopic(stack, 'Alarms');
    const { vpc } = closedNetwork(stack, 'Provider', cidr);
    const loadBalancer = new NetworkLoadBalancer(stack, 'Balancer', {
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
    });
    const service = new PrivateService(stack, 'Service', {
      loadBalancer,
      allowedPrincipals: [account],
      acceptance: Acceptance.byList(['111122223333'], alarms),
    });
    const consumer = closedNetwork(stack, 'Consumer', cidr);
    new ServiceConnection(stack, 'Connection', { vpc: consumer.vpc, service, port: 80, clients: [Peer.ipv4(cidr)] });
    const [endpoint] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint'));
    expect(endpoint.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ServicePermissions/),
        expect.stringMatching(/^ServiceListNotification/),
      ]),
    );
  });

  test('reaches the service, which does not reach the consumer [network-privatelink-consumer]', () => {
    const { stack } = pair();
    const template = Template.fromStack(stack).toJSON() as Record<string, unknown>;
    const idOf = (type: string, pattern: RegExp) =>
      Object.keys(Template.fromJSON(template).findResources(`AWS::EC2::${type}`)).find((id) => pattern.test(id))!;
    const network = NetworkModel.fromTemplates(template as never, {
      guests: {
        Client: { subnets: idOf('Subnet', /^ConsumerVpcapplication/), groups: idOf('SecurityGroup', /^Caller/) },
        Host: { subnets: idOf('Subnet', /^ProviderVpcapplication/) },
      },
    });
    expect(network).toReach('Client', 'Balancer', tcp(8080));
    expect(network).not.toReach('Client', 'Balancer', tcp(22));
    for (const from of ['Balancer', 'Host']) expect(network).not.toReach(from, 'Client');
    expect(network).not.toReach('Client', 'Host');
  });

  test('may use the name of a service that has one, and of another by its whole name [network-privatelink-name, network-interface-endpoint-dns]', () => {
    const stack = testStack();
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const { vpc } = closedNetwork(stack, 'Provider', cidr);
    const loadBalancer = new NetworkLoadBalancer(stack, 'Balancer', {
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
    });
    const service = new PrivateService(stack, 'Service', {
      loadBalancer,
      allowedPrincipals: [account],
      privateName: { name: 'payments.example.com', zone },
    });
    const consumer = closedNetwork(stack, 'Consumer', cidr);
    const connection = new ServiceConnection(stack, 'Connection', {
      vpc: consumer.vpc,
      service,
      port: 80,
      clients: [Peer.ipv4(cidr)],
      usePrivateName: true,
    });
    expect(connection.host).toBe('payments.example.com');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { PrivateDnsEnabled: true });
    // The domain is proven by a record, and the service told to look.
    template.hasResourceProperties('AWS::Route53::RecordSet', { Type: 'TXT' });
    const calls = JSON.stringify(template.findResources('Custom::AWS'));
    expect(calls).toContain('payments.example.com');
    expect(calls).toContain('startVpcEndpointServicePrivateDnsVerification');
  });

  test('fails when it wants a name that the service has not, or the service is none [network-privatelink-name]', () => {
    expect(() => pair({}, { usePrivateName: true })).toThrow(
      "Stack/Connection:\n  usePrivateName is on, but Stack/Service has no name of its own; give it privateName with a public zone, or use the endpoint's own name",
    );
    expect(() => pair({}, { service: 'payments' })).toThrow(
      'service is payments; write what its provider gave, such as com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    );
    expect(() => pair({}, { port: 0 })).toThrow('port is 0; give a whole number from 1 to 65535');
    const zone = new PublicHostedZone(testStack(), 'Zone', { zoneName: 'example.com' });
    expect(() => pair({ privateName: { name: 'payments.example.org', zone } })).toThrow(
      'privateName is payments.example.org, outside example.com, so the domain could not be proven; choose a name such as service.example.com',
    );
    const stack = new Stack(new App(), 'Elsewhere', { env: { region: 'eu-west-1', account: '222233334444' } });
    const { vpc } = closedNetwork(stack, 'Consumer', cidr, { availabilityZones: ['eu-west-1a', 'eu-west-1b'] });
    const service = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0';
    new ServiceConnection(stack, 'Connection', { vpc, service, port: 80, clients: [Peer.ipv4(cidr)] });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::VPCEndpoint', { ServiceName: service });
  });
});

describe('acceptance by a list', () => {
  const listed = (accounts: readonly string[]) => {
    const stack = testStack();
    const { vpc } = closedNetwork(stack, 'Provider', cidr);
    const loadBalancer = new NetworkLoadBalancer(stack, 'Balancer', {
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
    });
    new PrivateService(stack, 'Service', {
      loadBalancer,
      allowedPrincipals: [account],
      acceptance: Acceptance.byList(accounts, new AlarmTopic(stack, 'Alarms')),
    });
    return Template.fromStack(stack);
  };

  test('is told of every event by the service, through a topic [network-privatelink-acceptance]', () => {
    const template = listed(['111122223333', '222233334444']);
    template.hasResourceProperties('AWS::EC2::VPCEndpointConnectionNotification', {
      ConnectionEvents: ['Accept', 'Connect', 'Delete', 'Reject'],
      ConnectionNotificationArn: { Ref: Match.stringLikeRegexp('^ServiceListNoticesTopic') },
      ServiceId: { Ref: Match.stringLikeRegexp('^Service') },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'lambda', RedrivePolicy: Match.anyValue() });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ACCEPTED_ACCOUNTS: '111122223333,222233334444' } },
      DeadLetterConfig: Match.anyValue(),
    });
    const topicPolicies = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const service = topicPolicies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Record<string, any>[])
      .find(({ Principal }) => Principal.Service === 'vpce.amazonaws.com')!;
    expect([service.Action, service.Condition.StringEquals]).toEqual([
      'sns:Publish',
      { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ]);
    expect(JSON.stringify(service.Condition.ArnLike)).toMatch(/:vpc-endpoint-service\/",\{"Ref":"Service\w+"\}/);
  });

  test('fails when the list is empty, or has what is no account [network-privatelink-acceptance]', () => {
    expect(() => listed([])).toThrow(
      'Stack/Service/List:\n  accounts are none, so nobody would be accepted; name at least one',
    );
    expect(() => listed(['1234'])).toThrow('accounts has 1234; write the 12 digits of an account');
    expect(() => listed(['111122223333', '111122223333'])).toThrow('accounts has 111122223333 twice; name it once');
  });
});
