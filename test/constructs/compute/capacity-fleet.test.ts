import { CfnSpotFleet, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import { CapacityFleet, type CapacityFleetProps } from '../../../lib/constructs/compute/capacity-fleet';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { SpotRequest } from '../../../lib/constructs/compute/spot-request';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const types = ['t4g.micro', 't4g.small'].map((name) => ({ type: new InstanceType(name) }));
const built = (props: Partial<CapacityFleetProps> = {}, spot?: SpotRequest) => {
  const parts = new Parts(testStack());
  new CapacityFleet(parts.stack, 'Batch', {
    vpc: parts.vpc,
    template: parts.template(spot && { spot }),
    types,
    target: 10,
    ...props,
  });
  return Template.fromStack(parts.stack);
};
const fleet = (props?: Partial<CapacityFleetProps>) =>
  Object.values(built(props).findResources('AWS::EC2::EC2Fleet'))[0].Properties;

describe('CapacityFleet', () => {
  test('keeps a target of spot and on-demand instances over every type in every subnet, and stops at a price [compute-spot-strategies]', () => {
    const properties = fleet({ onDemand: 2, maxTotalPrice: 0.5 });
    expect(properties.TargetCapacitySpecification).toEqual({
      TotalTargetCapacity: 10,
      OnDemandTargetCapacity: 2,
      SpotTargetCapacity: 8,
      DefaultTargetCapacityType: 'spot',
    });
    expect(properties.SpotOptions).toMatchObject({
      AllocationStrategy: 'price-capacity-optimized',
      MaxTotalPrice: '0.5',
      InstanceInterruptionBehavior: 'terminate',
      MaintenanceStrategies: { CapacityRebalance: { ReplacementStrategy: 'launch-before-terminate' } },
    });
    expect(properties.Type).toBe('maintain');
    const [{ Overrides, LaunchTemplateSpecification }] = properties.LaunchTemplateConfigs;
    expect(LaunchTemplateSpecification.LaunchTemplateId).toEqual({ Ref: expect.stringMatching(/^ServerTemplate/) });
    const pools = Overrides.map(
      ({ InstanceType, SubnetId }: any) => `${InstanceType} ${/Subnet\d/.exec(SubnetId.Ref)![0]}`,
    );
    expect(pools).toEqual(['t4g.micro Subnet1', 't4g.micro Subnet2', 't4g.small Subnet1', 't4g.small Subnet2']);
  });

  test.each([
    ['long-lived', 'diversified', undefined],
    ['short', 'lowest-price', 2],
    ['capacity-critical', 'capacity-optimized', undefined],
  ] as const)('for %s work its strategy is %s [compute-spot-strategies]', (workload, strategy, pools) => {
    const { SpotOptions } = fleet({ workload });
    expect([SpotOptions.AllocationStrategy, SpotOptions.InstancePoolsToUseCount]).toEqual([strategy, pools]);
    expect(SpotOptions.MaxTotalPrice).toBeUndefined();
  });

  test.each([
    [{ target: 0 }, 'target is 0; give a whole number from 1 to 10000'],
    [{ onDemand: 11 }, 'onDemand is 11 of a target of 10; give at most the target'],
    [{ maxTotalPrice: 0 }, 'maxTotalPrice is 0 dollars an hour; give more than 0, or leave it out'],
    [{ maxTotalPrice: 1, onDemand: 10 }, 'maxTotalPrice bounds spot, of which there is none; leave it out'],
    [{ types: types.slice(1) }, 'types has 1 type; give two or more, as one has one pool in each zone'],
  ])('fails with %j [compute-spot-strategies]', (props, fault) => {
    expect(() => built(props)).toThrow(`Stack/Batch:\n  ${fault}`);
  });

  test('fails when the template asks for spot by itself [compute-spot-strategies]', () => {
    expect(() => built({}, SpotRequest.oneTime())).toThrow('template asks for spot by itself, which a fleet refuses');
  });

  test('fails when it is a spot fleet of the old kind [compute-spot-strategies]', () => {
    const stack = testStack();
    new CfnSpotFleet(stack, 'Old', {
      spotFleetRequestConfigData: { iamFleetRole: 'arn:aws:iam::123456789012:role/fleet', targetCapacity: 1 },
    });
    guardCompute(stack);
    expect(() => Template.fromStack(stack)).toThrow(
      'Stack/Old:\n  Spot fleets are no longer developed; use an Auto Scaling group with mixed instances, or AWS::EC2::EC2Fleet',
    );
  });
});
