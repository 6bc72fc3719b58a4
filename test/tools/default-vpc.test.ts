import {
  CreateDefaultVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../tools/default-vpc';
import type { Outcome } from '../../tools/default-vpc/change';
import { listening } from '../support/console';

const ec2 = mockClient(EC2Client);

/** Regions with a default VPC as AWS makes it. */
function untouched(): void {
  ec2.reset();
  ec2.on(DescribeRegionsCommand).resolves({ Regions: [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1' }] });
  ec2.on(DescribeVpcsCommand, { Filters: [{ Name: 'is-default', Values: ['true'] }] }).resolves({
    Vpcs: [{ VpcId: 'vpc-1' }],
  });
  ec2
    .on(DescribeInternetGatewaysCommand, { Filters: [{ Name: 'attachment.vpc-id', Values: ['vpc-1'] }] })
    .resolves({ InternetGateways: [{ InternetGatewayId: 'igw-1' }] });
  ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ SubnetId: 'subnet-b' }, { SubnetId: 'subnet-a' }] });
  ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [] });
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'default' }] });
  ec2.on(DescribeRouteTablesCommand).resolves({
    RouteTables: [{ RouteTableId: 'rtb-1', Associations: [{ Main: true }] }],
  });
  ec2.on(DescribeNetworkAclsCommand).resolves({ NetworkAcls: [{ NetworkAclId: 'acl-1', IsDefault: true }] });
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [] });
  ec2.on(DescribeVpcPeeringConnectionsCommand).resolves({ VpcPeeringConnections: [] });
  ec2.on(DetachInternetGatewayCommand).resolves({});
  ec2.on(DeleteInternetGatewayCommand).resolves({});
  ec2.on(DeleteSubnetCommand).resolves({});
  ec2.on(DeleteVpcCommand).resolves({});
  ec2.on(CreateDefaultVpcCommand).resolves({ Vpc: { VpcId: 'vpc-2' } });
}

/** The calls that change something, in order: Region, operation, input. */
const changes = async (): Promise<string[]> =>
  Promise.all(
    ec2
      .calls()
      .filter(({ args: [command] }) => !command.constructor.name.startsWith('Describe'))
      .map(async ({ args: [command], thisValue }) => {
        const region = await (thisValue as EC2Client).config.region();
        return [region, command.constructor.name.replace('Command', ''), ...Object.values(command.input)].join(' ');
      }),
  );

const removal = (region: string): string[] => [
  `${region} DetachInternetGateway igw-1 vpc-1`,
  `${region} DeleteInternetGateway igw-1`,
  `${region} DeleteSubnet subnet-a`,
  `${region} DeleteSubnet subnet-b`,
  `${region} DeleteVpc vpc-1`,
];

const fault = (name: string, message = 'no') => Object.assign(new Error(message), { name });

describe('groundplan default-vpc', () => {
  const said = listening();
  beforeEach(untouched);

  test('remove takes the gateway, then the subnets, then the VPC, in one Region after the other [network-default-vpc-tool]', async () => {
    expect(await run(['remove', '--region', 'eu-west-1,us-east-1', '--apply'])).toBe(0);
    expect(await changes()).toEqual([...removal('eu-west-1'), ...removal('us-east-1')]);
    expect(said.join('\n')).toBe(
      ['eu-west-1', 'us-east-1']
        .flatMap((region) => [
          `${region}: done`,
          '  detach the internet gateway igw-1',
          '  delete the internet gateway igw-1',
          '  delete the subnet subnet-a',
          '  delete the subnet subnet-b',
          '  delete the VPC vpc-1',
        ])
        .join('\n'),
    );
  });

  test.each(['remove', 'create'])(
    '%s changes nothing unless told to, and says what it would do [network-default-vpc-tool]',
    async (action) => {
      if (action === 'create') ec2.on(DescribeVpcsCommand).resolves({ Vpcs: [] });
      expect(await run([action, '--region', 'eu-west-1'])).toBe(0);
      expect(await changes()).toEqual([]);
      expect(said.join('\n')).toMatch(
        /^eu-west-1: planned\n {2}(detach|create) the [\s\S]*\nNothing was changed; add --apply to do it\.$/,
      );
    },
  );

  test('create is one call, and none where there is a default VPC [network-default-vpc-tool]', async () => {
    ec2
      .on(DescribeVpcsCommand)
      .resolvesOnce({ Vpcs: [] })
      .resolves({ Vpcs: [{ VpcId: 'vpc-1' }] });
    expect(await run(['create', '--region', 'eu-west-1,us-east-1', '--apply'])).toBe(0);
    expect(await changes()).toEqual(['eu-west-1 CreateDefaultVpc']);
    expect(said.join('\n')).toContain('us-east-1: nothing to do\n  vpc-1 is its default VPC');
  });

  test('with --all it goes through the Regions that the account has [network-default-vpc-tool]', async () => {
    expect(
      await run(['remove', '--all', '--apply', '--json'], (region = 'eu-west-1') => new EC2Client({ region })),
    ).toBe(0);
    expect(await changes()).toEqual([...removal('eu-west-1'), ...removal('us-east-1')]);
    const outcomes = JSON.parse(said.join('\n')) as Outcome[];
    expect(outcomes.map(({ region, result }) => [region, result])).toEqual([
      ['eu-west-1', 'done'],
      ['us-east-1', 'done'],
    ]);
  });

  test('where there is no default VPC there is nothing to remove [network-default-vpc-tool]', async () => {
    ec2.on(DescribeVpcsCommand).resolves({ Vpcs: [] });
    expect(await run(['remove', '--region', 'eu-west-1', '--apply'])).toBe(0);
    expect(said.join('\n')).toBe('eu-west-1: nothing to do\n  the Region has no default VPC');
  });

  test('fails before the first call where something stands in it, and still does the other Regions [network-default-vpc-tool]', async () => {
    ec2
      .on(DescribeNetworkInterfacesCommand)
      .resolvesOnce({
        NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Description: 'RDSNetworkInterface' }],
        NextToken: 'more',
      })
      .resolvesOnce({ NetworkInterfaces: [{ NetworkInterfaceId: 'eni-2' }] })
      .resolves({ NetworkInterfaces: [] });
    expect(await run(['remove', '--region', 'eu-west-1,us-east-1', '--apply'])).toBe(1);
    expect(await changes()).toEqual(removal('us-east-1'));
    expect(said.join('\n')).toContain(
      'eu-west-1: refused\n  vpc-1 is in use: it has network interfaces: eni-1 (RDSNetworkInterface), eni-2; move or delete what they belong to, then run this again\nus-east-1: done',
    );
  });

  test('fails where somebody made parts for it, which would stop the removal half-way [network-default-vpc-tool]', async () => {
    ec2.on(DescribeSecurityGroupsCommand).resolves({
      SecurityGroups: [
        { GroupId: 'sg-1', GroupName: 'default' },
        { GroupId: 'sg-2', GroupName: 'web' },
      ],
    });
    ec2.on(DescribeRouteTablesCommand).resolves({
      RouteTables: [{ RouteTableId: 'rtb-1', Associations: [{ Main: true }] }, { RouteTableId: 'rtb-2' }],
    });
    ec2.on(DescribeNetworkAclsCommand).resolves({ NetworkAcls: [{ NetworkAclId: 'acl-2', IsDefault: false }] });
    ec2
      .on(DescribeVpcEndpointsCommand)
      .resolves({ VpcEndpoints: [{ VpcEndpointId: 'vpce-1', State: 'available' }] as never });
    ec2
      .on(DescribeVpcPeeringConnectionsCommand, { Filters: [{ Name: 'accepter-vpc-info.vpc-id', Values: ['vpc-1'] }] })
      .resolves({
        VpcPeeringConnections: [
          { VpcPeeringConnectionId: 'pcx-1', Status: { Code: 'active' } },
          { VpcPeeringConnectionId: 'pcx-2', Status: { Code: 'deleted' } },
        ],
      });
    expect(await run(['remove', '--region', 'eu-west-1', '--apply'])).toBe(1);
    expect(await changes()).toEqual([]);
    expect(said.join('\n').split('\n')).toEqual([
      'eu-west-1: refused',
      ...[
        'security groups of its own: sg-2',
        'route tables beside the main one: rtb-2',
        'network ACLs beside the default one: acl-2',
        'endpoints: vpce-1',
        'peerings: pcx-1',
      ].map((what) => `  vpc-1 is in use: it has ${what}; delete them, then run this again`),
    ]);
  });

  test('what stops half-way says how far it came, and a second run finishes [network-default-vpc-tool]', async () => {
    ec2
      .on(DeleteSubnetCommand, { SubnetId: 'subnet-b' })
      .rejectsOnce(fault('DependencyViolation', 'it has dependencies'));
    expect(await run(['remove', '--region', 'eu-west-1', '--apply'])).toBe(1);
    expect(said.join('\n')).toContain(
      'eu-west-1: failed\n  detach the internet gateway igw-1\n  delete the internet gateway igw-1\n  delete the subnet subnet-a\n' +
        '  cannot delete the subnet subnet-b: DependencyViolation: it has dependencies; 3 of 5 calls were made; mend the cause and run this again for the rest',
    );
    ec2.on(DetachInternetGatewayCommand).rejects(fault('Gateway.NotAttached'));
    ec2.on(DeleteInternetGatewayCommand).rejects(fault('InvalidInternetGatewayID.NotFound'));
    ec2.on(DeleteSubnetCommand, { SubnetId: 'subnet-a' }).rejects(fault('InvalidSubnetID.NotFound'));
    expect(await run(['remove', '--region', 'eu-west-1', '--apply'])).toBe(0);
    expect(said.at(-1)).toMatch(/^eu-west-1: done/);
    expect((await changes()).at(-1)).toBe('eu-west-1 DeleteVpc vpc-1');
  });

  test('a Region that may not be looked at fails, and the next is done all the same', async () => {
    ec2
      .on(DescribeVpcsCommand)
      .rejectsOnce(fault('UnauthorizedOperation', 'You are not authorized'))
      .resolves({ Vpcs: [] });
    expect(await run(['remove', '--region', 'eu-west-1,us-east-1'])).toBe(1);
    expect(said.join('\n')).toBe(
      'eu-west-1: failed\n  cannot look: UnauthorizedOperation: You are not authorized\nus-east-1: nothing to do\n  the Region has no default VPC',
    );
  });

  test('fails when the Regions cannot be asked for', async () => {
    ec2.on(DescribeRegionsCommand).rejects(fault('ExpiredToken', 'The security token is expired'));
    expect(await run(['remove', '--all'], () => new EC2Client({ region: 'eu-west-1' }))).toBe(1);
    expect(said.join('\n')).toBe(
      'cannot find out the Regions: ExpiredToken: The security token is expired; give --region, or mend your AWS settings',
    );
  });

  test.each([
    [[], '"" is no action; say remove or create'],
    [['delete'], '"delete" is no action; say remove or create'],
    [['remove', 'eu-west-1'], '"eu-west-1" is one word too many; Regions follow --region'],
    [['remove', '--region', 'eu-west-1a'], '--region has "eu-west-1a"; write the code of a Region, such as eu-west-1'],
    [
      ['remove', '--region', 'eu-west-1', '--all'],
      '--region eu-west-1 does not go with --all; leave one of the two out',
    ],
    [['remove', '--aply'], "Unknown option '--aply'"],
  ])('fails when it is told %p', async (args, message) => {
    expect(await run(args)).toBe(2);
    expect(said.join('\n')).toContain(message);
    expect(said.join('\n')).toContain('groundplan default-vpc remove [--region');
    expect(ec2.calls()).toEqual([]);
  });
});
