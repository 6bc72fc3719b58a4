import { Tags } from 'aws-cdk-lib';
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { RollOut } from '../../../lib/constructs/compute/roll-out';
import { SpotRequest } from '../../../lib/constructs/compute/spot-request';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const launched = (spot?: SpotRequest) => {
  const { stack } = setUp(spot);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::LaunchTemplate'));
  return Properties.LaunchTemplateData.InstanceMarketOptions;
};
const setUp = (spot?: SpotRequest) => {
  const parts = new Parts(testStack());
  const server = parts.template(spot && { spot });
  guardCompute(parts.stack);
  return { parts, stack: parts.stack, server };
};
/** A launch template beside the blocks, with market options that the CDK takes. */
const raw = (spotOptions: CfnLaunchTemplate.SpotOptionsProperty) => () => {
  const stack = testStack();
  new CfnLaunchTemplate(stack, 'Raw', {
    launchTemplateData: {
      metadataOptions: { httpTokens: 'required' },
      instanceMarketOptions: { marketType: 'spot', spotOptions },
    },
  });
  guardCompute(stack);
  return Template.fromStack(stack);
};

describe('SpotRequest', () => {
  test('without one instances are on demand: the template says nothing of a market [compute-spot-template]', () => {
    expect(launched()).toBeUndefined();
  });

  test('asked once, for what is terminated when it is wanted back, at any price up to that on demand [compute-spot-template]', () => {
    expect(launched(SpotRequest.oneTime())).toEqual({
      MarketType: 'spot',
      SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
    });
  });

  test.each(['terminate', 'stop', 'hibernate'] as const)(
    'asked again and again, for what is to %s [compute-spot-template]',
    (whenInterrupted) => {
      expect(launched(SpotRequest.persistent({ whenInterrupted, maximumPrice: 0.0042 }))).toEqual({
        MarketType: 'spot',
        SpotOptions: {
          SpotInstanceType: 'persistent',
          InstanceInterruptionBehavior: whenInterrupted,
          MaxPrice: '0.0042',
        },
      });
    },
  );

  test.each([0, -1, 1_001, NaN])('fails when an hour may cost %d dollars [compute-spot-template]', (maximumPrice) => {
    expect(() => launched(SpotRequest.oneTime({ maximumPrice }))).toThrow(
      `Stack/Server:\n  spot.maximumPrice is ${maximumPrice} dollars an hour; give 0.0001 to 1000, or leave it out, which is better`,
    );
  });

  test('fails when a group is to ask persistently [compute-spot-template]', () => {
    const { parts, server } = setUp(SpotRequest.persistent({ whenInterrupted: 'stop' }));
    expect(() => parts.fleet({ template: server })).toThrow(
      'Stack/Fleet:\n  template asks for spot persistently, and a group that replaces its own instances would get each twice; take SpotRequest.oneTime(), or mixed',
    );
    const other = setUp(SpotRequest.oneTime());
    expect(other.parts.fleet({ template: other.server, rollOut: RollOut.rolling() }).usesSpot).toBe(true);
  });

  test('fails when a block of hours is asked for, which the CDK takes [compute-spot-template]', () => {
    expect(raw({ blockDurationMinutes: 120 })).toThrow(
      'Stack/Raw:\n  InstanceMarketOptions has BlockDurationMinutes 120; spot blocks ended in 2022, so leave it out',
    );
  });

  test.each(['stop', 'hibernate'])(
    'fails when what is asked for once is to %s [compute-spot-template]',
    (behaviour) => {
      const fault = `InstanceMarketOptions has the interruption ${behaviour} on a one-time request, which nobody would start again; take SpotRequest.persistent(), or terminate`;
      expect(raw({ instanceInterruptionBehavior: behaviour })).toThrow(fault);
      expect(raw({ instanceInterruptionBehavior: behaviour, spotInstanceType: 'one-time' })).toThrow(fault);
      expect(raw({ instanceInterruptionBehavior: behaviour, spotInstanceType: 'persistent' })).not.toThrow();
    },
  );

  test('fails when what holds state is to be spot [compute-spot-template]', () => {
    const database = (spot?: SpotRequest) => () => {
      const { stack, server } = setUp(spot);
      Tags.of(server).add('workload', 'database');
      return Template.fromStack(stack);
    };
    expect(database(SpotRequest.oneTime())).toThrow(
      "the tag workload is database, and spot instances go with two minutes' notice and all they hold; take on demand, or keep the state elsewhere",
    );
    expect(database()).not.toThrow();
  });
});
