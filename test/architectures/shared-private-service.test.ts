import { Match } from 'aws-cdk-lib/assertions';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf, tcp } from '../support/reachability';

const name = 'shared-private-service';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });

describe('two networks', () => {
  test('have the same addresses, and nothing that joins them [network-privatelink-consumer, network-overlap-solutions, compute-nlb-privatelink]', () => {
    const blocks = Object.values(sandbox.findResources('AWS::EC2::VPC')).map(({ Properties }) => Properties.CidrBlock);
    expect(blocks).toEqual(['10.23.0.0/16', '10.23.0.0/16']);
    for (const type of ['VPCPeeringConnection', 'Route', 'TransitGateway', 'NatGateway', 'InternetGateway'])
      sandbox.resourceCountIs(`AWS::EC2::${type}`, 0);
  });

  test.each(['sandbox', 'production'] as const)(
    'in %s the consumer reaches the service, by PrivateLink, and nobody else reaches anybody [network-privatelink-consumer, network-interface-endpoint-dns]',
    (profile) => {
      const network = networkOf(name, { profile });
      expect(network).toHaveReachability([
        ['Consumer/Probe', 'Endpoint', tcp(2049)],
        ['Consumer/Probe', 'Balancer', tcp(2049)],
        ['Balancer', 'Files', tcp(2049)],
      ]);
      for (const from of ['Reverse/Probe', 'Balancer', 'Files'])
        for (const to of ['Consumer/Probe', 'Endpoint']) expect(network).not.toReach(from, to);
      expect(network).not.toReach('Consumer/Probe', 'Files');
      expect(network).not.toReach('Reverse/Probe', 'Balancer');
    },
  );
});

describe('the offer', () => {
  test('is an internal load balancer whose group is not asked about what PrivateLink brings [network-privatelink-provider]', () => {
    sandbox.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: 'internal',
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
    });
    sandbox.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'ip',
      Port: 2049,
      Targets: [0, 1].map(() => Match.objectLike({ Id: { 'Fn::GetAtt': [Match.anyValue(), 'IpAddress'] } })),
    });
    sandbox.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: true });
  });

  test('has each node of its balancer, which would keep to its own zone, send to all targets [compute-cross-zone]', () => {
    sandbox.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    });
  });

  test('is for the account of the stack, whose connections a function accepts [network-privatelink-acceptance]', () => {
    sandbox.hasResourceProperties('AWS::EC2::VPCEndpointServicePermissions', {
      AllowedPrincipals: [
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
      ],
    });
    sandbox.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ ACCEPTED_ACCOUNTS: { Ref: 'AWS::AccountId' } }) },
    });
    const [[notification]] = Object.entries(sandbox.findResources('AWS::EC2::VPCEndpointConnectionNotification'));
    const [endpoint] = Object.values(sandbox.findResources('AWS::EC2::VPCEndpoint'));
    expect(endpoint.DependsOn).toContain(notification);
  });

  test('is protected in production', () => {
    const protection = { Key: 'deletion_protection.enabled', Value: 'true' };
    production.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([protection]),
    });
    sandbox.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.not(Match.arrayWith([protection])),
    });
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
