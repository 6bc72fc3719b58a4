import { Aws, Stack } from 'aws-cdk-lib';
import { deployTimeSubnet, IpamPool, type IpamPoolProps } from '../../../lib/constructs/network/ipam-pool';
import { templateOf, testStack } from '../../support/app';

const refusal = (props: IpamPoolProps) => () => new IpamPool(testStack(), 'Pool', props);

describe('IpamPool', () => {
  test('a pool of this Region holds a private range and bounds what is drawn from it [network-ipam-pool]', () => {
    const template = templateOf(
      (stack) => new IpamPool(stack, 'Pool', { cidr: '10.32.0.0/12', minNetmaskLength: 18, maxNetmaskLength: 24 }),
    );
    template.hasResourceProperties('AWS::EC2::IPAM', { OperatingRegions: [{ RegionName: { Ref: 'AWS::Region' } }] });
    template.hasResourceProperties('AWS::EC2::IPAMPool', {
      AddressFamily: 'ipv4',
      Locale: { Ref: 'AWS::Region' },
      AllocationMinNetmaskLength: 18,
      AllocationMaxNetmaskLength: 24,
    });
    template.hasResourceProperties('AWS::EC2::IPAMPoolCidr', { Cidr: '10.32.0.0/12' });
  });

  test('fails when the range or the bounds cannot be [network-ipam-pool, network-cidr-canonical]', () => {
    expect(refusal({ cidr: '10.33.0.0/12' })).toThrow(
      'Stack/Pool:\n  cidr is 10.33.0.0/12, which is not where a block of that size begins; write 10.32.0.0/12',
    );
    expect(refusal({ cidr: '8.0.0.0/12' })).toThrow('cidr is 8.0.0.0/12, which is not private; choose from 10.0.0.0/8');
    expect(refusal({ cidr: '10.32.0.0/12', minNetmaskLength: 15, maxNetmaskLength: 29 })).toThrow(
      'minNetmaskLength is 15; give a whole number from 16 to 28\n  maxNetmaskLength is 29; give a whole number from 16 to 28',
    );
    expect(refusal({ cidr: '10.32.0.0/12', minNetmaskLength: 24, maxNetmaskLength: 20 })).toThrow(
      'minNetmaskLength is 24, above maxNetmaskLength, 20; swap them',
    );
    expect(refusal({ cidr: '10.32.0.0/20' })).toThrow(
      'cidr is 10.32.0.0/20, 4096 addresses, smaller than a /16; give a larger pool or raise minNetmaskLength',
    );
  });

  test('a VPC may draw what lies within the bounds [network-ipam-pool]', () => {
    const pool = new IpamPool(testStack(), 'Pool', {
      cidr: '10.32.0.0/12',
      minNetmaskLength: 18,
      maxNetmaskLength: 24,
    });
    expect([18, 24].map((length) => pool.netmaskFault(length))).toEqual([undefined, undefined]);
    expect(pool.netmaskFault(17)).toBe('netmaskLength is 17; give a whole number from 18 to 24');
  });
});

describe('deployTimeSubnet', () => {
  const stack = new Stack();
  const resolve = (index: number) => stack.resolve(deployTimeSubnet(Aws.NO_VALUE, index, 16, 12));

  test('sixteen blocks of twelve host bits are sixteen /20, each with a place of its own [network-deploy-time-subnets]', () => {
    const carved = Array.from({ length: 16 }, (_, i) => resolve(i)['Fn::Select']);
    expect(new Set(carved.map(([index]) => index)).size).toBe(16);
    for (const [, cut] of carved) expect(cut).toEqual({ 'Fn::Cidr': [{ Ref: 'AWS::NoValue' }, 16, '12'] });
  });

  test('fails when there are not so many blocks, or they would be no subnets [network-deploy-time-subnets]', () => {
    expect(() => resolve(16)).toThrow('index is 16; give a whole number from 0 to 15');
    expect(() => resolve(-1)).toThrow('index is -1; give a whole number from 0 to 15');
    expect(() => deployTimeSubnet(Aws.NO_VALUE, 0, 257, 3)).toThrow(
      'blocks is 257; give a whole number from 1 to 256\nhostBits is 3; give a whole number from 4 to 16',
    );
  });
});
