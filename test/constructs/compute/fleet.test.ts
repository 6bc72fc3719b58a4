import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { InstanceType, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ListenerCondition, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { ComputeTemplate } from '../../../lib/constructs/compute/compute-template';
import { Fleet, type FleetProps } from '../../../lib/constructs/compute/fleet';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import { RollOut } from '../../../lib/constructs/compute/roll-out';
import { ScalingStrategy } from '../../../lib/constructs/compute/scaling-strategy';
import { TargetPool, type TargetPoolProps } from '../../../lib/constructs/compute/target-pool';
import { testStack } from '../../support/app';
import { decide } from '../../support/decide';
import { Parts } from './parts';

type Props = (parts: Parts) => Partial<FleetProps>;
const built = (props: Props = () => ({})) => {
  const parts = new Parts(testStack());
  return { parts, fleet: parts.fleet(props(parts)) };
};
const made = (props?: Props): Template => Template.fromStack(built(props).parts.stack);
const refusal = (props: Props) => () => built(props);
/** A fleet behind a balancer. */
const balanced =
  (props: Partial<FleetProps> = {}): Props =>
  (parts) => {
    const targets = parts.pool();
    parts.balancer(targets);
    return { targets, ...props };
  };
const groupOf = (template: Template) => Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'))[0];
const minutes = (amount: number): Duration => Duration.minutes(amount);
const hours = (amount: number): Duration => Duration.hours(amount);

describe('Fleet', () => {
  test('a group has its bounds, spreads over zones, and leaves the number in between to scaling [compute-asg-core]', () => {
    const { Properties } = groupOf(made(() => ({ size: FleetSize.between(2, 6) })));
    expect([Properties.MinSize, Properties.MaxSize, Properties.DesiredCapacity]).toEqual(['2', '6', undefined]);
    expect(Properties.VPCZoneIdentifier).toEqual([
      { Ref: expect.stringContaining('PrivateSubnet1') },
      { Ref: expect.stringContaining('PrivateSubnet2') },
    ]);
  });

  test('it goes with everything in it when it is deleted: nothing below it is kept [compute-asg-core]', () => {
    const kept = Object.entries(made(balanced()).toJSON().Resources as Record<string, any>).filter(
      ([id, { DeletionPolicy }]) =>
        /^(Fleet|Server)/.test(id) && DeletionPolicy !== undefined && DeletionPolicy !== 'Delete',
    );
    expect(kept).toEqual([]);
  });

  test('its minimum may follow from what must be left when a zone is lost [compute-asg-n-plus-one]', () => {
    const size = FleetSize.survivingZoneLoss(4, 12);
    expect(groupOf(made(() => ({ size }))).Properties.MinSize).toBe('8');
    const three: Props = ({ stack }) => ({
      size,
      vpc: new Vpc(stack, 'Three', { availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'], natGateways: 1 }),
    });
    expect(groupOf(made(three)).Properties.MinSize).toBe('6');
  });

  test('fails when minimum and maximum are upside down or nothing may run [compute-asg-core]', () => {
    expect(refusal(() => ({ size: FleetSize.between(5, 4) }))).toThrow(
      'Stack/Fleet:\n  size minimum is 5 and maximum 4; turn them round, or raise the maximum',
    );
    expect(refusal(() => ({ size: FleetSize.between(0, 0) }))).toThrow('size maximum is 0 instances');
  });

  test('fails when all instances would be in one zone, unless that is said [compute-asg-core]', () => {
    const one = (singleZone?: boolean) => (parts: Parts) => ({
      subnets: { subnets: [parts.vpc.privateSubnets[0]] },
      ...(singleZone && { singleZone }),
    });
    expect(refusal(one())).toThrow(
      'subnets are in 1 zone; give subnets in two or more, or say singleZone: true if the group may go with its zone',
    );
    expect(refusal(one(true))).not.toThrow();
  });

  test('a group of exactly one, free to start again in another zone, replaces its server when it dies [compute-asg-self-heal]', () => {
    const template = made(balanced({ size: FleetSize.between(1, 1), rollOut: RollOut.rolling({ minInService: 0 }) }));
    const { Properties, UpdatePolicy } = groupOf(template);
    expect(Properties).toMatchObject({ MinSize: '1', MaxSize: '1', HealthCheckType: 'ELB,EBS' });
    expect(Properties.VPCZoneIdentifier).toHaveLength(2);
    expect(UpdatePolicy.AutoScalingRollingUpdate.MinInstancesInService).toBe(0);
    const data = Object.values(template.findResources('AWS::EC2::LaunchTemplate'))[0].Properties.LaunchTemplateData;
    expect(data.Placement).toBeUndefined();
    expect(data.NetworkInterfaces[0].SubnetId).toBeUndefined();
    template.resourceCountIs('AWS::EC2::Volume', 0);
    template.resourceCountIs('AWS::EC2::VolumeAttachment', 0);
  });

  describe('what is launched', () => {
    test('the newest version of a launch template, which says what; the group says when and where [compute-asg-launch-template]', () => {
      const template = made();
      const [id, { Properties }] = Object.entries(template.findResources('AWS::EC2::LaunchTemplate'))[0];
      expect(groupOf(template).Properties.LaunchTemplate).toEqual({
        LaunchTemplateId: { Ref: id },
        Version: { 'Fn::GetAtt': [id, 'LatestVersionNumber'] },
      });
      template.resourceCountIs('AWS::AutoScaling::LaunchConfiguration', 0);
      const { LaunchTemplateData: what } = Properties;
      expect(Object.keys(what)).toEqual(
        expect.arrayContaining([
          'ImageId',
          'InstanceType',
          'BlockDeviceMappings',
          'NetworkInterfaces',
          'UserData',
          'IamInstanceProfile',
        ]),
      );
      const where = ['MinSize', 'MaxSize', 'VPCZoneIdentifier'];
      expect(Object.keys(groupOf(template).Properties)).toEqual(expect.arrayContaining(where));
      expect(where.filter((key) => key in what)).toEqual([]);
      expect(Object.keys(groupOf(template).Properties)).not.toContain('InstanceId');
    });

    test('editing the boot program makes a new version of the same template, which the group then rolls out [compute-user-data-once, compute-asg-roll-out]', () => {
      const program = join(mkdtempSync(join(tmpdir(), 'fleet-')), 'boot.sh');
      const release = (text: string) => {
        writeFileSync(program, text);
        const parts = new Parts(testStack());
        parts.fleet({ template: parts.template({ boot: new BootProgram(parts.stack, 'Program', { program }) }) });
        return Template.fromStack(parts.stack).toJSON().Resources as Record<string, any>;
      };
      const [one, two] = [release('echo one\n'), release('echo two\n')];
      const changed = Object.keys(two).filter((id) => JSON.stringify(one[id]) !== JSON.stringify(two[id]));
      expect(Object.keys(one)).toEqual(Object.keys(two));
      expect(changed.map((id) => two[id].Type)).toEqual(['AWS::EC2::LaunchTemplate']);
      const group = Object.values(two).find(({ Type }) => Type === 'AWS::AutoScaling::AutoScalingGroup')!;
      expect(group.Properties.LaunchTemplate.Version).toEqual({ 'Fn::GetAtt': [changed[0], 'LatestVersionNumber'] });
      expect(group.UpdatePolicy.AutoScalingRollingUpdate).toBeDefined();
    });

    test('instances land in private subnets: no route of theirs leads to an internet gateway [compute-private-default]', () => {
      const template = made();
      const subnets = groupOf(template).Properties.VPCZoneIdentifier.map(({ Ref }: any) => Ref);
      const tables = Object.values(template.findResources('AWS::EC2::SubnetRouteTableAssociation'))
        .filter(({ Properties }) => subnets.includes(Properties.SubnetId.Ref))
        .map(({ Properties }) => Properties.RouteTableId.Ref);
      const routes = Object.values(template.findResources('AWS::EC2::Route')).filter(({ Properties }) =>
        tables.includes(Properties.RouteTableId.Ref),
      );
      expect(tables).toHaveLength(2);
      expect(routes).toHaveLength(2);
      for (const { Properties } of routes) {
        expect(Properties.GatewayId).toBeUndefined();
        expect(Properties.NatGatewayId).toBeDefined();
      }
    });

    test('they land in public ones only with a public address, and the other way round [compute-private-default]', () => {
      const subnets = { subnetType: SubnetType.PUBLIC };
      expect(
        groupOf(made((parts) => ({ subnets, template: parts.template({ publicAddress: true }) }))).Properties
          .VPCZoneIdentifier,
      ).toEqual([{ Ref: expect.stringContaining('PublicSubnet1') }, { Ref: expect.stringContaining('PublicSubnet2') }]);
      expect(refusal(() => ({ subnets }))).toThrow(
        'subnets are public but template gives no public addresses, so instances would have no way out; give private subnets, or ask for publicAddress',
      );
      expect(refusal((parts) => ({ template: parts.template({ publicAddress: true }) }))).toThrow(
        'template gives public addresses but subnets are private, where they lead nowhere; give public subnets, or leave publicAddress out',
      );
    });

    test('permissions and the way out are there before the first instance', () => {
      const template = made();
      const { DependsOn } = groupOf(template);
      const [policy] = Object.keys(template.findResources('AWS::IAM::Policy'));
      const routes = Object.entries(template.findResources('AWS::EC2::Route'))
        .filter(([, { Properties }]) => Properties.NatGatewayId)
        .map(([id]) => id);
      expect(DependsOn).toEqual(expect.arrayContaining([policy, ...routes]));
      expect(routes).toHaveLength(2);
    });
  });

  describe('behind a balancer', () => {
    test('instances join and leave the pool by themselves, once a listener uses it [compute-asg-behind-alb]', () => {
      const template = made(balanced());
      const [pool] = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
      const [listener] = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::Listener'));
      expect(groupOf(template).Properties.TargetGroupARNs).toEqual([{ Ref: pool }]);
      expect(groupOf(template).DependsOn).toContain(listener);
    });

    test('nobody but the balancer reaches them [compute-asg-behind-alb]', () => {
      const template = made(balanced());
      const server = Object.keys(template.findResources('AWS::EC2::SecurityGroup')).find((id) =>
        id.startsWith('ServerGroup'),
      )!;
      template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Servers of a test',
        SecurityGroupIngress: Match.absent(),
      });
      const into = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).filter(
        ({ Properties }) => Properties.GroupId['Fn::GetAtt'][0] === server,
      );
      expect(
        into.map(({ Properties }) => [Properties.SourceSecurityGroupId['Fn::GetAtt'][0], Properties.FromPort]),
      ).toEqual([[expect.stringContaining('EntryGroup'), 80]]);
    });

    test('its health checks decide, and those of volumes; both they and their grace are written out [compute-asg-health-checks]', () => {
      expect(groupOf(made(balanced({ bootTime: minutes(3) }))).Properties).toMatchObject({
        HealthCheckType: 'ELB,EBS',
        HealthCheckGracePeriod: 180,
      });
    });

    test('without one EC2 decides, with a grace all the same [compute-asg-health-checks]', () => {
      expect(groupOf(made()).Properties).toMatchObject({ HealthCheckType: 'EC2', HealthCheckGracePeriod: 300 });
    });

    test('fails when the grace is shorter than a boot [compute-asg-health-checks]', () => {
      const props = { bootTime: minutes(4), healthCheckGracePeriod: minutes(3) };
      expect(refusal(balanced(props))).toThrow(
        'healthCheckGracePeriod is 3 minutes but bootTime 4 minutes; forgive at least that long, or every new instance is replaced before it serves',
      );
      expect(refusal(() => ({ bootTime: Duration.seconds(9) }))).toThrow(
        'bootTime is 9 seconds; give 10 seconds to 1 hour',
      );
    });

    test('it tells when an instance stays unhealthy, and when none is healthy or even there', () => {
      const template = made(balanced());
      const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
      const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
      const actions = { AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] };
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...actions,
        MetricName: 'UnHealthyHostCount',
        Statistic: 'Maximum',
        Threshold: 1,
        EvaluationPeriods: 5,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
      template.hasResource('AWS::CloudWatch::Alarm', {
        Properties: {
          ...actions,
          MetricName: 'HealthyHostCount',
          Threshold: 1,
          ComparisonOperator: 'LessThanThreshold',
          TreatMissingData: 'breaching',
        },
        DependsOn: Match.arrayWith([group]),
      });
    });
  });

  test('fails when its targets are not behind a balancer yet [compute-asg-behind-alb]', () => {
    expect(refusal((parts) => ({ targets: parts.pool() }))).toThrow(
      'Stack/Fleet:\n  targets are used by no load balancer yet; make the AppLoadBalancer that forwards to them first',
    );
  });

  describe('roll-out', () => {
    test('instances are replaced one by one, each must signal in time, all others serve meanwhile [compute-asg-roll-out, compute-boot-signal]', () => {
      expect(groupOf(made()).UpdatePolicy.AutoScalingRollingUpdate).toEqual({
        MaxBatchSize: 1,
        MinInstancesInService: 2,
        MinSuccessfulInstancesPercent: 100,
        PauseTime: 'PT15M',
        WaitOnResourceSignals: true,
        SuspendProcesses: [
          'HealthCheck',
          'ReplaceUnhealthy',
          'AZRebalance',
          'AlarmNotification',
          'ScheduledActions',
          'InstanceRefresh',
        ],
      });
    });

    test('batch, time and number in service can be chosen [compute-asg-roll-out]', () => {
      const rollOut = RollOut.rolling({ batch: 2, timeout: minutes(20), minInService: 1 });
      expect(groupOf(made(() => ({ rollOut }))).UpdatePolicy.AutoScalingRollingUpdate).toMatchObject({
        MaxBatchSize: 2,
        MinInstancesInService: 1,
        PauseTime: 'PT20M',
      });
    });

    test('the first instances must all signal too, or there is no group [compute-boot-signal]', () => {
      expect(groupOf(made()).CreationPolicy).toEqual({
        ResourceSignal: { Count: 2, Timeout: 'PT15M' },
        AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 100 },
      });
    });

    test('the boot program signals for this group of this stack, which its role may and for no other [compute-boot-signal]', () => {
      const template = made();
      const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
      const { UserData } = Object.values(template.findResources('AWS::EC2::LaunchTemplate'))[0].Properties
        .LaunchTemplateData;
      const text = UserData['Fn::Base64']['Fn::Join'][1].map(String).join('');
      expect(text).toContain(`/opt/aws/bin/cfn-signal --exit-code "$exitCode" --stack 'Stack' --resource '${group}'`);
      expect(text).toContain('trap exitTrap EXIT');
      const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
      const asked = (resource: string) =>
        decide(policy.Properties.PolicyDocument, { action: 'cloudformation:SignalResource', resource });
      expect(asked('<AWS::StackId>')).toBe('allow');
      expect(asked('arn:aws:cloudformation:eu-west-1:111122223333:stack/other/*')).toBe('implicit deny');
    });

    test('Auto Scaling may do it instead, by health and alarms, with stops on the way [compute-asg-roll-out]', () => {
      const template = made(({ stack }) => ({
        bootTime: minutes(3),
        rollOut: RollOut.instanceRefresh({
          minHealthy: 90,
          maxHealthy: 150,
          checkpoints: [50, 100],
          checkpointDelay: minutes(20),
          timeout: hours(12),
          alarms: [
            new Alarm(stack, 'Errors', {
              metric: new Metric({ namespace: 'Test', metricName: 'Errors' }),
              threshold: 1,
              evaluationPeriods: 1,
            }),
          ],
        }),
      }));
      const { UpdatePolicy, CreationPolicy } = groupOf(template);
      expect(UpdatePolicy.AutoScalingRollingUpdate).toBeUndefined();
      expect(UpdatePolicy.AutoScalingInstanceRefresh).toEqual({
        Strategy: 'Rolling',
        Preferences: {
          MinHealthyPercentage: 90,
          MaxHealthyPercentage: 150,
          InstanceWarmup: 180,
          SkipMatching: true,
          CheckpointPercentages: [50, 100],
          CheckpointDelay: 1_200,
          AlarmSpecification: { Alarms: [{ Ref: expect.stringContaining('Errors') }] },
        },
      });
      expect(CreationPolicy.ResourceSignal).toEqual({ Count: 2, Timeout: 'PT12H' });
    });

    test.each([
      [RollOut.rolling({ timeout: minutes(61) }), 'rollOut.timeout is 1 hour 1 minute; give 1 minute to 1 hour'],
      [RollOut.instanceRefresh({ timeout: hours(13) }), 'rollOut.timeout is 13 hours; give 1 minute to 12 hours'],
      [
        RollOut.rolling({ timeout: minutes(4) }),
        'rollOut.timeout is 4 minutes but bootTime 5 minutes; wait for signals at least as long as a boot takes',
      ],
    ])('fails when signals are waited for too long or too short: %# [compute-boot-signal]', (rollOut, fault) => {
      expect(refusal(() => ({ rollOut }))).toThrow(fault);
    });

    test('a group that starts empty waits for nobody [compute-boot-signal]', () => {
      expect(groupOf(made(() => ({ size: FleetSize.between(0, 2) }))).CreationPolicy).toBeUndefined();
    });

    test('fails when two groups share a program, whose signals would then go to both [compute-boot-signal]', () => {
      const { parts } = built();
      expect(
        () =>
          new Fleet(parts.stack, 'Other', {
            template: new ComputeTemplate(parts.stack, 'OtherServer', {
              vpc: parts.vpc,
              description: 'Others',
              instanceType: new InstanceType('t4g.micro'),
              boot: parts.boot,
            }),
            size: FleetSize.between(1, 2),
            vpc: parts.vpc,
            alarms: parts.alarms,
          }),
      ).toThrow(
        'Stack/Boot:\n  program reports to Stack/Fleet/Group/ASG already; an instance belongs to one group, so give the other a template and a boot program of its own',
      );
    });

    test('fails when nothing would signal [compute-boot-signal, compute-asg-roll-out]', () => {
      expect(refusal((parts) => ({ template: parts.template({ boot: undefined }) }))).toThrow(
        'template has no boot program, so nothing would signal that an instance serves; give it one, if only to check that it does',
      );
    });

    test.each([
      [RollOut.rolling({ batch: 0 }), 'rollOut.batch is 0 instances; give a whole number from 1 to 1000 instances'],
      [
        RollOut.rolling({ minInService: 4 }),
        'rollOut.minInService is 4 and maxCapacity 4; leave room for at least one instance more, or nothing can be replaced',
      ],
      [
        RollOut.instanceRefresh({ minHealthy: 101 }),
        'rollOut.minHealthy is 101 %; give a whole number from 0 to 100 %',
      ],
      [
        RollOut.instanceRefresh({ maxHealthy: 99, minHealthy: 90 }),
        'rollOut.maxHealthy is 99 %; give a whole number from 100 to 200 %',
      ],
      [
        RollOut.instanceRefresh({ minHealthy: 50, maxHealthy: 200 }),
        'rollOut.minHealthy is 50 % and maxHealthy 200 %; put 1 to 100 between them',
      ],
      [
        RollOut.instanceRefresh({ minHealthy: 100, maxHealthy: 100 }),
        'rollOut.minHealthy is 100 % and maxHealthy 100 %; put 1 to 100 between them',
      ],
      [
        RollOut.instanceRefresh({ checkpoints: [50, 20, 100] }),
        'rollOut.checkpoints are 50, 20, 100; give ascending percentages that end with 100',
      ],
      [
        RollOut.instanceRefresh({ checkpoints: [20, 50] }),
        'rollOut.checkpoints are 20, 50; give ascending percentages that end with 100',
      ],
      [
        RollOut.instanceRefresh({ checkpoints: [0, 100] }),
        'rollOut.checkpoints are 0, 100; give ascending percentages that end with 100',
      ],
      [
        RollOut.instanceRefresh({ checkpointDelay: hours(49) }),
        'rollOut.checkpointDelay is 2 days 1 hour; give 0 seconds to 2 days',
      ],
    ])('fails when a roll-out could not go on: %# [compute-asg-roll-out]', (rollOut, fault) => {
      expect(refusal(() => ({ rollOut }))).toThrow(fault);
    });

    test('a group at its only size cannot roll: fails when minimum equals maximum [compute-asg-roll-out]', () => {
      expect(refusal(() => ({ size: FleetSize.between(2, 2) }))).toThrow('rollOut.minInService is 2 and maxCapacity 2');
      expect(
        refusal(() => ({ size: FleetSize.between(2, 2), rollOut: RollOut.rolling({ minInService: 1 }) })),
      ).not.toThrow();
    });
  });

  describe('notices and rest', () => {
    test('launches, terminations and their errors are told to the topic, which Auto Scaling can encrypt for and others cannot [compute-asg-notify]', () => {
      const template = made();
      const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
      expect(groupOf(template).Properties.NotificationConfigurations).toEqual([
        {
          TopicARN: { Ref: topic },
          NotificationTypes: [
            'autoscaling:EC2_INSTANCE_LAUNCH',
            'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
            'autoscaling:EC2_INSTANCE_TERMINATE',
            'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
          ],
        },
      ]);
      const [key] = Object.values(template.findResources('AWS::KMS::Key'));
      const asked = (who: string, action: string) =>
        decide(
          { Statement: key.Properties.KeyPolicy.Statement.slice(1) },
          { action, resource: '*', context: { 'aws:PrincipalArn': who } },
        );
      const role =
        'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
      expect(asked(role, 'kms:GenerateDataKey')).toBe('allow');
      expect(asked(role, 'kms:Decrypt')).toBe('allow');
      expect(asked(role, 'kms:CreateGrant')).toBe('implicit deny');
      expect(asked('arn:aws:iam::111122223333:role/other', 'kms:Decrypt')).toBe('implicit deny');
    });

    test('rest after a simple action and warm-up of new instances are written out [compute-asg-cooldown]', () => {
      expect(groupOf(made(() => ({ bootTime: minutes(2) }))).Properties).toMatchObject({
        Cooldown: '300',
        DefaultInstanceWarmup: 120,
      });
      expect(groupOf(made(() => ({ cooldown: minutes(10) }))).Properties.Cooldown).toBe('600');
    });

    test('fails when it would rest for longer than a day [compute-asg-cooldown]', () => {
      expect(refusal(() => ({ cooldown: hours(25) }))).toThrow('cooldown is 1 day 1 hour; give 0 seconds to 1 day');
    });
  });

  test('fails when two strategies go by the same metric [compute-asg-target-tracking]', () => {
    const step = ScalingStrategy.step({ out: [{ above: 70, add: 2 }], in: { below: 30, remove: 1 } });
    expect(refusal(() => ({ scaling: [ScalingStrategy.targetTracking({ cpu: 50 }), step] }))).toThrow(
      'Stack/Fleet:\n  scaling has targetTracking and step, which both go by cpu and pull against each other; keep one',
    );
  });

  test('clock and forecast go beside any other', () => {
    const cpu = ScalingStrategy.targetTracking({ cpu: 50 });
    const template = made(
      balanced({
        scaling: [cpu, ScalingStrategy.requestsPerTarget({ perMinute: 100 }), ScalingStrategy.predictive({ cpu: 50 })],
      }),
    );
    template.resourceCountIs('AWS::AutoScaling::ScalingPolicy', 3);
  });

  test('all is told at once when several things are wrong', () => {
    expect(
      refusal((parts) => ({
        size: FleetSize.between(3, 2),
        subnets: { subnets: [parts.vpc.publicSubnets[0]] },
        cooldown: hours(30),
      })),
    ).toThrow(/size minimum is 3[^]*subnets are in 1 zone[^]*subnets are public[^]*cooldown is 1 day 6 hours/);
  });

  describe('further pools', () => {
    const twice =
      (props: Partial<TargetPoolProps> = {}, isAsked = true): Props =>
      (parts) => {
        const targets = parts.pool();
        const health = { path: '/health' };
        const admin = new TargetPool(parts.stack, 'Admin', { vpc: parts.vpc, port: 8080, health, ...props });
        const balancer = parts.balancer(targets);
        if (isAsked) balancer.forward('Admin', 1, [ListenerCondition.pathPatterns(['/admin/*'])], admin);
        return { targets, alsoIn: [admin], scaling: [ScalingStrategy.requestsPerTarget({ perMinute: 100 })] };
      };

    test('one group is in two pools on two ports, and scales by the requests of the first [compute-alb-actions]', () => {
      const template = made(twice());
      const [admin, pool] = ['AdminGroup', 'PoolGroup'].map((id) => ({ Ref: expect.stringMatching(`^${id}`) }));
      expect(groupOf(template).Properties.TargetGroupARNs).toEqual([admin, pool]);
      const opened = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
      expect(opened.map(({ Properties }) => Properties.FromPort).sort((a, b) => a - b)).toEqual([80, 8080]);
      expect(JSON.stringify(template.findResources('AWS::AutoScaling::ScalingPolicy'))).toMatch(/PoolGroup/);
      expect(JSON.stringify(template.findResources('AWS::AutoScaling::ScalingPolicy'))).not.toMatch(/AdminGroup/);
    });

    test('fails when a pool holds addresses, as members are instances [compute-target-types]', () => {
      expect(refusal(twice({ targetType: TargetType.IP }))).toThrow(
        'Stack/Fleet:\n  pool Stack/Admin holds addresses, and the members of a group are instances; leave its targetType out',
      );
    });

    test('fails when nothing forwards to one, or no first one is there', () => {
      expect(refusal(twice({}, false))).toThrow(
        'Stack/Fleet:\n  pool Stack/Admin is used by no load balancer yet; make the rule that forwards to it first',
      );
      expect(refusal((parts) => ({ alsoIn: twice()(parts).alsoIn! }))).toThrow(
        'Stack/Fleet:\n  alsoIn is given without targets, whose health checks heal the group; give one as targets',
      );
    });
  });
});
