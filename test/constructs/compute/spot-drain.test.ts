import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { InstanceType, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import { EntryPort } from '../../../lib/constructs/compute/entry-port';
import { MixedInstances } from '../../../lib/constructs/compute/mixed-instances';
import { drainTimeout, SpotDrain, spotNotice, type SpotDrainProps } from '../../../lib/constructs/compute/spot-drain';
import { TransportEntry } from '../../../lib/constructs/compute/transport-entry';
import { TransportPool } from '../../../lib/constructs/compute/transport-pool';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const stop = join(__dirname, 'warm-up.sh');
const mixed = (onDemandShare = 0) =>
  new MixedInstances({
    types: ['t4g.micro', 't4g.small'].map((name) => ({ type: new InstanceType(name) })),
    onDemandShare,
  });
const built = (props: Partial<SpotDrainProps> = {}, onDemandShare = 0) => {
  const parts = new Parts(testStack());
  const targets = parts.pool();
  parts.balancer(targets);
  const fleet = parts.fleet({ mixed: mixed(onDemandShare), targets });
  new SpotDrain(parts.stack, 'Spot', { fleet, alarms: parts.alarms, ...props });
  return Template.fromStack(parts.stack);
};
const template = built({ stop });
const all = (type: string) => Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
const functions = all('Lambda::Function').filter(({ Environment }) => Environment);
const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
const [pool] = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));

describe('SpotDrain', () => {
  test('hears of both notices, and keeps what it could not do [compute-spot-interruption]', () => {
    const [{ EventPattern, Targets }] = all('Events::Rule');
    expect(EventPattern).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
    });
    expect(Targets[0].DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^SpotFailuresQueue/);
    expect(Targets[0].RetryPolicy.MaximumEventAgeInSeconds).toBe(120);
    const [config] = all('Lambda::EventInvokeConfig');
    expect(config.MaximumEventAgeInSeconds).toBe(120);
    expect(config.DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0]).toMatch(/^SpotFailuresQueue/);
  });

  test('a run, the minute before Lambda tries again, and the second run fit into the two minutes [compute-spot-interruption]', () => {
    expect(functions.map(({ Timeout }) => Timeout)).toEqual([drainTimeout.toSeconds()]);
    expect(2 * drainTimeout.toSeconds() + 60).toBeLessThan(spotNotice.toSeconds());
  });

  test('may take instances out of these pools, mark those of this group, and have them run this script [compute-spot-interruption]', () => {
    const statements = all('IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const of = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
    expect(of('elasticloadbalancing:DeregisterTargets').map(({ Resource }) => Resource)).toEqual([{ Ref: pool }]);
    const [marking] = of('autoscaling:SetInstanceHealth');
    expect(JSON.stringify(marking.Resource)).toContain(`autoScalingGroupName/",{"Ref":"${group}"}`);
    expect(of('ssm:SendCommand')).toHaveLength(2);
    const [{ Environment }] = functions;
    expect(Environment.Variables).toMatchObject({
      GROUP: { Ref: group },
      DOCUMENT: { Ref: expect.stringMatching(/^SpotStopDocument/) },
    });
  });

  test('takes them out of every pool they are in, behind a balancer of connections too [compute-spot-interruption]', () => {
    const parts = new Parts(testStack());
    const { vpc } = parts;
    const transport = new TransportPool(parts.stack, 'Lines', { vpc, port: 4569 });
    new TransportEntry(parts.stack, 'Door', {
      vpc,
      subnets: { subnetType: SubnetType.PUBLIC },
      ports: [EntryPort.tcp(4569, transport)],
      crossZone: false,
    });
    const targets = parts.pool();
    parts.balancer(targets);
    const fleet = parts.fleet({ mixed: mixed(), targets, transports: [transport] });
    new SpotDrain(parts.stack, 'Spot', { fleet, alarms: parts.alarms });
    const made = Template.fromStack(parts.stack);
    const { TargetGroupARNs: joined } = Object.values(made.findResources('AWS::AutoScaling::AutoScalingGroup'))[0]
      .Properties;
    const [{ Resource: may }] = Object.values(made.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'elasticloadbalancing:DeregisterTargets');
    expect(joined).toHaveLength(2);
    expect(new Set(may)).toEqual(new Set(joined));
  });

  test('without a script nothing is run on instances', () => {
    const without = built();
    without.resourceCountIs('AWS::SSM::Document', 0);
    expect(JSON.stringify(without.toJSON())).not.toContain('ssm:SendCommand');
  });

  test('fails when the fleet is on demand, or stopping takes longer than there is [compute-spot-interruption]', () => {
    expect(() => built({}, 100)).toThrow(
      'Stack/Spot:\n  fleet Stack/Fleet uses no spot instances, so nobody would ever warn of one; leave this out',
    );
    expect(() => built({ stop, longestStop: Duration.seconds(121) })).toThrow(
      'longestStop is 2 minutes 1 second; give 1 second to 2 minutes',
    );
    expect(() => built({ longestStop: Duration.seconds(60) })).toThrow('longestStop is given without stop');
  });
});
