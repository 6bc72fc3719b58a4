import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceleratedShares } from '../../lib/constructs/edge/accelerated-shares';
import { chooseEdgeService, type EdgeNeeds } from '../../lib/constructs/edge/choose-edge-service';
import { networkOf } from '../support/reachability';
import { synthesised, type CfnTemplate } from '../support/architecture';

const name = 'static-ip-entry';
const plain = synthesised(name)[name];
const accelerated = synthesised(name, { variant: ['accelerated'] });
const [home, away] = [accelerated[name], accelerated[`${name}-away`]];
const ofType = ({ Resources }: CfnTemplate, type: string): any[] =>
  Object.values(Resources)
    .filter(({ Type }) => Type === `AWS::${type}`)
    .map(({ Properties }) => Properties);

/** A table of the README, by the beginning of its head. */
const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
const table = (first: string): string[][] => {
  const lines = readme.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${first}`)) + 2;
  const rows = lines.slice(from, lines.indexOf('', from));
  return rows.map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()));
};

describe('what gives the addresses', () => {
  test('by default an Elastic IP in each zone, and nothing that is paid for by the hour beside the entry [edge-costly-options-off]', () => {
    expect(ofType(plain, 'EC2::EIP')).toHaveLength(2);
    expect(ofType(plain, 'GlobalAccelerator::Accelerator')).toEqual([]);
  });

  test('or an accelerator with two for the world, which lead to TCP and UDP alike [edge-global-accelerator]', () => {
    expect(ofType(home, 'GlobalAccelerator::Accelerator')).toMatchObject([{ IpAddressType: 'IPV4', Enabled: true }]);
    const open = ofType(home, 'GlobalAccelerator::Listener').map(({ Protocol, PortRanges, ClientAffinity }) => [
      Protocol,
      PortRanges.map(({ FromPort }: any) => FromPort).sort(),
      ClientAffinity,
    ]);
    expect(open).toEqual([
      ['TCP', [443, 4569, 6708], 'SOURCE_IP'],
      ['UDP', [4570], 'SOURCE_IP'],
    ]);
    for (const template of [home, away]) expect(ofType(template, 'EC2::EIP')).toEqual([]);
    expect([home.Outputs!.Address1.Value, home.Outputs!.Address2.Value]).toEqual(
      [0, 1].map((i) => ({ 'Fn::Select': [i, { 'Fn::GetAtt': [expect.stringMatching(/^World/), 'Ipv4Addresses'] }] })),
    );
  });

  test('each listener has one group in each Region, whose endpoint is the entry there [edge-accelerator-endpoints]', () => {
    const groups = ofType(home, 'GlobalAccelerator::EndpointGroup');
    expect(groups.map(({ EndpointGroupRegion: region }) => region)).toEqual([
      { Ref: 'AWS::Region' },
      'us-west-2',
      { Ref: 'AWS::Region' },
      'us-west-2',
    ]);
    for (const { EndpointGroupRegion: region, EndpointConfigurations: endpoints, TrafficDialPercentage } of groups) {
      const entry = region === 'us-west-2' ? { 'Fn::GetStackOutput': expect.anything() } : { Ref: expect.anything() };
      expect([endpoints, TrafficDialPercentage]).toEqual([
        [{ EndpointId: entry, ClientIPPreservationEnabled: true }],
        100,
      ]);
    }
  });

  test('a Region is the same whether there is another or none, but for its range and its addresses', () => {
    const parts = (template: CfnTemplate) =>
      Object.values(template.Resources)
        .map(({ Type }) => Type)
        .filter((type) => !/GlobalAccelerator|EC2::EIP/.test(type))
        .sort();
    expect([parts(home), parts(away)]).toEqual([parts(plain), parts(plain)]);
    const ranges = [plain, home, away].map((template) => ofType(template, 'EC2::VPC')[0].CidrBlock);
    expect(ranges).toEqual(['10.58.0.0/16', '10.58.0.0/16', '10.59.0.0/16']);
  });

  test('one form becomes the other by new parts, as no balancer takes other addresses than it was made with', () => {
    const balancers = (template: CfnTemplate) =>
      Object.keys(template.Resources).filter((id) =>
        /ElasticLoadBalancingV2::(LoadBalancer|TargetGroup)/.test(template.Resources[id].Type),
      );
    expect(balancers(home).filter((id) => balancers(plain).includes(id))).toEqual([]);
  });

  test('nobody goes past it: entries have private addresses, and let in the clients that it brings', () => {
    for (const template of [home, away]) {
      expect(ofType(template, 'ElasticLoadBalancingV2::LoadBalancer').map(({ Scheme }) => Scheme)).toEqual([
        'internal',
      ]);
      const [door] = ofType(template, 'EC2::SecurityGroup').filter(({ SecurityGroupIngress: rules }) => rules);
      expect(door.SecurityGroupIngress.map((one: any) => [one.CidrIp ?? one.CidrIpv6, one.FromPort])).toEqual(
        expect.arrayContaining([443, 4569, 4570, 6708].map((port) => ['0.0.0.0/0', port])),
      );
      // An accelerator brings clients into a network that has an internet gateway alone.
      expect(ofType(template, 'EC2::InternetGateway')).toHaveLength(1);
    }
  });

  test('in each Region the accelerator brings the internet to the entry, and nothing but the entry to servers', () => {
    const network = networkOf(name, { variant: ['accelerated'] });
    expect(network).toHaveReachability(
      [name, `${name}-away`].flatMap((stack): [string, string, string][] => {
        const [entry, servers] = [`${stack}/Region/Entry/Balancer/Resource`, `${stack}/Region/Servers/Fleet/Group/ASG`];
        return [
          ['internet', entry, 'tcp 443,4569,6708; udp 4570'],
          [entry, servers, 'tcp 4569,6708,8080,8443; udp 4570'],
          [servers, 'internet', 'tcp 443'],
          [servers, entry, 'tcp 443'],
        ];
      }),
    );
    const ways = network.table().filter(({ from }) => from === 'internet');
    expect(ways.map(({ by }) => by)).toEqual(['accelerator', 'accelerator']);
  });

  test('a template of no Region refuses to be deployed to the second one', () => {
    const rules = Object.values((home.Rules ?? {}) as Record<string, any>);
    expect(JSON.stringify(rules)).toContain(
      'The second Region is us-west-2; deploy to another one, or give secondRegion',
    );
    const settings = { variant: ['accelerated'], region: 'eu-west-1' };
    const european = synthesised(name, settings);
    expect(ofType(european[name], 'GlobalAccelerator::EndpointGroup').map((one) => one.EndpointGroupRegion)).toEqual([
      'eu-west-1',
      'eu-central-1',
      'eu-west-1',
      'eu-central-1',
    ]);
  });
});

describe('what the page says', () => {
  test('of shares is what the simulation says [edge-accelerator-endpoints]', () => {
    const rows = table('dial near');
    expect(rows.length).toBeGreaterThanOrEqual(6);
    for (const [near, far, well, ...cells] of rows) {
      const regions = ['near', 'far'];
      const shares = acceleratedShares(
        regions.map((region, i) => ({
          dial: Number([near, far][i]),
          endpoints: [{ name: region, isWell: well === 'both' || well === region }],
        })),
      );
      expect([near, far, well, ...cells]).toEqual([
        ...[near, far, well],
        ...regions.map((region) => `${Math.round(100 * shares[region])} %`),
      ]);
    }
  });

  test('of when to take which is what the choice says [edge-service-choice]', () => {
    const needs: Readonly<Record<string, EdgeNeeds>> = {
      'TCP or UDP': { protocol: 'udp' },
      'HTTP, the same for many': { cached: true },
      'HTTP at fixed addresses': { fixedAddresses: true },
      'HTTP that moves in seconds': { fastFailover: true },
      'HTTP otherwise': {},
    };
    expect(table('what comes from the world')).toEqual(
      Object.entries(needs).map(([what, need]) => [what, chooseEdgeService(need).use, expect.any(String)]),
    );
  });
});
