import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { MetricsAgent } from '../../../lib/constructs/compute/metrics-agent';
import { ScalingStrategy } from '../../../lib/constructs/compute/scaling-strategy';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const built = (percent = 70, withAgent = true, namespace?: string) => {
  const parts = new Parts(testStack());
  const agent = withAgent ? new MetricsAgent(parts.stack, 'Agent', { ...(namespace && { namespace }) }) : undefined;
  const boot = new BootProgram(parts.stack, 'Program', {
    program: join(__dirname, 'boot.sh'),
    ...(agent && { agent }),
  });
  parts.fleet({ template: parts.template({ boot }), scaling: [ScalingStrategy.memory({ percent })] });
  return Template.fromStack(parts.stack);
};
const all = (type: string, template: Template) =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);

describe('MetricsAgent', () => {
  const template = built();

  test('its configuration is a parameter: memory, told with the name of the group and averaged over it [compute-asg-memory]', () => {
    const [{ Value }] = all('SSM::Parameter', template);
    expect(JSON.parse(Value).metrics).toEqual({
      namespace: 'Fleet',
      append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}', InstanceId: '${aws:InstanceId}' },
      aggregation_dimensions: [['AutoScalingGroupName']],
      metrics_collected: { mem: { measurement: ['mem_used_percent'] } },
    });
  });

  test('instances install it, and read its configuration, before their program runs; where that fails the boot has failed [compute-asg-memory]', () => {
    const userData = JSON.stringify(all('EC2::LaunchTemplate', template)[0].LaunchTemplateData.UserData);
    const [parameter] = Object.keys(template.findResources('AWS::SSM::Parameter'));
    expect(userData).toContain('patiently dnf install --assumeyes --quiet amazon-cloudwatch-agent || exit');
    expect(userData.indexOf('patiently()')).toBeLessThan(userData.indexOf('patiently dnf'));
    expect(userData).toContain('patiently()');
    expect(userData).toContain(`-c 'ssm:",{"Ref":"${parameter}"},"' || exit`);
    expect(userData.indexOf('fetch-config')).toBeLessThan(userData.indexOf('boot.sh'));
  });

  test('they may read this parameter, tell metrics in this namespace, and read tags [compute-asg-memory]', () => {
    const statements = all('IAM::Policy', template)
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => /GetParameter|PutMetricData|DescribeTags/.test(String(Action)));
    expect(statements).toEqual([
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: expect.anything() },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'Fleet' } },
      },
      { Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: '*' },
    ]);
    expect(JSON.stringify(statements[0].Resource)).toContain(':parameter/');
  });

  test('the group holds the average it tells [compute-asg-memory]', () => {
    const [policy] = all('AutoScaling::ScalingPolicy', template);
    const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
    expect(policy).toMatchObject({
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: 300,
      TargetTrackingConfiguration: {
        TargetValue: 70,
        CustomizedMetricSpecification: {
          Namespace: 'Fleet',
          MetricName: 'mem_used_percent',
          Dimensions: [{ Name: 'AutoScalingGroupName', Value: { Ref: group } }],
          Statistic: 'Average',
        },
      },
    });
  });

  test('fails when memory is to be held where no agent sees it, or at what cannot be [compute-asg-memory]', () => {
    expect(() => built(70, false)).toThrow(
      'Stack/Fleet:\n  memory is seen by nobody outside an instance, and the boot program has no agent; give it a MetricsAgent, or scale on cpu',
    );
    expect(() => built(101)).toThrow('memory.percent is 101 %; give 1 to 100 %');
  });

  test('fails in a namespace of AWS', () => {
    expect(() => built(70, true, 'AWS/EC2')).toThrow(
      'Stack/Agent:\n  namespace is AWS/EC2; give letters, digits and slashes, not beginning with AWS/',
    );
  });
});
