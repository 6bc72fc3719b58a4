import type { Template } from 'aws-cdk-lib/assertions';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { downtimeInWords, downtimePerYear } from '../../../lib/constructs/compute/downtime-budget';
import { InstanceWatch, type InstanceWatchProps } from '../../../lib/constructs/compute/instance-watch';
import { templateOf } from '../../support/app';
import { Parts } from './parts';

const made = (props: Partial<InstanceWatchProps> = {}, type = 't4g.micro'): Template =>
  templateOf((stack) => {
    const parts = new Parts(stack);
    const { instance } = parts.instance({ instanceType: new InstanceType(type) });
    new InstanceWatch(stack, 'Watch', { instance, alarms: parts.alarms, ...props });
  });
const alarmsOf = (template: Template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const action = (name: string) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':automate:', { Ref: 'AWS::Region' }, `:ec2:${name}`]],
});
const told = { Ref: expect.stringMatching('^AlarmsTopic') };

describe('InstanceWatch', () => {
  test('hardware that fails twice moves the instance, a system that fails three times is rebooted, a volume is told [compute-status-alarms]', () => {
    const alarms = alarmsOf(made());
    expect(
      alarms.map(({ MetricName, EvaluationPeriods, AlarmActions }) => [MetricName, EvaluationPeriods, AlarmActions]),
    ).toEqual([
      ['StatusCheckFailed_System', 2, [told, action('recover')]],
      ['StatusCheckFailed_Instance', 3, [told, action('reboot')]],
      ['StatusCheckFailed_AttachedEBS', 2, [told]],
    ]);
    for (const alarm of alarms)
      expect(alarm).toMatchObject({
        Namespace: 'AWS/EC2',
        Dimensions: [{ Name: 'InstanceId', Value: { Ref: expect.stringMatching('^ServerInstance') } }],
        Statistic: 'Maximum',
        Period: 60,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        OKActions: [told],
      });
  });

  test('either can be left out, and is told all the same', () => {
    const alarms = alarmsOf(made({ recover: false, reboot: false }));
    expect(alarms.map(({ AlarmActions }) => AlarmActions)).toEqual([[told], [told], [told]]);
    for (const { AlarmDescription } of alarms) expect(AlarmDescription).not.toMatch(/moved|rebooted/);
  });

  test('fails when it is to move what has local disks [compute-auto-recovery]', () => {
    expect(() => made({}, 'm7gd.large')).toThrow(
      'Stack/Watch:\n  Stack/Server/Instance/Resource is to be recovered, but its local disks cannot be moved to other hardware; leave the action out (recover: false), and replace it instead',
    );
    expect(() => made({ recover: false }, 'm7gd.large')).not.toThrow();
  });

  test('with a promise its alarms say what is left of it [compute-downtime-budget]', () => {
    for (const { AlarmDescription } of alarmsOf(made({ availability: 0.999 })))
      expect(AlarmDescription).toMatch(/ At 99\.9 % it may be down for 8\.76 h a year\.$/);
    expect(() => made({ availability: 99.9 })).toThrow(
      'Stack/Watch:\n  availability is 99.9; give a share below 1, such as 0.999 for 99.9 %',
    );
  });
});

describe('downtime', () => {
  test.each([
    [0.99, 315_360, '87.6 h'],
    [0.999, 31_536, '8.76 h'],
    [0.9999, 3153.6, '52.6 min'],
    [0.99999, 315.36, '5.26 min'],
    [0.999999, 31.536, '31.5 s'],
  ])('at %d it is %d seconds a year, %s [compute-downtime-budget]', (availability, seconds, words) => {
    expect(downtimePerYear(availability).toSeconds({ integral: false })).toBe(seconds);
    expect(downtimeInWords(availability)).toBe(words);
  });

  test.each([0, 1, 99.9, -1, NaN])('fails when availability is %d [compute-downtime-budget]', (availability) => {
    expect(() => downtimePerYear(availability)).toThrow(`availability is ${availability}; give a share below 1`);
  });
});
