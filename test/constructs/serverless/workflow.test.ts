import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArnFormat, Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RestApi, StepFunctionsIntegration } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { WorkflowKind } from '../../../lib/constructs/serverless/machine-rules';
import { parseMachine } from '../../../lib/constructs/serverless/machine-text';
import { Workflow, type WorkflowProps } from '../../../lib/constructs/serverless/workflow';
import { WorkflowDefinition } from '../../../lib/constructs/serverless/workflow-definition';
import { templateOf, testStack } from '../../support/app';

const file = join(__dirname, 'machines', 'keep.asl.json');
const throttled = {
  errors: ['DynamoDB.ThrottlingException'],
  interval: Duration.seconds(2),
  maxAttempts: 5,
  jitterStrategy: sfn.JitterType.FULL,
};

function make(stack: Stack, props: Partial<WorkflowProps> = {}): Workflow {
  return new Workflow(stack, 'Flow', {
    description: 'Keeps what it is given',
    definition: WorkflowDefinition.chain(new sfn.Pass(stack, 'Nothing')),
    timeout: Duration.minutes(5),
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props,
  });
}
const synthesise = (props?: Partial<WorkflowProps>) => templateOf((stack) => make(stack, props));
const refusal =
  (props: Partial<WorkflowProps>, change: (stack: Stack) => Partial<WorkflowProps> = () => ({})) =>
  () => {
    const stack = testStack();
    return make(stack, { ...props, ...change(stack) });
  };
/** What the role of the machine may do, by the id each statement would have. */
function statements(template: Template): { Action: string | string[]; Resource: unknown }[] {
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.startsWith('FlowMachineRole'),
  );
  return policy[1].Properties.PolicyDocument.Statement;
}
const written = (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'machine-')), 'definition.asl.json');
  writeFileSync(path, text);
  return path;
};

describe('Workflow', () => {
  test('is standard unless told otherwise, and an express one is logged like any other [serverless-workflow-kinds]', () => {
    for (const [kind, type] of [
      [undefined, 'STANDARD'],
      [WorkflowKind.EXPRESS, 'EXPRESS'],
    ] as const) {
      synthesise({ ...(kind && { kind }) }).hasResourceProperties('AWS::StepFunctions::StateMachine', {
        StateMachineType: type,
        LoggingConfiguration: {
          Level: 'ALL',
          IncludeExecutionData: true,
          Destinations: [
            { CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FlowLogs'), 'Arn'] } } },
          ],
        },
      });
    }
  });

  test.each([
    [WorkflowKind.EXPRESS, Duration.minutes(5)],
    [WorkflowKind.STANDARD, Duration.days(365)],
  ])('%s executions may take their longest [serverless-workflow-kinds]', (kind, timeout) => {
    const { definition } = make(testStack(), { kind, timeout });
    expect(definition.TimeoutSeconds).toBe(timeout.toSeconds());
  });

  test.each([
    [
      WorkflowKind.EXPRESS,
      Duration.minutes(10),
      'timeout of an execution of kind EXPRESS is 10 minutes; give 1 second to 5 minutes',
    ],
    [
      WorkflowKind.STANDARD,
      Duration.days(366),
      'timeout of an execution of kind STANDARD is 366 days; give 1 second to 365 days',
    ],
  ])('fails when %s executions take longer [serverless-workflow-kinds]', (kind, timeout, fault) => {
    expect(refusal({ kind, timeout })).toThrow(`Stack/Flow:\n  ${fault}`);
  });

  test('fails when an express workflow does what only a standard one can, with all of it in one error [serverless-workflow-kinds]', () => {
    const make = refusal({ kind: WorkflowKind.EXPRESS }, (stack) => {
      const first = new sfn.Wait(stack, 'Rest', { time: sfn.WaitTime.duration(Duration.minutes(6)) });
      const ask = new tasks.SqsSendMessage(stack, 'Ask', {
        queue: new Queue(stack, 'Questions'),
        integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        messageBody: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken }),
        taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      });
      ask.addRetry().addCatch(new sfn.Fail(stack, 'Unanswered'));
      return { definition: WorkflowDefinition.chain(first.next(ask)) };
    });
    expect(make).toThrow('definition: state Rest waits 360 seconds, while an execution ends after 300');
    expect(make).toThrow('definition: state Ask waits for a task token, which nobody can send to an express execution');
  });

  test('fails when a choice leads nowhere for what nobody thought of [serverless-workflow-states]', () => {
    const make = refusal({}, (stack) => ({
      definition: WorkflowDefinition.chain(
        new sfn.Choice(stack, 'Which').when(sfn.Condition.isPresent('$.x'), new sfn.Pass(stack, 'This')),
      ),
    }));
    expect(make).toThrow(
      'Stack/Flow:\n  definition: state Which is a choice without Default, which fails every input that nobody thought of; say where those lead',
    );
  });

  test('fails when a task is not tried again and nothing catches its failure [serverless-workflow-errors]', () => {
    const make = refusal({}, (stack) => ({
      definition: WorkflowDefinition.chain(
        new tasks.SnsPublish(stack, 'Tell', { topic: new Topic(stack, 'News'), message: sfn.TaskInput.fromText('x') }),
      ),
    }));
    expect(make).toThrow('definition: state Tell has no Retry, so that one refused call fails it');
    expect(make).toThrow('definition: state Tell has no Catch, nor has anything around it');
  });

  test('only Step Functions, for machines of this account, takes the role [serverless-workflow-role-logs]', () => {
    synthesise().hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'states.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'aws:SourceArn': {
                  'Fn::Join': [
                    '',
                    [
                      'arn:',
                      { Ref: 'AWS::Partition' },
                      ':states:',
                      { Ref: 'AWS::Region' },
                      ':',
                      { Ref: 'AWS::AccountId' },
                      ':stateMachine:*',
                    ],
                  ],
                },
              },
            },
          },
        ],
      },
    });
  });

  test('the role may set up logs and traces, which know no resources, and do what the tasks do, by name [serverless-workflow-role-logs]', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { TracingConfiguration: { Enabled: true } });
    // The CDK writes statements for one resource as one.
    expect(statements(template)).toEqual([
      {
        Effect: 'Allow',
        Resource: '*',
        Action: [
          'logs:CreateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:DescribeLogGroups',
          'logs:DescribeResourcePolicies',
          'logs:GetLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:UpdateLogDelivery',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
          'xray:PutTelemetryRecords',
          'xray:PutTraceSegments',
        ],
      },
    ]);
  });

  describe('whose tasks call services without code', () => {
    const services = (stack: Stack) => ({
      table: new Table(stack, 'Orders', { partitionKey: { name: 'id', type: AttributeType.STRING } }),
      topic: new Topic(stack, 'News'),
      queue: new Queue(stack, 'Work'),
      cluster: new Cluster(stack, 'Cluster', { vpc: new Vpc(stack, 'Net') }),
    });
    function packer(stack: Stack): FargateTaskDefinition {
      const definition = new FargateTaskDefinition(stack, 'Packer');
      definition.addContainer('Pack', {
        image: ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:1'),
      });
      return definition;
    }
    const orFail = <T extends sfn.TaskStateBase | sfn.CustomState>(task: T, failed: sfn.Fail) =>
      task.addRetry().addCatch(failed) as T;

    test('its role may do with these what the tasks do, and nothing with others [serverless-workflow-services]', () => {
      const template = templateOf((stack) => {
        const { table, topic, queue, cluster } = services(stack);
        const definition = packer(stack);
        const failed = new sfn.Fail(stack, 'Failed');
        const body = sfn.TaskInput.fromText('kept');
        const item = { id: tasks.DynamoAttributeValue.fromString('1') };
        const start = orFail(new tasks.DynamoPutItem(stack, 'Keep', { table, item }), failed)
          .next(orFail(new tasks.SnsPublish(stack, 'Tell', { topic, message: body }), failed))
          .next(orFail(new tasks.SqsSendMessage(stack, 'Queue', { queue, messageBody: body }), failed))
          .next(
            orFail(
              new sfn.CustomState(stack, 'Pack', {
                stateJson: {
                  Type: 'Task',
                  Resource: stack.formatArn({
                    service: 'states',
                    region: '',
                    account: '',
                    resource: 'ecs',
                    resourceName: 'runTask',
                    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
                  }),
                  Parameters: {
                    Cluster: cluster.clusterArn,
                    TaskDefinition: definition.taskDefinitionArn,
                    LaunchType: 'FARGATE',
                  },
                },
              }),
              failed,
            ),
          );
        definition.grantRun(make(stack, { definition: WorkflowDefinition.chain(start) }).role);
      });
      const arn = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), 'Arn'] });
      const named = statements(template).filter(({ Resource }) => Resource !== '*');
      expect(named.map(({ Action, Resource }) => [Action, Resource])).toEqual([
        [
          'dynamodb:PutItem',
          { 'Fn::Join': ['', expect.arrayContaining([':table/', { Ref: expect.stringMatching('^Orders') }])] },
        ],
        ['sns:Publish', { Ref: expect.stringMatching('^News') }],
        ['sqs:SendMessage', arn('Work')],
        ['iam:PassRole', arn('PackerTaskRole')],
        ['ecs:RunTask', { Ref: expect.stringMatching('^Packer') }],
      ]);
      const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
      expect(
        Object.values(parseMachine(machine.Properties.DefinitionString).States).map(({ Resource }) => Resource),
      ).toEqual([
        'arn:<AWS::Partition>:states:::dynamodb:putItem',
        'arn:<AWS::Partition>:states:::sns:publish',
        'arn:<AWS::Partition>:states:::sqs:sendMessage',
        'arn:<AWS::Partition>:states:::ecs:runTask',
        undefined,
      ]);
    });

    test('fails when a task brings more than it needs, as the one of the CDK for containers does [serverless-workflow-role-logs, serverless-workflow-services]', () => {
      const wasteful = () =>
        templateOf((stack) => {
          const task = new tasks.EcsRunTask(stack, 'Pack', {
            cluster: services(stack).cluster,
            taskDefinition: packer(stack),
            launchTarget: new tasks.EcsFargateLaunchTarget(),
          });
          make(stack, { definition: WorkflowDefinition.chain(orFail(task, new sfn.Fail(stack, 'Failed'))) });
        });
      expect(wasteful).toThrow(
        'Stack/Flow/Machine/Role may ecs:StopTask on every resource; write the task as a CustomState, and allow the role what it needs by name',
      );
    });
  });

  test('an execution that does not succeed leaves its input in a queue with an alarm', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [{ Ref: Match.stringLikeRegexp('^FlowMachine') }],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FlowFailuresQueue'), 'Arn'] } })],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: 'AWS/SQS', Threshold: 1 });
    const express = synthesise({ kind: WorkflowKind.EXPRESS });
    express.resourceCountIs('AWS::Events::Rule', 0);
    express.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'An execution of Stack/Flow failed or ran out of time; its log group tells with which input.',
    });
  });

  test('whoever starts it may start it, and nothing else [serverless-workflow-starters]', () => {
    const template = templateOf((stack) => {
      const role = new Role(stack, 'Caller', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      make(stack).grantStart(role);
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'states:StartExecution',
            Resource: { Ref: Match.stringLikeRegexp('^FlowMachine') },
          },
        ],
      },
      Roles: [{ Ref: Match.stringLikeRegexp('^Caller') }],
    });
  });

  test('the CDK itself lets no API wait for a standard one [serverless-workflow-starters]', () => {
    const integration = () => StepFunctionsIntegration.startExecution(make(testStack()).machine);
    expect(() => new RestApi(testStack(), 'Api').root.addMethod('POST', integration())).toThrow(
      'State Machine must be of type "EXPRESS"',
    );
  });

  test('fails when somebody wants to wait for a standard one [serverless-workflow-starters]', () => {
    const stack = testStack();
    const role = new Role(stack, 'Caller', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => make(stack).grantStartSync(role)).toThrow(
      'Stack/Flow:\n  is a standard workflow, for which nobody can wait; grantStart, or make it an express one',
    );
  });
});

describe('WorkflowDefinition', () => {
  test('a machine from a file is the one that code makes [serverless-workflow-definition]', () => {
    const stack = testStack();
    const table = new Table(stack, 'Orders', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    const keep = new tasks.DynamoPutItem(stack, 'Keep', {
      table,
      item: { id: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt('$.id')) },
      resultPath: sfn.JsonPath.DISCARD,
    });
    keep.addRetry(throttled);
    keep.addCatch(new sfn.Fail(stack, 'Not kept', { error: 'NotKept', cause: 'It could not be kept' }));
    const built = make(stack, { definition: WorkflowDefinition.chain(keep.next(new sfn.Succeed(stack, 'Kept'))) });
    const filed = new Workflow(stack, 'Filed', {
      description: 'Keeps what it is given',
      definition: WorkflowDefinition.file(file, { TableName: table.tableName }),
      timeout: Duration.minutes(5),
      alarms: new AlarmTopic(stack, 'Others'),
    });
    const inPartition = JSON.parse(
      JSON.stringify(filed.definition).replaceAll('arn:aws:', 'arn:<AWS::Partition>:'),
    ) as unknown;
    expect(inPartition).toEqual(built.definition);
    Template.fromStack(stack).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      DefinitionSubstitutions: { TableName: { Ref: Match.stringLikeRegexp('^Orders') } },
      DefinitionString: Match.stringLikeRegexp('"TableName":"\\$\\{TableName\\}"'),
    });
  });

  test('a number that only the deployment knows is no fault', () => {
    const stack = testStack();
    const wait = new sfn.Wait(stack, 'Rest', { time: sfn.WaitTime.seconds({ Ref: 'Seconds' } as never) });
    expect(() => make(stack, { definition: WorkflowDefinition.chain(wait) })).not.toThrow();
  });

  test('fails when a file is not there, or is no machine [serverless-workflow-definition]', () => {
    expect(refusal({ definition: WorkflowDefinition.file('/none.asl.json') })).toThrow(
      'Stack/Flow:\n  definition is /none.asl.json, which is not there; give the path of a file in the Amazon States Language',
    );
    const path = written('{ "StartAt": "A" ');
    expect(refusal({ definition: WorkflowDefinition.file(path) })).toThrow(
      `definition ${path} is no state machine; give an object in JSON with StartAt and States`,
    );
  });

  test('fails when a machine in a file starts with a state that is not there [serverless-workflow-definition]', () => {
    const path = written('{ "StartAt": "Start", "States": { "Begin": { "Type": "Succeed" } } }');
    expect(refusal({ definition: WorkflowDefinition.file(path) })).toThrow(
      'Stack/Flow:\n  definition: StartAt of the machine is Start, which is no state of it; give one of Begin',
    );
    const without = written('{ "States": { "Begin": { "Type": "Succeed" } } }');
    expect(refusal({ definition: WorkflowDefinition.file(without) })).toThrow(
      'StartAt of the machine is undefined, which is no state of it; give one of Begin',
    );
  });

  test('fails when a substitution lacks, or is for nothing [serverless-workflow-definition]', () => {
    const make = refusal({ definition: WorkflowDefinition.file(file, { Table: 'orders' }) });
    expect(make).toThrow(
      `definition ${file} has \${TableName}, for which nothing is given; add TableName to its substitutions`,
    );
    expect(make).toThrow(`definition ${file} has no \${Table}; drop Table from its substitutions`);
  });
});
