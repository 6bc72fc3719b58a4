import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Template } from 'aws-cdk-lib/assertions';
import {
  FleetHealthReporter,
  type FleetHealthReporterProps,
} from '../../../lib/constructs/compute/fleet-health-reporter';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const built = (props: (parts: Parts) => Partial<FleetHealthReporterProps> = () => ({ source: 'shop.health' })) => {
  const parts = new Parts(testStack());
  const fleet = parts.fleet();
  new FleetHealthReporter(parts.stack, 'Health', { fleet, alarms: parts.alarms, ...props(parts) });
  return Template.fromStack(parts.stack);
};
const all = (type: string, template: Template) =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);

describe('FleetHealthReporter', () => {
  test('an application tells by an event, an alarm by going off; what does not get there is kept [compute-asg-custom-health]', () => {
    const template = built(({ stack }) => ({
      source: 'shop.health',
      instanceAlarms: [
        new Alarm(stack, 'Disk', {
          metric: new Metric({ namespace: 'Shop', metricName: 'DiskErrors', dimensionsMap: { InstanceId: 'i-1' } }),
          threshold: 1,
          evaluationPeriods: 1,
        }),
      ],
    }));
    const rules = all('Events::Rule', template);
    expect(rules.map(({ EventPattern }) => EventPattern)).toEqual([
      { source: ['shop.health'], 'detail-type': ['Instance is ill'] },
      {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ 'Fn::GetAtt': [expect.stringMatching(/^Disk/), 'Arn'] }],
        detail: { state: { value: ['ALARM'] } },
      },
    ]);
    for (const { Targets } of rules)
      expect(Targets[0].DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^HealthFailuresQueue/);
  });

  test('one instance at once unless said otherwise, of this group alone [compute-asg-custom-health]', () => {
    const template = built();
    const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
    const [{ Environment }] = all('Lambda::Function', template).filter((made) => made.Environment);
    expect(Environment.Variables).toMatchObject({ GROUP: { Ref: group }, MAX_CONCURRENT: '1' });
    const marking = all('IAM::Policy', template)
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'autoscaling:SetInstanceHealth');
    expect(marking).toHaveLength(1);
    expect(JSON.stringify(marking[0].Resource)).toContain(`autoScalingGroupName/",{"Ref":"${group}"}`);
  });

  test('events may come by a bus of their own', () => {
    const template = built(({ stack }) => ({ source: 'shop.health', bus: new EventBus(stack, 'Bus') }));
    expect(all('Events::Rule', template)[0].EventBusName).toEqual({ Ref: expect.stringMatching(/^Bus/) });
  });

  test.each([
    [{}, 'nobody reports; give source or instanceAlarms'],
    [
      { source: 'aws.health' },
      'source is aws.health; give letters, digits, points and hyphens, not beginning with aws.',
    ],
    [{ source: 'shop.health', maxConcurrent: 0 }, 'maxConcurrent is 0 instances; give a whole number from 1'],
    [
      { source: 'shop.health', maxConcurrent: 4 },
      "maxConcurrent is 4 and the fleet's maximum 4; give less, or wrong reports replace the whole group at once",
    ],
  ])('fails with %j [compute-asg-custom-health]', (props, fault) => {
    expect(() => built(() => props)).toThrow(`Stack/Health:\n  ${fault}`);
  });

  test('fails with a bus that nobody tells by', () => {
    expect(() =>
      built(({ stack }) => ({
        bus: new EventBus(stack, 'Bus'),
        instanceAlarms: [
          new Alarm(stack, 'A', {
            metric: new Metric({ namespace: 'S', metricName: 'M' }),
            threshold: 1,
            evaluationPeriods: 1,
          }),
        ],
      })),
    ).toThrow('bus is given without source');
  });
});
