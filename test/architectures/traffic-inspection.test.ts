import { Match } from 'aws-cdk-lib/assertions';
import { environment } from '../../lambda/traffic-inspection/environment';
import type { ProfileName } from '../../lib/profile';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { text } from '../support/decide';
import { networkOf, tcp } from '../support/reachability';

const name = 'traffic-inspection';
const profiles: readonly ProfileName[] = ['sandbox', 'production'];
const templates = { sandbox: architecture(name), production: architecture(name, { profile: 'production' }) };
const networks = { sandbox: networkOf(name), production: networkOf(name, { profile: 'production' }) };
const endpoint = 'Entry/Endpoint1';

describe('the network', () => {
  const both = [
    ['internet', 'Server', 'tcp 8080'],
    ['Server', 'internet', 'tcp 443'],
    ['Server', 's3', 'tcp 443'],
    ['Balancer', 'Fleet', 'tcp 8081; udp 6081'],
    ['Fleet', 'Fleet', 'udp 6081'],
    ['Fleet', 's3', 'tcp 443'],
  ] as const;

  test('of a sandbox lets the internet to the page and not to an appliance [compute-gwlb-core]', () => {
    expect(networks.sandbox).toHaveReachability([...both, ['Fleet', 'internet', 'tcp 443']]);
  });

  test('of production lets appliances to what they need, and not to the internet', () => {
    expect(networks.production).toHaveReachability([
      ...both,
      ['Fleet', 'Cloudformation', 'tcp 443'],
      ['Fleet', 'Logs', 'tcp 443'],
    ]);
    templates.production.resourceCountIs('AWS::EC2::InternetGateway', 1);
  });

  test.each(profiles)(
    'in %s whatever goes between internet and page passes the appliances both ways [compute-gwlb-routing]',
    (profile) => {
      for (const [from, to, port] of [
        ['internet', 'Server', 8080],
        ['Server', 'internet', 443],
      ] as const) {
        const { path } = networks[profile].canReach(from, to, tcp(port));
        const passes = (direction: string) =>
          path.filter((hop) => hop.direction === direction && hop.says.includes(`the appliances behind ${endpoint}`));
        expect([passes('request').length, passes('reply').length]).toEqual([1, 1]);
      }
    },
  );

  test.each<[ProfileName, number]>([
    ['sandbox', 1],
    ['production', 2],
  ])('in %s has endpoints in %i zones, each reached by routes of its zone alone', (profile, zones) => {
    const template = templates[profile];
    const endpoints = template.findResources('AWS::EC2::VPCEndpoint', {
      Properties: { VpcEndpointType: 'GatewayLoadBalancer' },
    });
    expect(Object.keys(endpoints)).toHaveLength(zones);
    const routes = Object.values(template.findResources('AWS::EC2::Route')).filter(
      ({ Properties }) => Properties.VpcEndpointId,
    );
    expect(routes).toHaveLength(2 * zones);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::VPCPeeringConnection', 0);
  });
});

describe('appliances', () => {
  test.each<[ProfileName, string, string, string]>([
    ['sandbox', '2', '3', 'false'],
    ['production', '2', '4', 'true'],
  ])('in %s are %s, at most %s; packets cross zones: %s', (profile, MinSize, MaxSize, crosses) => {
    const template = templates[profile];
    template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      MinSize,
      MaxSize,
      HealthCheckType: 'ELB,EBS',
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'gateway',
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: crosses }]),
    });
  });

  test('are told where to listen, what to read, and what to drop', () => {
    const [{ Properties }] = Object.values(templates.sandbox.findResources('AWS::EC2::LaunchTemplate'));
    const settings = text(Properties.LaunchTemplateData.UserData['Fn::Base64']);
    for (const [variable, value] of [
      [environment.port, '6081'],
      [environment.healthPort, '8081'],
      [environment.watchedPort, '8080'],
      [environment.blockedHeaders, 'x-blocked'],
    ])
      expect(settings).toContain(`export ${variable}='${value}'`);
    const [, told] = /APPLIANCE_VARIABLES='([^']*)'/.exec(settings)!;
    expect(told.split(' ')).toEqual(expect.arrayContaining(Object.values(environment)));
  });

  test('of a sandbox, and the page, borrow for their first boot, as new ones have no credits', () => {
    templates.sandbox.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: Match.objectLike({
        InstanceType: 't4g.micro',
        CreditSpecification: { CpuCredits: 'unlimited' },
      }),
    });
    templates.sandbox.hasResourceProperties('AWS::EC2::Instance', {
      InstanceType: 't4g.micro',
      CreditSpecification: { CPUCredits: 'unlimited' },
    });
  });

  test.each<[ProfileName, string[]]>([
    ['sandbox', ['S3']],
    ['production', ['Cloudformation', 'Logs', 'S3']],
  ])('in %s begin to boot when the ways to %s are there', (profile, services) => {
    const [{ DependsOn }] = Object.values(templates[profile].findResources('AWS::AutoScaling::AutoScalingGroup'));
    const endpoints = Object.keys(
      templates[profile].findResources('AWS::EC2::VPCEndpoint', {
        Properties: { VpcEndpointType: Match.not('GatewayLoadBalancer') },
      }),
    ).filter((id) => DependsOn.includes(id));
    expect(endpoints.sort()).toEqual(services.map((service) => expect.stringMatching(`^InspectionServices${service}`)));
  });

  test('are there before the page, whose first boot goes by them', () => {
    const [{ DependsOn }] = Object.values(templates.sandbox.findResources('AWS::EC2::Instance'));
    expect(DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^AppliancesFleetGroupASG/),
        expect.stringMatching(/^EntryRoutespageSubnet1In/),
        expect.stringMatching(/^EntryRoutespageSubnet1Out/),
        expect.stringMatching(/^EntryRoutesEdge/),
      ]),
    );
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
