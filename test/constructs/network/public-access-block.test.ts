import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  PublicAccessBlock,
  PublicAccessExclusion,
  PublicAccessMode,
  type PublicAccessBlockProps,
} from '../../../lib/constructs/network/public-access-block';
import { testStack } from '../../support/app';

function setUp() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  const block = (props: PublicAccessBlockProps, id = 'Block') => new PublicAccessBlock(stack, id, props);
  return { stack, vpc, block, subnet: vpc.publicSubnets[0] };
}

describe('PublicAccessBlock', () => {
  test.each([
    [PublicAccessMode.blockIngress(), 'block-ingress'],
    [PublicAccessMode.blockBidirectional(), 'block-bidirectional'],
  ])('internet gateways of the account are closed: %s [network-public-access-block]', (mode, value) => {
    const { stack, block } = setUp();
    block({ mode });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::VPCBlockPublicAccessOptions', {
      InternetGatewayBlockMode: value,
    });
  });

  test('networks and subnets are left out, each by one id, before the block closes [network-public-access-block]', () => {
    const { stack, vpc, block, subnet } = setUp();
    block({
      mode: PublicAccessMode.blockBidirectional(),
      exclusions: [PublicAccessExclusion.open(vpc), PublicAccessExclusion.egress(subnet)],
    });
    const template = Template.fromStack(stack);
    const exclusions = template.findResources('AWS::EC2::VPCBlockPublicAccessExclusion');
    expect(Object.values(exclusions).map(({ Properties }) => Properties)).toEqual([
      { InternetGatewayExclusionMode: 'allow-bidirectional', VpcId: stack.resolve(vpc.vpcId) },
      { InternetGatewayExclusionMode: 'allow-egress', SubnetId: stack.resolve(subnet.subnetId) },
    ]);
    const [options] = Object.values(template.findResources('AWS::EC2::VPCBlockPublicAccessOptions'));
    expect([...options.DependsOn].sort()).toEqual(Object.keys(exclusions).sort());
  });

  test('fails when an exclusion changes nothing, or is written twice [network-public-access-block]', () => {
    const { vpc, block } = setUp();
    const egress = PublicAccessExclusion.egress(vpc);
    expect(() => block({ mode: PublicAccessMode.blockIngress(), exclusions: [egress] })).toThrow(
      'Stack/Block:\n  exclusion of Stack/Vpc lets out, which block-ingress does not block; write PublicAccessExclusion.open(), or block both directions',
    );
    const twice = [egress, PublicAccessExclusion.open(vpc)];
    expect(() => block({ mode: PublicAccessMode.blockBidirectional(), exclusions: twice }, 'Twice')).toThrow(
      'Stack/Twice:\n  exclusions name Stack/Vpc twice; keep one of them',
    );
  });

  test('fails when there are more exclusions than an account has, or a second block [network-public-access-block]', () => {
    const { vpc, block } = setUp();
    const mode = PublicAccessMode.blockIngress();
    const many = Array.from({ length: 51 }, () => PublicAccessExclusion.open(vpc));
    expect(() => block({ mode, exclusions: many }, 'Many')).toThrow(
      'exclusions are 51; an account has 50, so exclude whole networks instead of subnets',
    );
    block({ mode });
    expect(() => block({ mode }, 'Second')).toThrow(
      'Stack/Second:\n  Stack/Block blocks public access already, and there is one for an account; use that',
    );
  });

  test('no architecture holds what would close the networks of others [network-public-access-block]', () => {
    const architectures = join(__dirname, '../../../lib/architectures');
    const sources = readdirSync(architectures, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(sources.length).toBeGreaterThan(20);
    for (const name of sources) {
      const text = readFileSync(join(architectures, name), 'utf8');
      expect([name, /PublicAccessBlock\b|CfnVPCBlockPublicAccess/.test(text)]).toEqual([name, false]);
    }
  });
});
