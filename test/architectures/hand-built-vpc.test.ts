import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { cidrToRange, count, rangeToCidrs } from '../../lib/constructs/network/cidr';
import { evaluateNacl, resolveRoute, translate, type AclEntry } from '../../lib/constructs/network/evaluate';
import type { Settings } from '../../lib/settings';
import { diagnose } from '../../tools/reachability/diagnose';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf, tcp } from '../support/reachability';

const name = 'hand-built-vpc';
const office = '198.51.100.7';
const shutOut = '203.0.113.9';
const profiles = ['sandbox', 'production'] as const;

const template = architecture(name);
const all = (type: string, of = template) =>
  Object.entries(of.findResources(`AWS::EC2::${type}`)).map(([id, { Properties }]) => ({ id, ...Properties }));
const userDataOf = (host: Record<string, any>): string => host.UserData['Fn::Base64'];
const host = (path: string) => all('Instance').find(({ id }) => id.startsWith(path))!;
const group = (path: string) => all('SecurityGroup').find(({ id }) => id.startsWith(path))!;

describe('the parts', () => {
  test('are those of the README: four subnets, two tables, four associations, one gateway [network-hand-built-vpc]', () => {
    const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
    const rows = readme
      .split('## The plan')[1]
      .split('\n')
      .filter((line) => /^\| \d/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(
      all('Subnet').map(({ CidrBlock, AvailabilityZone }) => [CidrBlock, 'AB'[AvailabilityZone['Fn::Select'][0]]]),
    ).toEqual(rows.map(([, cidr, zone]) => [cidr, zone]));
    for (const [, cidr, , , first, last] of rows) {
      expect({ first, last }).toEqual(cidrToRange(cidr));
      expect(rangeToCidrs(first, last)).toEqual([cidr]);
    }
    expect(
      ['VPC', 'RouteTable', 'SubnetRouteTableAssociation', 'InternetGateway'].map((type) => all(type).length),
    ).toEqual([1, 2, 4, 1]);
  });

  test('the first public subnet is the range of 256 addresses from .0 to .255, and the whole network one of 65,536 [network-cidr-range]', () => {
    const [first] = all('Subnet').map(({ CidrBlock }) => CidrBlock as string);
    expect(rangeToCidrs('192.168.1.0', '192.168.1.255')).toEqual([first]);
    expect([count(first), count(all('VPC')[0].CidrBlock)]).toEqual([256, 65_536]);
  });

  test('every subnet names its table, and the main one of the VPC has no route and no subnet [network-explicit-route-tables]', () => {
    const tables = all('RouteTable').map(({ id }) => id);
    const associations = all('SubnetRouteTableAssociation');
    expect(associations.map(({ SubnetId }) => SubnetId.Ref).sort()).toEqual(
      all('Subnet')
        .map(({ id }) => id)
        .sort(),
    );
    for (const { RouteTableId } of [...associations, ...all('Route')]) expect(tables).toContain(RouteTableId.Ref);
  });

  test('the public table alone leads to the gateway, and hosts get an address only after it is attached [network-internet-gateway]', () => {
    const byGateway = all('Route').filter(({ GatewayId }) => GatewayId);
    expect(byGateway.map(({ RouteTableId }) => RouteTableId.Ref)).toEqual([
      expect.stringMatching(/^NetworkPublicTable/),
    ]);
    const [attachment] = Object.keys(template.findResources('AWS::EC2::VPCGatewayAttachment'));
    const [route] = Object.entries(template.findResources('AWS::EC2::Route')).filter(
      ([, { Properties }]) => Properties.GatewayId,
    );
    expect(route[1].DependsOn).toEqual([attachment]);
    for (const address of Object.values(template.findResources('AWS::EC2::EIP')))
      expect(address.DependsOn).toEqual([route[0]]);
  });

  test('no subnet hands out public addresses; the two hosts that need one are given one that stays [network-subnet-auto-assign]', () => {
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    expect(all('EIPAssociation').map(({ InstanceId }) => InstanceId.Ref)).toEqual([
      host('NatInstance').id,
      host('JumpHostInstance').id,
    ]);
  });

  test('with the variant `carved` CloudFormation cuts the subnets from the block of the VPC, sixteen of twelve host bits [network-deploy-time-subnets]', () => {
    const carved = architecture(name, { variant: ['carved'] });
    const [{ id }] = all('VPC', carved);
    expect(all('Subnet', carved).map(({ CidrBlock }) => CidrBlock)).toEqual(
      [0, 1, 2, 3].map((index) => ({
        'Fn::Select': [index, { 'Fn::Cidr': [{ 'Fn::GetAtt': [id, 'CidrBlock'] }, 16, '12'] }],
      })),
    );
    expect(networkOf(name, { variant: ['carved'] })).toReach('JumpHost', 'PrivateHost', tcp(22));
  });
});

describe('who reaches whom', () => {
  test.each(profiles)(
    'in %s, exactly this [network-bastion, network-nat-instance, network-hand-built-vpc]',
    (profile) => {
      const network = networkOf(name, { profile });
      expect(network).toHaveReachability([
        [`${office}/32`, 'JumpHost', 'tcp 22'],
        ['JumpHost', 'PrivateHost', 'tcp 22'],
        ['PrivateHost', 'internet', 'tcp 443'],
        ['PrivateHost', 'Nat', 'tcp 443'],
        ['Nat', 'internet', 'tcp 443'],
        // The public subnets answer the office on high ports, and an ACL cannot tell an answer from a request.
        ['Nat', `${office}/32`, 'tcp 443, 1024-65535'],
      ]);
    },
  );

  test.each<[string, string, number]>([
    [office, 'PrivateHost', 22],
    ['internet', 'PrivateHost', 22],
    ['internet', 'PrivateHost', 443],
    ['internet', 'JumpHost', 22],
    ['internet', 'Nat', 443],
    ['JumpHost', 'internet', 443],
    ['JumpHost', 'PrivateHost', 443],
    ['PrivateHost', 'JumpHost', 22],
    ['PrivateHost', 'internet', 80],
    ['Nat', 'PrivateHost', 22],
  ])('%s does not get to %s on %d [network-bastion]', (from, to, port) => {
    expect(networkOf(name)).not.toReach(from, to, tcp(port));
  });

  test('the private host gets out by the NAT host and no other way [network-nat-instance, network-source-dest-check]', () => {
    const answer = networkOf(name).canReach('PrivateHost', 'internet', tcp(443));
    const said = answer.path.map(({ says }) => says).join('\n');
    expect(said).toMatch(/PrivateTable routes 0\.0\.0\.0\/0 to Nat/);
    expect(host('NatInstance').SourceDestCheck).toBe(false);
    expect(
      [host('JumpHostInstance'), host('PrivateHostInstance')].map(({ SourceDestCheck }) => SourceDestCheck),
    ).toEqual([undefined, undefined]);
  });

  test('with allowFrom the jump host opens to those blocks and to no other [network-bastion, network-sg-defaults]', () => {
    const network = networkOf(name, { allowFrom: ['192.0.2.0/24'] });
    expect(network).toReach('192.0.2.9', 'JumpHost', tcp(22));
    expect(network).not.toReach(office, 'JumpHost', tcp(22));
    expect(network).not.toReach('192.0.2.9', 'PrivateHost', tcp(22));
  });

  test('what the network drops times out, and the layer that dropped it is named [network-sg-symptom]', () => {
    const network = networkOf(name, { allowFrom: [`${office}/32`, `${shutOut}/32`] });
    const symptom = (from: string, to: string, port: number) => diagnose(network.canReach(from, to, tcp(port)));
    expect(symptom(shutOut, 'JumpHost', 22)).toMatch(/times out: entry 1 of Firewalls\/Public\/Acl denies everything/);
    expect(symptom('JumpHost', 'PrivateHost', 443)).toMatch(/times out: the security group of JumpHost/);
  });
});

describe('what filters', () => {
  const entries = (acl: string, egress: boolean): AclEntry[] =>
    all('NetworkAclEntry')
      .filter(({ NetworkAclId, Egress }) => NetworkAclId.Ref.startsWith(`Firewalls${acl}`) && Egress === egress)
      .map(({ RuleNumber, RuleAction, Protocol, CidrBlock, PortRange }) => ({
        number: RuleNumber,
        action: RuleAction,
        protocol: Protocol,
        cidr: CidrBlock,
        ...(PortRange && { ports: [PortRange.From, PortRange.To] as const }),
      }));
  const packet = (address: string, port: number) => ({ address, protocol: 6, port });

  test('groups begin closed both ways and name each other, so the jump host opens SSH to the private host and nothing else [network-sg-defaults]', () => {
    expect(group('JumpHostGroup').SecurityGroupIngress).toEqual([
      expect.objectContaining({ CidrIp: `${office}/32`, FromPort: 22, ToPort: 22 }),
    ]);
    expect(group('JumpHostGroup').SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '127.0.0.1/32' })]);
    expect(group('PrivateHostGroup').SecurityGroupIngress).toBeUndefined();
    expect(
      all('SecurityGroupIngress').map(({ SourceSecurityGroupId, FromPort, ToPort }) => [
        SourceSecurityGroupId['Fn::GetAtt'][0],
        FromPort,
        ToPort,
      ]),
    ).toEqual([[group('JumpHostGroup').id, 22, 22]]);
  });

  test('an ACL remembers nothing, so a flow without the entry for its reply is lost [network-nacl-stateless]', () => {
    const out = entries('Private', true);
    expect(evaluateNacl(out, packet('192.168.1.10', 40_022))).toEqual({ allowed: true, by: 100 });
    const forgotten = out.filter(({ number }) => number !== 100);
    expect(evaluateNacl(forgotten, packet('192.168.1.10', 40_022)).allowed).toBe(false);
  });

  test('denies have lower numbers than every allow, so that they are read first [network-nacl-order]', () => {
    for (const egress of [true, false]) {
      const of = (wanted: string) =>
        entries('Public', egress)
          .filter(({ action }) => action === wanted)
          .map(({ number }) => number);
      expect(Math.max(...of('deny'))).toBeLessThan(Math.min(...of('allow')));
    }
  });

  test('the deny list shuts a network out both ways, also where an entry allows everybody [network-nacl-deny-list]', () => {
    const [inward, outward] = [entries('Public', false), entries('Public', true)];
    expect(evaluateNacl(inward, packet('8.8.8.8', 40_443))).toEqual({ allowed: true, by: 160 });
    expect(evaluateNacl(inward, packet(shutOut, 40_443))).toEqual({ allowed: false, by: 1 });
    expect(evaluateNacl(outward, packet('8.8.8.8', 443))).toEqual({ allowed: true, by: 160 });
    expect(evaluateNacl(outward, packet(shutOut, 443))).toEqual({ allowed: false, by: 1 });
  });

  test('coming in, the ACL of the subnet is asked before the group of the host, and what it drops the group never sees [network-filter-order]', () => {
    const network = networkOf(name, { allowFrom: [`${office}/32`, `${shutOut}/32`] });
    const layers = (from: string) =>
      network
        .canReach(from, 'JumpHost', tcp(22))
        .path.filter(({ direction }) => direction === 'request')
        .map(({ layer }) => layer)
        .filter((layer) => layer !== 'gateway');
    expect(layers(office)).toEqual(['network ACL', 'security group']);
    expect(layers(shutOut)).toEqual(['network ACL']);
  });
});

describe('the hosts', () => {
  test('run Amazon Linux 2023 with metadata by token and an encrypted gp3 root [network-bastion-image]', () => {
    expect(all('Instance')).toHaveLength(3);
    for (const { ImageId, MetadataOptions, BlockDeviceMappings } of all('Instance')) {
      expect(template.toJSON().Parameters[ImageId.Ref].Default).toMatch(/\/al2023-ami-/);
      expect(MetadataOptions).toMatchObject({ HttpTokens: 'required' });
      expect(BlockDeviceMappings).toEqual([
        { DeviceName: '/dev/xvda', Ebs: expect.objectContaining({ Encrypted: true, VolumeType: 'gp3' }) },
      ]);
    }
  });

  test('the jump host and the private host have the public half of one key, the NAT host has none [network-key-pair]', () => {
    const [{ id }] = all('KeyPair');
    expect([host('JumpHostInstance'), host('PrivateHostInstance')].map(({ KeyName }) => KeyName)).toEqual([
      { Ref: id },
      { Ref: id },
    ]);
    expect(host('NatInstance').KeyName).toBeUndefined();
    template.hasResourceProperties('AWS::EC2::KeyPair', { PublicKeyMaterial: Match.absent() });
  });

  test('none of them knows a public address: the gateway translates, and user data configures none [network-igw-static-nat]', () => {
    for (const one of all('Instance')) expect(userDataOf(one)).not.toMatch(/<|ip addr add|\d+\.\d+\.\d+\.\d+\/32/);
    const pairs = [{ private: '192.168.1.20', public: '43.250.192.20' }];
    const reply = translate({ source: '192.168.1.20', destination: office }, 'out', pairs);
    expect(reply).toEqual({ source: '43.250.192.20', destination: office });
  });

  test('the NAT host forwards and masquerades for the private subnets alone [network-nat-instance]', () => {
    expect(userDataOf(host('NatInstance'))).toMatch(/net\.ipv4\.ip_forward=1[\s\S]*MASQUERADE/);
    expect(group('NatGroup').SecurityGroupIngress.map(({ CidrIp }: { CidrIp: string }) => CidrIp)).toEqual([
      '192.168.3.0/24',
      '192.168.4.0/24',
    ]);
    const table = all('Route')
      .filter(({ RouteTableId }) => RouteTableId.Ref.startsWith('NetworkPrivateTable'))
      .map(({ DestinationCidrBlock, InstanceId }) => ({ destination: DestinationCidrBlock, target: InstanceId.Ref }));
    expect(resolveRoute(table, '8.8.8.8')?.target).toBe(host('NatInstance').id);
  });
});

describe('what surrounds it', () => {
  test.each<[Settings['profile'], string]>([
    ['sandbox', 'cloud-watch-logs'],
    ['production', 's3'],
  ])('flow logs of the whole network are kept: %s', (profile, destination) => {
    architecture(name, { profile }).hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceType: 'VPC',
      LogDestinationType: destination,
      TrafficType: 'ALL',
    });
  });

  test('no output holds a key, and one says where it stands [network-key-pair]', () => {
    const { Outputs } = template.toJSON();
    expect(Object.keys(Outputs)).toEqual([
      'VpcId',
      'PublicRouteTable',
      'PrivateRouteTable',
      'PublicAcl',
      'NatHostId',
      'NatAddress',
      'JumpHostAddress',
      'JumpHostId',
      'PrivateHostId',
      'PrivateHostAddress',
      'OperatorRole',
      'PrivateKey',
      'Records',
    ]);
    expect(JSON.stringify(Outputs.PrivateKey.Value)).toContain('/ec2/keypair/');
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
