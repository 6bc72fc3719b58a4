import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { contains, count, overlaps } from '../../../lib/constructs/network/cidr';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { HandBuiltNetwork, type HandBuiltNetworkProps } from '../../../lib/constructs/network/hand-built-network';
import { SubnetBlocks } from '../../../lib/constructs/network/subnet-blocks';
import { NetworkModel } from '../../../tools/reachability/network-model';
import { testStack } from '../../support/app';

function built(props: HandBuiltNetworkProps = {}): Template {
  const stack = testStack();
  new HandBuiltNetwork(stack, 'Network', props);
  guardNetwork(stack);
  return Template.fromStack(stack);
}
const refusal = (props: HandBuiltNetworkProps) => () => new HandBuiltNetwork(testStack(), 'Network', props);
const all = (template: Template, type: string) =>
  Object.entries(template.findResources(`AWS::EC2::${type}`)).map(([id, { Properties }]) => ({ id, ...Properties }));

describe('HandBuiltNetwork', () => {
  const template = built();

  test('it is one VPC with four /24 subnets, each in one zone, two tables, four associations and one gateway [network-hand-built-vpc]', () => {
    expect(all(template, 'VPC').map(({ CidrBlock }) => CidrBlock)).toEqual(['192.168.0.0/16']);
    expect(
      all(template, 'Subnet').map(({ CidrBlock, AvailabilityZone }) => [CidrBlock, AvailabilityZone['Fn::Select'][0]]),
    ).toEqual([
      ['192.168.1.0/24', 0],
      ['192.168.2.0/24', 1],
      ['192.168.3.0/24', 0],
      ['192.168.4.0/24', 1],
    ]);
    template.resourceCountIs('AWS::EC2::RouteTable', 2);
    template.resourceCountIs('AWS::EC2::SubnetRouteTableAssociation', 4);
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
    template.resourceCountIs('AWS::EC2::VPCGatewayAttachment', 1);
  });

  test('the public table leads to the gateway once that is attached, the private one has the local route only [network-hand-built-vpc]', () => {
    const [gateway] = all(template, 'InternetGateway');
    const [attachment] = all(template, 'VPCGatewayAttachment');
    const routes = Object.values(template.findResources('AWS::EC2::Route'));
    expect(routes).toEqual([
      expect.objectContaining({
        DependsOn: [attachment.id],
        Properties: {
          RouteTableId: { Ref: expect.stringMatching(/^NetworkPublicTable/) },
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: { Ref: gateway.id },
        },
      }),
    ]);
    const tables = all(template, 'SubnetRouteTableAssociation').map(({ RouteTableId }) =>
      RouteTableId.Ref.replace(/[0-9A-F]{8}$/, ''),
    );
    expect(tables).toEqual(['NetworkPublicTable', 'NetworkPublicTable', 'NetworkPrivateTable', 'NetworkPrivateTable']);
  });

  test('a host in a public subnet is reached and one in a private subnet neither reached nor let out [network-hand-built-vpc]', () => {
    const network = NetworkModel.fromTemplates({ Stack: template.toJSON() as never });
    expect(network.canReach('internet', '192.168.1.10').verdict).not.toBe('blocked');
    expect(network.canReach('internet', '192.168.3.10').verdict).toBe('blocked');
    expect(network.canReach('192.168.4.10', 'internet').verdict).toBe('blocked');
  });

  test.each<[string, HandBuiltNetworkProps, string]>([
    [
      'a block that is not canonical',
      { cidr: '192.168.1.0/16' },
      'cidr is 192.168.1.0/16, which is not where a block of that size begins; write 192.168.0.0/16',
    ],
    [
      'the range of the default VPC',
      { cidr: '172.31.0.0/16' },
      'cidr is 172.31.0.0/16, which overlaps 172.31.0.0/16, the range of every default VPC',
    ],
    ['no zone', { zones: 0 }, 'zones is 0; a Region has at most 6, so give 1 to 6'],
    ['blocks that are too few', { zones: 3 }, 'blocks are 4, but there are 6 subnets; list one for each'],
    [
      'blocks that overlap',
      { zones: 1, blocks: SubnetBlocks.listed(['192.168.0.0/20', '192.168.1.0/24']) },
      'subnet 192.168.1.0/24 overlaps subnet 192.168.0.0/20; give each address to one subnet',
    ],
    [
      'a block outside',
      { zones: 1, blocks: SubnetBlocks.listed(['192.168.0.0/24', '10.0.0.0/24']) },
      'subnet 10.0.0.0/24 lies outside 192.168.0.0/16; choose a block inside',
    ],
  ])('fails when given %s [network-hand-built-vpc]', (_, props, message) => {
    expect(refusal(props)).toThrow(`Stack/Network:\n  ${message}`);
  });
});

describe('blocks carved at deployment', () => {
  const blocks = SubnetBlocks.carved(16, 12);
  const props: HandBuiltNetworkProps = { cidr: '10.16.0.0/16', blocks };

  test('CloudFormation cuts the block of the VPC into sixteen of twelve host bits, and each subnet takes another [network-deploy-time-subnets]', () => {
    const template = built({ ...props, zones: 6 });
    const [vpc] = all(template, 'VPC');
    const cuts = all(template, 'Subnet').map(({ CidrBlock }) => CidrBlock['Fn::Select']);
    expect(cuts).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((index) => [
        index,
        { 'Fn::Cidr': [{ 'Fn::GetAtt': [vpc.id, 'CidrBlock'] }, 16, '12'] },
      ]),
    );
  });

  test('sixteen of twelve host bits from a /16 are the sixteen /20, which fill it and do not overlap [network-deploy-time-subnets, operations-cidr-function]', () => {
    const cut = blocks.in('10.16.0.0/16');
    expect(cut).toEqual(Array.from({ length: 16 }, (_, i) => `10.16.${16 * i}.0/20`));
  });

  test('whatever is cut from whatever block lies inside it, apart from the rest, of the size that was asked for [operations-cidr-function]', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 28 }),
        fc.integer({ min: 4, max: 16 }),
        fc.integer({ min: 1, max: 256 }),
        (prefix, hostBits, pieces) => {
          const vpc = `10.16.0.0/${prefix}`;
          const carved = SubnetBlocks.carved(pieces, hostBits);
          fc.pre(carved.faults(vpc, 1).every((fault) => !fault));
          const cut = carved.in(vpc);
          expect(cut).toHaveLength(pieces);
          for (const [i, block] of cut.entries()) {
            expect(contains(vpc, block)).toBe(true);
            expect(count(block)).toBe(2 ** hostBits);
            if (i > 0) expect(overlaps(block, cut[i - 1])).toBe(false);
          }
        },
      ),
    );
  });

  test('the reachability model sees the blocks that CloudFormation will give [network-deploy-time-subnets]', () => {
    const network = NetworkModel.fromTemplates({ Stack: built(props).toJSON() as never });
    expect(network.canReach('internet', '10.16.16.10').verdict).not.toBe('blocked');
    expect(network.canReach('internet', '10.16.32.10').verdict).toBe('blocked');
  });

  test.each<[string, HandBuiltNetworkProps, string]>([
    [
      'an index beyond the pieces is asked for',
      { ...props, blocks: SubnetBlocks.carved(3, 12) },
      'subnets are 4, but the block is cut into 3 pieces, numbered 0 to 2; cut more, or leave subnets out',
    ],
    [
      'the block does not hold so many',
      { ...props, blocks: SubnetBlocks.carved(17, 12) },
      'pieces are 17 of 4096 addresses, but 10.16.0.0/16 holds 16; give at most 16, or fewer hostBits',
    ],
    [
      'CloudFormation cannot cut so many',
      { ...props, blocks: SubnetBlocks.carved(257, 8) },
      'pieces is 257; give a whole number from 1 to 256',
    ],
    [
      'a piece is no subnet',
      { ...props, blocks: SubnetBlocks.carved(16, 3) },
      'hostBits is 3; give a whole number from 4 to 16',
    ],
  ])('fails when %s [network-deploy-time-subnets, operations-cidr-function]', (_, given, message) => {
    expect(refusal(given)).toThrow(`Stack/Network:\n  ${message}`);
  });
});
