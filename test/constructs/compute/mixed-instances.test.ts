import { Tags } from 'aws-cdk-lib';
import { InstanceArchitecture, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import { fleetStrategy } from '../../../lib/constructs/compute/fleet-strategy';
import { ImageChoice } from '../../../lib/constructs/compute/image-choice';
import { MixedInstances, type MixedInstancesOptions } from '../../../lib/constructs/compute/mixed-instances';
import { SpotRequest } from '../../../lib/constructs/compute/spot-request';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const types = (...names: readonly string[]) => names.map((name) => ({ type: new InstanceType(name) }));
const usual = types('t4g.micro', 't4g.small');
const build = (options: Partial<MixedInstancesOptions> = {}, spot?: SpotRequest, type = 't4g.micro') => {
  const parts = new Parts(testStack());
  const template = parts.template({ instanceType: new InstanceType(type), ...(spot && { spot }) });
  const mixed = new MixedInstances({ types: usual, ...options });
  const fleet = parts.fleet({ template, size: FleetSize.between(2, 6), mixed });
  guardCompute(parts.stack);
  return { stack: parts.stack, fleet };
};
const group = (options?: Partial<MixedInstancesOptions>) =>
  Object.values(Template.fromStack(build(options).stack).findResources('AWS::AutoScaling::AutoScalingGroup'))[0]
    .Properties;
const refusal =
  (...args: Parameters<typeof build>) =>
  () =>
    build(...args);

describe('MixedInstances', () => {
  test('one on demand and the rest spot, from the cheapest pools with enough to spare, and replaced before they are taken [compute-mixed-fleet]', () => {
    const properties = group();
    expect(properties.LaunchTemplate).toBeUndefined();
    expect(properties.CapacityRebalance).toBe(true);
    expect(properties.MixedInstancesPolicy).toEqual({
      InstancesDistribution: {
        OnDemandAllocationStrategy: 'prioritized',
        OnDemandBaseCapacity: 1,
        OnDemandPercentageAboveBaseCapacity: 0,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
      LaunchTemplate: {
        LaunchTemplateSpecification: {
          LaunchTemplateId: { Ref: expect.stringMatching(/^ServerTemplate/) },
          Version: { 'Fn::GetAtt': [expect.stringMatching(/^ServerTemplate/), 'LatestVersionNumber'] },
        },
        Overrides: [{ InstanceType: 't4g.micro' }, { InstanceType: 't4g.small' }],
      },
    });
  });

  test('base, share and weights can be chosen; a group that is all on demand has nothing to rebalance [compute-mixed-fleet]', () => {
    const weighted = [
      { ...usual[0], weight: 1 },
      { ...usual[1], weight: 2 },
    ];
    const properties = group({ types: weighted, onDemandBase: 2, onDemandShare: 100 });
    const { InstancesDistribution: distribution, LaunchTemplate: template } = properties.MixedInstancesPolicy;
    expect([distribution.OnDemandBaseCapacity, distribution.OnDemandPercentageAboveBaseCapacity]).toEqual([2, 100]);
    expect(template.Overrides.map(({ WeightedCapacity }: any) => WeightedCapacity)).toEqual(['1', '2']);
    expect(properties.CapacityRebalance).toBe(false);
    expect(build({ onDemandShare: 100 }).fleet.usesSpot).toBe(false);
    expect(build().fleet.usesSpot).toBe(true);
  });

  test('a type with another processor starts from an image of its own [compute-mixed-fleet]', () => {
    const image = ImageChoice.amazonLinux2023(InstanceArchitecture.X86_64);
    const other = { type: new InstanceType('t3a.micro'), image };
    const { Overrides } = group({ types: [usual[0], other] }).MixedInstancesPolicy.LaunchTemplate;
    expect(Overrides).toEqual([
      { InstanceType: 't4g.micro' },
      { InstanceType: 't3a.micro', ImageId: { Ref: expect.stringContaining('x8664') } },
    ]);
    expect(refusal({ types: [usual[0], { type: other.type }] })).toThrow(
      "mixed.types[1] is t3a.micro with a processor of x86_64, but the template's image is made for arm64; give that type an image of its own",
    );
    expect(refusal({ types: [usual[0], { type: new InstanceType('t4g.nano'), image }] })).toThrow(
      'mixed.types[1].image is made for x86_64 but instanceType t4g.nano has a processor of arm64',
    );
  });

  test('fails when the template asks for spot by itself, which the CDK takes [compute-mixed-fleet]', () => {
    expect(refusal({}, SpotRequest.oneTime())).toThrow(
      'Stack/Fleet:\n  template asks for spot by itself and the group is mixed, which Auto Scaling refuses; leave spot out of the template, as the group says what is on demand',
    );
  });

  test.each([
    ['one type', { types: types('t4g.micro') }, 'mixed.types has 1 type; give two or more'],
    ['a type twice', { types: types('t4g.micro', 't4g.micro') }, 'mixed.types[1] is t4g.micro once more; name each'],
    ['a base above the maximum', { onDemandBase: 7 }, 'mixed.onDemandBase is 7 and the size maximum 6; no instance'],
    ['a negative base', { onDemandBase: -1 }, 'mixed.onDemandBase is -1 instances; give a whole number from 0'],
    ['a share above 100 %', { onDemandShare: 101 }, 'mixed.onDemandShare is 101 %; give a whole number from 0 to 100'],
    [
      'weights for some',
      { types: [{ ...usual[0], weight: 1 }, usual[1]] },
      'mixed.types gives weights to 1 of 2 types; give one to each, or to none',
    ],
    ['a weight of 0', { types: usual.map((type) => ({ ...type, weight: 0 })) }, 'mixed.types[0].weight is 0; give a'],
    [
      'types with credits and without',
      { types: types('t4g.medium', 'm7g.medium') },
      'mixed.types mixes types with CPU credits (t4g.medium) and without, and a template that sets credits launches no others; take one kind',
    ],
    ['other types than the template', { types: types('m7g.medium', 'm6g.medium') }, 'mixed.types have no CPU credits'],
  ])('fails with %s [compute-mixed-fleet]', (_, options, fault) => {
    expect(refusal(options)).toThrow(fault);
  });

  test('fails with more types than a group takes [compute-mixed-fleet]', () => {
    const many = Array.from({ length: 41 }, (_, i) => ({ type: new InstanceType(`m7g.${i + 1}xlarge`) }));
    expect(refusal({ types: many }, undefined, 'm7g.medium')).toThrow(
      'mixed.types has 41 types; a group takes at most 40',
    );
  });

  test('fails when what holds state is to be spot [compute-spot-template]', () => {
    const tagged = (share: number) => () => {
      const { stack, fleet } = build({ onDemandShare: share });
      Tags.of(fleet).add('workload', 'database');
      return Template.fromStack(stack);
    };
    expect(tagged(0)).toThrow('the tag workload is database, and spot instances go');
    expect(tagged(100)).not.toThrow();
  });
});

describe('how spot pools are chosen', () => {
  test.each([
    ['short', 'lowest-price', 2],
    ['capacity-critical', 'capacity-optimized', undefined],
    ['most', 'price-capacity-optimized', undefined],
  ] as const)('for %s work: %s, by group and fleet alike [compute-spot-strategies]', (workload, strategy, pools) => {
    expect(fleetStrategy(workload)).toMatchObject({ group: strategy, fleet: strategy });
    const { InstancesDistribution: distribution } = group({ workload }).MixedInstancesPolicy;
    expect([distribution.SpotAllocationStrategy, distribution.SpotInstancePools]).toEqual([strategy, pools]);
  });

  test('diversified exists only for fleets; a group refuses it [compute-spot-strategies]', () => {
    expect(fleetStrategy('long-lived')).toMatchObject({ fleet: 'diversified' });
    expect(fleetStrategy('long-lived').group).toBeUndefined();
    expect(refusal({ workload: 'long-lived' as 'most' })).toThrow(
      'mixed.workload is long-lived, whose strategy only a fleet of EC2 has; take most, or a CapacityFleet',
    );
  });
});
