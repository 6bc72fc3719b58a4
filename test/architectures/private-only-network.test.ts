import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import type { ProfileName } from '../../lib/profile';
import type { Settings } from '../../lib/settings';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'private-only-network';
const profiles: readonly ProfileName[] = ['sandbox', 'production'];
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const templates = { sandbox, production };

interface EndpointProperties {
  readonly VpcEndpointType: string;
  readonly ServiceName: { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
  readonly SubnetIds?: readonly unknown[];
  readonly RouteTableIds?: readonly unknown[];
  readonly PrivateDnsEnabled?: boolean;
}
const endpointsOf = (profile: ProfileName) =>
  Object.values(templates[profile].findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) => {
    const properties = Properties as EndpointProperties;
    return { ...properties, service: String(properties.ServiceName['Fn::Join'][1].at(-1)).slice(1) };
  });
const served = (profile: ProfileName, type: string) =>
  endpointsOf(profile)
    .filter(({ VpcEndpointType }) => VpcEndpointType === type)
    .map(({ service }) => service);

describe('the network', () => {
  test.each(profiles)(
    'has two isolated subnets and no way to the internet, in %s [network-private-only-vpc, network-vpc-closed-by-default]',
    (profile) => {
      const template = templates[profile];
      template.resourceCountIs('AWS::EC2::Subnet', 2);
      for (const type of ['InternetGateway', 'NatGateway', 'EgressOnlyInternetGateway', 'EIP', 'Route'])
        template.resourceCountIs(`AWS::EC2::${type}`, 0);
      template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    },
  );

  test.each<[Settings, readonly string[]]>([
    [{ profile: 'sandbox' }, ['Sts']],
    [
      { profile: 'production' },
      ['Ssm', 'SsmMessages', 'EcrApi', 'EcrDkr', 'Logs', 'SecretsManager', 'Kms', 'Sts', 'Sqs', 'Sns', 'Monitoring'],
    ],
    [{ variant: ['gateways-only'] }, []],
  ])(
    'lets the probe reach the services it has endpoints for, and nobody anything else: %j [network-private-only-vpc, network-vpc-closed-by-default]',
    (settings, interfaces) => {
      const network = networkOf(name, settings);
      expect(network).toHaveReachability([
        ...interfaces.map((service) => ['Probe', service, 'tcp 443'] as const),
        ['Probe', 's3', 'tcp 443'],
        ['Probe', 'dynamodb', 'tcp 443'],
      ]);
      for (const outside of ['internet', '10.16.0.1', '192.168.1.1']) {
        expect(network).not.toReach('Probe', outside);
        expect(network).not.toReach(outside, 'Probe');
      }
      expect(network.canReach('Probe', 'internet', 'tcp 443').stoppedBy?.says).toContain('no route');
    },
  );

  test('the table of the README has exactly the lines that reach finds', () => {
    const readme = readFileSync(`lib/architectures/${name}/README.md`, 'utf8');
    const [, table] = /## Who reaches whom\n[^|]*((?:\|.*\n)+)/.exec(readme)!;
    const cells = table
      .trim()
      .split('\n')
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, 4)
          .map((cell) => cell.trim()),
      );
    expect(networkOf(name)).toHaveReachability(cells as never);
  });
});

describe('the endpoints', () => {
  test.each(profiles)(
    'S3 and DynamoDB are routes in both tables, in %s [network-gateway-endpoint, network-gateway-endpoint-scope]',
    (profile) => {
      const gateways = endpointsOf(profile).filter(({ VpcEndpointType }) => VpcEndpointType === 'Gateway');
      expect(gateways.map(({ service }) => service)).toEqual(['s3', 'dynamodb']);
      for (const { RouteTableIds, SubnetIds } of gateways) {
        expect(RouteTableIds).toHaveLength(2);
        expect(SubnetIds).toBeUndefined();
      }
    },
  );

  test('a sandbox has one interface in one zone, production all bundles in both [network-interface-endpoint, network-interface-endpoint-ha, network-interface-endpoint-dns, network-endpoint-bundles, network-endpoint-choice]', () => {
    expect(served('sandbox', 'Interface')).toEqual(['sts']);
    expect(served('production', 'Interface')).toEqual([
      'ssm',
      'ssmmessages',
      'ecr.api',
      'ecr.dkr',
      'logs',
      'secretsmanager',
      'kms',
      'sts',
      'sqs',
      'sns',
      'monitoring',
    ]);
    for (const [profile, zones] of [
      ['sandbox', 1],
      ['production', 2],
    ] as const)
      for (const { VpcEndpointType, SubnetIds, PrivateDnsEnabled } of endpointsOf(profile))
        if (VpcEndpointType === 'Interface') {
          expect(SubnetIds).toHaveLength(zones);
          expect(PrivateDnsEnabled).toBe(true);
        }
  });

  test('the group of an interface admits the network and lets nothing out [network-interface-endpoint]', () => {
    sandbox.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Endpoint for sts',
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.18.0.0/16', FromPort: 443, ToPort: 443 })],
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '127.0.0.1/32' })],
    });
  });

  test('without interfaces nothing costs by the hour', () => {
    const template = architecture(name, { variant: ['gateways-only'] });
    template.resourcePropertiesCountIs('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' }, 0);
  });
});

describe.each(profiles)('who may do what, in %s', (profile) => {
  const access = accessOf(name, { profile, account: '111122223333', region: 'eu-west-1' });
  const s3 = 'Services/S3/Endpoint';
  const vault = 'Vault/Bucket/Bucket';
  const probe = 'Probe/Function/Function';
  const by = (endpoint: string | null) => ({ 'aws:SourceVpce': endpoint });
  const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const inAccount = (role: string) => ({ principal: `arn:aws:iam::111122223333:role/${role}`, policies: [everything] });
  const administrator = inAccount('Admin');

  test('the probe uses notes in the vault through the endpoint [network-endpoint-locked-bucket, network-endpoint-policy]', () => {
    for (const action of ['s3:GetObject', 's3:PutObject'])
      expect(access).toAllow(probe, action, `${vault}:notes/1`, by(s3));
    expect(access).not.toAllow(probe, 's3:GetObject', `${vault}:secrets/1`, by(s3));
    expect(access).not.toAllow(probe, 's3:DeleteObject', `${vault}:notes/1`, by(s3));
  });

  test('and in no other way, nor does anybody with every right [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
    for (const endpoint of [null, 'Services/DynamoDb/Endpoint', 'vpce-0123456789abcdef0']) {
      expect(access).not.toAllow(probe, 's3:GetObject', `${vault}:notes/1`, by(endpoint));
      expect(access).not.toAllow(administrator, 's3:GetObject', `${vault}:notes/1`, by(endpoint));
      expect(access).not.toAllow(administrator, 's3:PutBucketPolicy', vault, by(endpoint));
    }
  });

  test('but for the role that deploys, which can take it all away again [network-endpoint-locked-bucket]', () => {
    const deployer = inAccount('cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1');
    for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:DeleteBucket'])
      expect(access).toAllow(deployer, action, vault, by(null));
  });

  test('the endpoint to S3 leads to the vault and to no other bucket [network-endpoint-policy]', () => {
    expect(access).toAllow(administrator, 's3:GetObject', `${vault}:notes/1`, by(s3));
    expect(access).not.toAllow(administrator, 's3:GetObject', 'arn:aws:s3:::elsewhere/1', by(s3));
    expect(access).not.toAllow(administrator, 's3:GetObject', 'Vault/AccessLogs/Bucket:vault/1', by(s3));
    expect(access).not.toAllow(administrator, 's3:DeleteObject', `${vault}:notes/1`, by(s3));
  });

  test('credentials of another account open no interface [network-endpoint-policy]', () => {
    const sts = 'Services/Sts/Endpoint';
    expect(access).toAllow(administrator, 'sts:GetCallerIdentity', '*', by(sts));
    const stranger = { principal: 'arn:aws:iam::999999999999:role/Admin', policies: [everything] };
    expect(access).not.toAllow(stranger, 'sts:GetCallerIdentity', '*', by(sts));
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
