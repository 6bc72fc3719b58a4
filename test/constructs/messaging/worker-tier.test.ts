import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InstanceType, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { environment } from '../../../lambda/worker-tier/environment';
import { OrderedQueue } from '../../../lib/constructs/messaging/ordered-queue';
import { WorkQueue, type WorkQueueProps } from '../../../lib/constructs/messaging/work-queue';
import { workerBoot } from '../../../lib/constructs/messaging/worker-boot';
import { WorkerProgram } from '../../../lib/constructs/messaging/worker-program';
import { WorkerTier, type WorkerTierProps } from '../../../lib/constructs/messaging/worker-tier';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';
import { decide, text } from '../../support/decide';

const entry = join(__dirname, '../../../lambda/worker-tier/run.ts');

function make(stack: Stack, props: Partial<WorkerTierProps> = {}, queue: Partial<WorkQueueProps> = {}): WorkerTier {
  const alarms = new AlarmTopic(stack, 'Alarms');
  return new WorkerTier(stack, 'Workers', {
    vpc: new Vpc(stack, 'Vpc', { natGateways: 1 }),
    jobs: new WorkQueue(stack, 'Jobs', { alarms, ...queue }),
    program: WorkerProgram.bundled(entry),
    alarms,
    maxWorkers: 10,
    messagesPerWorker: 100,
    ...props,
  });
}
const synthesise = (props: Partial<WorkerTierProps> = {}, queue: Partial<WorkQueueProps> = {}): Template => {
  const stack = testStack();
  make(stack, props, queue);
  return Template.fromStack(stack);
};
const refusal =
  (props: Partial<WorkerTierProps>, queue: Partial<WorkQueueProps> = {}) =>
  () =>
    make(testStack(), props, queue);
const all = (template: Template, type: string) => Object.entries(template.findResources(`AWS::${type}`));
const alarm = (template: Template, id: RegExp) =>
  all(template, 'CloudWatch::Alarm').find(([key]) => id.test(key))![1].Properties;
const policy = (template: Template, id: RegExp) =>
  all(template, 'AutoScaling::ScalingPolicy').find(([key]) => id.test(key))!;

describe('WorkerTier', () => {
  const template = synthesise();
  const [[groupId, group]] = all(template, 'AutoScaling::AutoScalingGroup');

  test('begins with nobody, waits for nobody at deployment, and grows to the most it may have [messaging-worker-tier, compute-asg-queue]', () => {
    expect([group.Properties.MinSize, group.Properties.MaxSize, group.Properties.DesiredCapacity]).toEqual([
      '0',
      '10',
      undefined,
    ]);
    expect(group.CreationPolicy).toBeUndefined();
    expect(group.UpdatePolicy.AutoScalingRollingUpdate).toMatchObject({ MinInstancesInService: 0, MaxBatchSize: 3 });
  });

  test('both alarms count what waits and what is in work, against the workers that are wanted [messaging-worker-tier, compute-asg-queue]', () => {
    for (const id of [/WorkersMissing/, /WorkersIdle/]) {
      const { Metrics } = alarm(template, id);
      expect(Metrics.map(({ Expression, MetricStat }: any) => Expression ?? MetricStat.Metric.MetricName)).toEqual([
        'CEIL((FILL(waiting, 0) + FILL(working, 0)) / 100) - desired',
        'ApproximateNumberOfMessagesVisible',
        'ApproximateNumberOfMessagesNotVisible',
        'GroupDesiredCapacity',
      ]);
      expect(Metrics[3].MetricStat.Metric.Dimensions).toEqual([
        { Name: 'AutoScalingGroupName', Value: { Ref: groupId } },
      ]);
    }
    // The last of these is not published unless it is asked for.
    expect(group.Properties.MetricsCollection).toEqual([{ Granularity: '1Minute' }]);
  });

  test('one message starts the first worker within a minute, and more are added the more are missing [messaging-worker-tier, compute-asg-queue]', () => {
    const [id, { Properties }] = policy(template, /BacklogOut/);
    expect(alarm(template, /WorkersMissing/)).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: id }],
    });
    expect(Properties).toMatchObject({
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      EstimatedInstanceWarmup: 0,
    });
    expect(Properties.StepAdjustments).toEqual([
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 1, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 1, MetricIntervalUpperBound: 3, ScalingAdjustment: 2 },
      { MetricIntervalLowerBound: 3, MetricIntervalUpperBound: 7, ScalingAdjustment: 4 },
      { MetricIntervalLowerBound: 7, ScalingAdjustment: 8 },
    ]);
  });

  test('workers go when there were too many for five minutes [messaging-worker-tier, compute-asg-queue]', () => {
    const [id, { Properties }] = policy(template, /BacklogIn/);
    expect(alarm(template, /WorkersIdle/)).toMatchObject({
      Threshold: -1,
      ComparisonOperator: 'LessThanOrEqualToThreshold',
      EvaluationPeriods: 5,
      AlarmActions: [{ Ref: id }],
    });
    expect(Properties.StepAdjustments).toEqual([
      { MetricIntervalLowerBound: -1, MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
      { MetricIntervalLowerBound: -3, MetricIntervalUpperBound: -1, ScalingAdjustment: -2 },
      { MetricIntervalLowerBound: -7, MetricIntervalUpperBound: -3, ScalingAdjustment: -4 },
      { MetricIntervalUpperBound: -7, ScalingAdjustment: -8 },
    ]);
    const slow = synthesise({ quietTime: Duration.minutes(20), maxWorkers: 1 });
    expect(alarm(slow, /WorkersIdle/).EvaluationPeriods).toBe(20);
    expect(policy(slow, /BacklogIn/)[1].Properties.StepAdjustments).toEqual([
      { MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
    ]);
  });

  test('whichever worker goes, the group waits until it has drained, or until it can be thought dead [messaging-worker-tier]', () => {
    const hook = (made: Template) => all(made, 'AutoScaling::LifecycleHook')[0][1].Properties;
    expect(hook(template)).toMatchObject({
      LifecycleHookName: 'drain',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 360,
      DefaultResult: 'CONTINUE',
    });
    expect(hook(synthesise({ longestJob: Duration.hours(5) })).HeartbeatTimeout).toBe(6060);
    expect(hook(synthesise({ drainTime: Duration.seconds(90) })).HeartbeatTimeout).toBe(150);
  });

  test('its role works this queue, writes its log, speaks for itself to its group, reads its program, and may do nothing else [messaging-worker-tier]', () => {
    const statements = all(template, 'IAM::Policy')
      .filter(([id]) => id.startsWith('Workers'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const granted = statements.map(({ Action, Resource }: any) => [
      [Action].flat(),
      [Resource].flat().map((one: unknown) => text(one).replaceAll(/[0-9A-F]{8}(?=[.>:])/g, '')),
    ]);
    const assets = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/';
    const mine = granted.filter(([actions]) => !/^ssm/.test(actions[0]));
    expect(mine).toEqual([
      [
        ['s3:GetObject'],
        // In the order of their hashes.
        expect.arrayContaining(
          ['ts', 'sh'].map((kind) => expect.stringMatching(new RegExp(`^${assets}[0-9a-f]{64}\\.${kind}$`))),
        ),
      ],
      [['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'], ['<JobsQueue.Arn>']],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], ['<WorkersLogs.Arn>']],
      [['cloudformation:SignalResource'], ['<AWS::StackId>']],
      [
        ['autoscaling:CompleteLifecycleAction', 'autoscaling:SetInstanceProtection'],
        [
          'arn:<AWS::Partition>:autoscaling:<AWS::Region>:<AWS::AccountId>:autoScalingGroup:*:autoScalingGroupName/<WorkersFleetGroupASG>',
        ],
      ],
    ]);
    expect(granted).toHaveLength(mine.length + 2);
    const dead = text({ 'Fn::GetAtt': [all(template, 'SQS::Queue').find(([id]) => /Dead/.test(id))![0], 'Arn'] });
    const document = { Statement: statements };
    expect(decide(document, { action: 'sqs:ReceiveMessage', resource: dead })).toBe('implicit deny');
  });

  test("may decrypt what is in a queue under a key of one's own", () => {
    const stack = testStack();
    make(stack, {}, { encryptionKey: new Key(stack, 'Key') });
    const statements = all(Template.fromStack(stack), 'IAM::Policy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement,
    );
    expect(statements.map(({ Action }: any) => Action)).toContain('kms:Decrypt');
  });

  test('a worker is told where and how it works, and reads the name of its group from its own tags', () => {
    const data = all(template, 'EC2::LaunchTemplate')[0][1].Properties.LaunchTemplateData;
    expect(data.MetadataOptions).toMatchObject({ InstanceMetadataTags: 'enabled', HttpTokens: 'required' });
    const settings = text(data.UserData['Fn::Base64']);
    for (const name of Object.values(environment)) expect(settings).toContain(`export ${name}='`);
    expect(settings).toContain(`export ${environment.longestSeconds}='300'`);
    expect(settings).toContain(`export ${environment.drainSeconds}='300'`);
    expect(settings).toContain(`export WORKER_VARIABLES='AWS_REGION `);
    const [, told] = /WORKER_VARIABLES='AWS_REGION (.*)'/.exec(settings)!;
    expect(told.split(' ').sort()).toEqual(Object.values(environment).sort());
  });

  test('failures to launch are told, ordinary comings and goings are not', () => {
    expect(group.Properties.NotificationConfigurations[0].NotificationTypes).toEqual([
      'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
      'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
    ]);
  });

  test('may stand in public subnets without NAT, on a machine with an address of its own and no way in', () => {
    const open = synthesise({
      subnets: { subnetType: SubnetType.PUBLIC },
      machine: { publicAddress: true, instanceType: new InstanceType('t4g.nano') },
    });
    const data = all(open, 'EC2::LaunchTemplate')[0][1].Properties.LaunchTemplateData;
    expect([data.InstanceType, data.NetworkInterfaces[0].AssociatePublicIpAddress]).toEqual(['t4g.nano', true]);
    open.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('fails when the queue is ordered [messaging-worker-tier]', () => {
    expect(() => {
      const stack = testStack();
      const alarms = new AlarmTopic(stack, 'OtherAlarms');
      make(stack, { jobs: new OrderedQueue(stack, 'Ordered', { alarms, contentBasedDeduplication: true }) });
    }).toThrow(
      'Stack/Workers:\n  jobs is Stack/Ordered/Queue, an ordered queue; give a WorkQueue, as workers take several messages at once and would break the order',
    );
  });

  test.each<[Partial<WorkerTierProps>, string]>([
    [{ maxWorkers: 0 }, 'maxWorkers is 0 workers; give a whole number from 1 to 1000 workers'],
    [{ messagesPerWorker: 0 }, 'messagesPerWorker is 0 messages; give a whole number from 1 to 100000 messages'],
    [
      { quietTime: Duration.seconds(90) },
      'quietTime is 1 minute 30 seconds; queues are measured each minute, so give whole minutes',
    ],
    [{ quietTime: Duration.hours(2) }, 'quietTime is 2 hours; give 1 minute to 1 hour'],
    [{ longestJob: Duration.hours(12) }, 'longestJob is 12 hours; give 1 second to 11 hours'],
    [{ drainTime: Duration.hours(2) }, 'drainTime is 2 hours; give 1 second to 1 hour 40 minutes'],
    [{ concurrency: 11 }, 'concurrency is 11 jobs; give a whole number from 1 to 10 jobs'],
    [
      { environment: { WORKER_QUEUE_URL: 'x' } },
      'environment has WORKER_QUEUE_URL, which the tier gives itself; choose another name',
    ],
    [{ environment: { BUCKET: '' } }, 'environment.BUCKET is empty; leave it out'],
  ])('fails when a worker could not work so: %j [messaging-worker-tier]', (props, fault) => {
    expect(refusal(props)).toThrow(fault);
  });

  test('fails when messages are hidden too shortly to be extended', () => {
    expect(refusal({}, { consumerTimeout: Duration.seconds(2) })).toThrow(
      'jobs hides messages for 12 seconds; give a visibilityTimeout of 30 seconds or more, as a worker asks for more time three times in each',
    );
  });

  test('fails when there is no program', () => {
    expect(() => WorkerProgram.bundled('nowhere.ts')).toThrow(/^no program at \/.*\/nowhere\.ts; give the path of a/);
  });
});

describe('the boot of a worker', () => {
  /** Runs the program in a shell of its own, with commands that only note that they were called. */
  function boot(commands: Readonly<Record<string, string>> = {}) {
    const place = mkdtempSync(join(tmpdir(), 'worker-'));
    const root = join(place, 'root');
    const bin = join(place, 'bin');
    mkdirSync(bin);
    mkdirSync(join(root, 'opt/aws/amazon-cloudwatch-agent/bin'), { recursive: true });
    const given: Record<string, string> = {
      dnf: '',
      aws: 'echo "// program" > "$4"',
      systemctl: `[[ $1 != enable ]] || echo '{"message":"worker ready"}' > '${root}/var/log/worker/worker.log'`,
      ...commands,
    };
    for (const [name, body] of Object.entries(given)) {
      writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >> '${place}/calls'\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const agent = join(root, 'opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl');
    writeFileSync(agent, `#!/bin/bash\necho "agent $*" >> '${place}/calls'\n`);
    chmodSync(agent, 0o755);
    const program = join(place, workerBoot.name);
    writeFileSync(program, workerBoot.text);
    const { status, stderr } = spawnSync('bash', [program], {
      encoding: 'utf8',
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        BOOT_ROOT: root,
        PATIENCE: '0',
        WORKER_PROGRAM: 's3://assets/program.js',
        WORKER_LOG_GROUP: 'workers',
        WORKER_REGION: 'eu-west-1',
        WORKER_DRAIN_SECONDS: '300',
        WORKER_VARIABLES: 'WORKER_QUEUE_URL ODD',
        WORKER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs',
        ODD: 'a "quoted" back\\slash $HOME',
      },
    });
    const read = (path: string) => readFileSync(join(root, path), 'utf8');
    return { status, stderr, read, root, calls: readFileSync(join(place, 'calls'), 'utf8').trim().split('\n') };
  }

  test('installs, fetches, writes and starts, and ends well when the worker says that it is ready [messaging-worker-tier]', () => {
    const { status, stderr, calls, read, root } = boot();
    expect([status, stderr]).toEqual([0, '']);
    expect(calls.map((call) => call.replaceAll(root, ''))).toEqual([
      'dnf install --assumeyes --quiet nodejs24 amazon-cloudwatch-agent',
      'aws s3 cp s3://assets/program.js /opt/worker/worker.js --region eu-west-1 --only-show-errors',
      'agent -a fetch-config -m ec2 -s -c file:/opt/aws/amazon-cloudwatch-agent/etc/worker.json',
      'systemctl daemon-reload',
      'systemctl enable --now worker',
    ]);
    expect(read('opt/worker/worker.js')).toBe('// program\n');
    const { files } = JSON.parse(read('opt/aws/amazon-cloudwatch-agent/etc/worker.json')).logs.logs_collected;
    expect(files.collect_list).toEqual([
      { file_path: '/var/log/worker/worker.log', log_group_name: 'workers', log_stream_name: '{instance_id}' },
    ]);
    const unit = read('etc/systemd/system/worker.service');
    // The worker drains when the machine goes, so systemd must wait longer than that.
    expect(unit).toMatch(/^TimeoutStopSec=330$/m);
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(unit).toMatch(/^DynamicUser=yes$/m);
  });

  test('variables reach the program as they are', () => {
    const lines = boot().read('etc/worker/environment').split('\n');
    expect(lines).toEqual([
      'WORKER_QUEUE_URL="https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"',
      String.raw`ODD="a \"quoted\" back\\slash $HOME"`,
      '',
    ]);
  });

  test.each([
    ['packages cannot be had', { dnf: 'exit 1' }],
    ['the program cannot be fetched', { aws: 'exit 1' }],
    ['systemd does not start it', { systemctl: 'exit 1' }],
    ['the worker never says that it is ready', { systemctl: '' }],
  ])('fails when %s, which goes to CloudFormation [messaging-worker-tier]', (_, commands) => {
    expect(boot(commands).status).not.toBe(0);
  });

  test('patience: a command that fails twice is asked a third time', () => {
    const { status, calls, root } = boot({
      aws: 'n=$(grep -c "^aws" "$(dirname "$0")/../calls"); ((n > 2)) || exit 1; echo x > "$4"',
    });
    expect([status, calls.filter((call) => call.startsWith('aws')).length]).toEqual([0, 3]);
    expect(existsSync(join(root, 'opt/worker/worker.js'))).toBe(true);
  });
});
