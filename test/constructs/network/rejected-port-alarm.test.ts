import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { FlowCapture, FlowDestination, FlowSource } from '../../../lib/constructs/network/flow-capture';
import { RejectedPortAlarm, type RejectedPortAlarmProps } from '../../../lib/constructs/network/rejected-port-alarm';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';
import { fitsFields } from '../../support/field-pattern';
import { flowLine, noData } from '../../support/flow-lines';

function made(props: Partial<RejectedPortAlarmProps> = {}, destination = FlowDestination.logs()): Template {
  const stack = testStack();
  const source = FlowSource.vpc(new Vpc(stack, 'Vpc', { natGateways: 0 }));
  const capture = new FlowCapture(stack, 'Capture', { source, destination });
  new RejectedPortAlarm(stack, 'Knocks', { capture, alarms: new AlarmTopic(stack, 'Alarms'), ...props });
  return Template.fromStack(stack);
}

const patternOf = (template: Template): string =>
  Object.values(template.findResources('AWS::Logs::MetricFilter'))[0].Properties.FilterPattern;

describe('RejectedPortAlarm', () => {
  const template = made();

  test.each([
    ['a refused knock at SSH', flowLine(), true],
    ['a refused knock at RDP', flowLine({ dstport: '3389' }), true],
    ['a refused knock over IPv6', flowLine({ srcaddr: '2001:db8::5', dstaddr: '2001:db8:28ac::a' }), true],
    ['an SSH session that was let in', flowLine({ action: 'ACCEPT' }), false],
    ['a refused knock at HTTPS', flowLine({ dstport: '443' }), false],
    ['a port that only begins so', flowLine({ dstport: '2222' }), false],
    ['the reply of somebody whose own port is 22', flowLine({ srcport: '22', dstport: '40022' }), false],
    ['a refused datagram', flowLine({ protocol: '17' }), false],
    ['a span without a packet', noData, false],
    ['a line that is no record', 'REJECT 22 6', false],
  ])('%s counts: %s gives %s [network-flow-log-alarm]', (_, line, counts) => {
    expect(fitsFields(patternOf(template), line)).toBe(counts);
  });

  test('the first one within five minutes reports to the topic, and silence is no alarm [network-flow-log-alarm]', () => {
    const [filter] = Object.values(template.findResources('AWS::Logs::MetricFilter'));
    const [{ MetricName, MetricNamespace, MetricValue }] = filter.Properties.MetricTransformations;
    expect(MetricValue).toBe('1');
    expect(filter.Properties.LogGroupName).toEqual({ Ref: expect.stringMatching('^CaptureLogs') });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName,
      Namespace: MetricNamespace,
      Statistic: 'Sum',
      Period: 300,
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
  });

  test('other ports and another number of attempts can be watched [network-flow-log-alarm]', () => {
    const other = made({ ports: [5432], attempts: 10 });
    expect(fitsFields(patternOf(other), flowLine({ dstport: '5432' }))).toBe(true);
    expect(fitsFields(patternOf(other), flowLine())).toBe(false);
    other.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 10 });
  });

  test('fails when records go to no log group, or no port is named [network-flow-log-alarm]', () => {
    expect(() => made({}, FlowDestination.s3())).toThrow(
      'Stack/Knocks:\n  capture Stack/Capture writes to no log group; give it FlowDestination.logs()',
    );
    expect(() => made({ ports: [], attempts: 0 })).toThrow(
      'Stack/Knocks:\n  ports are none; name at least one, or leave them out\n  attempts is 0; give a whole number from 1 to 1000000',
    );
    expect(() => made({ ports: [70_000] })).toThrow('port is 70000; give a whole number from 1 to 65535');
  });
});

describe('the evaluator of patterns', () => {
  test.each([
    ['[a, b>=10 && b<20, c=ab*]', 'x 10 abc', true],
    ['[a, b>=10 && b<20, c=ab*]', 'x 20 abc', false],
    ['[a, b!=10, c]', 'x 10 abc', false],
    ['[a, b]', 'x y z', false],
  ])('%s on %s gives %s', (pattern, line, fits) => {
    expect(fitsFields(pattern, line)).toBe(fits);
  });

  test('fails on what it does not know', () => {
    expect(() => fitsFields('{ $.a = 1 }', 'x')).toThrow('does not name fields between brackets');
    expect(() => fitsFields('[a, b like c]', 'x y')).toThrow('b like c is no condition on a field');
  });
});
