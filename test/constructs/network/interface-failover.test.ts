import { Template } from 'aws-cdk-lib/assertions';
import { Instance, InstanceType, MachineImage, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { FloatingInterface } from '../../../lib/constructs/network/floating-interface';
import { InterfaceFailover } from '../../../lib/constructs/network/interface-failover';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';

function setUp(withStandby = true) {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const securityGroup = new SecurityGroup(stack, 'Group', { vpc, description: 'Hosts', allowAllOutbound: false });
  const [active, standby] = ['Active', 'Standby'].map(
    (id) =>
      new Instance(stack, id, {
        vpc,
        vpcSubnets: { subnets: [vpc.isolatedSubnets[0]] },
        securityGroup,
        instanceType: new InstanceType('t4g.nano'),
        machineImage: MachineImage.genericLinux({}, {}),
      }),
  );
  const floating = new FloatingInterface(stack, 'Floating', {
    subnet: vpc.publicSubnets[0],
    securityGroups: [securityGroup],
    description: 'Moves',
    holder: active,
    standbys: withStandby ? [standby] : [],
  });
  const make = () => new InterfaceFailover(stack, 'Failover', { floating, alarms: new AlarmTopic(stack, 'Alarms') });
  return { stack, active, standby, floating, make };
}

describe('InterfaceFailover', () => {
  const { stack, active, standby, floating, make } = setUp();
  make();
  const template = Template.fromStack(stack);
  const all = (type: string) =>
    Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
  const ids = [active, standby].map(({ instanceId }) => stack.resolve(instanceId));

  test('each host has an alarm on its status checks, for which silence is a failure too [network-eni-failover, compute-eni-failover]', () => {
    const alarms = all('CloudWatch::Alarm').filter(({ MetricName }) => MetricName === 'StatusCheckFailed');
    expect(alarms.map(({ Dimensions }) => Dimensions)).toEqual(ids.map((Value) => [{ Name: 'InstanceId', Value }]));
    for (const { Period, EvaluationPeriods, TreatMissingData, Statistic } of alarms)
      expect([Period, EvaluationPeriods, TreatMissingData, Statistic]).toEqual([60, 2, 'breaching', 'Maximum']);
  });

  test('when it goes off, and only then, the function is told which host failed, and what does not get there is kept [network-eni-failover, compute-eni-failover]', () => {
    const rules = all('Events::Rule');
    const alarmIds = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(([, { Properties }]) => Properties.MetricName === 'StatusCheckFailed')
      .map(([id]) => id);
    expect(rules.map(({ EventPattern }) => EventPattern)).toEqual(
      alarmIds.map((id) => ({
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ 'Fn::GetAtt': [id, 'Arn'] }],
        detail: { state: { value: ['ALARM'] } },
      })),
    );
    expect(rules.map(({ Targets }) => Targets[0].Input)).toEqual(
      ids.map((id) => ({ 'Fn::Join': ['', ['{"failed":"', id, '"}']] })),
    );
    for (const { Targets } of rules) expect(Targets[0].DeadLetterConfig).toBeDefined();
  });

  test('the function knows the interface, its hosts and its place, and may move this one between these alone [network-eni-failover]', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 120,
      Environment: {
        Variables: {
          NETWORK_INTERFACE: stack.resolve(floating.networkInterfaceId),
          HOSTS: { 'Fn::Join': ['', [ids[0], ',', ids[1]]] },
          DEVICE_INDEX: '1',
        },
      },
    });
    const statements = all('IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const moving = statements.filter(
      ({ Action }) => String(Action).includes('NetworkInterface') && !String(Action).includes('Describe'),
    );
    expect(moving).toHaveLength(1);
    expect(moving[0].Action).toEqual(['ec2:AttachNetworkInterface', 'ec2:DetachNetworkInterface']);
    const text = JSON.stringify(moving[0].Resource);
    expect(moving[0].Resource).toHaveLength(3);
    for (const id of [...ids, stack.resolve(floating.networkInterfaceId)]) expect(text).toContain(JSON.stringify(id));
  });

  test('what it did is published, what it could not do is tried twice more and kept [compute-eni-failover]', () => {
    const [config] = all('Lambda::EventInvokeConfig');
    expect(config.MaximumRetryAttempts).toBe(2);
    expect(config.DestinationConfig).toEqual({
      OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching('^FailoverFailuresQueue'), 'Arn'] } },
      OnSuccess: { Destination: { Ref: expect.stringMatching('^AlarmsTopic') } },
    });
  });

  test('fails when there is no host to go to [network-eni-failover]', () => {
    expect(() => setUp(false).make()).toThrow(
      'Stack/Failover:\n  floating Stack/Floating has one host and nowhere to go; name standbys',
    );
  });
});
