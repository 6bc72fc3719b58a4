import { AccessModel } from '../../../tools/access/model';
import '../../support/access';
import { arn, deny, document, join, modelOf, own, ref, resource, role, statement, template } from './templates';

const everything = statement('*', '*');
const failure = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('did not fail');
};

describe('names', () => {
  const at = (path: string) => ({ Metadata: { 'aws:cdk:path': path } });
  const placed = modelOf({
    OrdersFunction1A2B3C4D: resource(
      'AWS::Lambda::Function',
      { Role: arn('OrdersRole5E6F7A8B') },
      at('stack/Orders/Function/Resource'),
    ),
    OrdersRole5E6F7A8B: {
      ...role([statement('dynamodb:PutItem', arn('OrdersTable9C0D1E2F'))]),
      ...at('stack/Orders/Role/Resource'),
    },
    OrdersTable9C0D1E2F: resource('AWS::DynamoDB::Table', {}, at('stack/Orders/Table/Resource')),
    OtherTable0A1B2C3D: resource('AWS::DynamoDB::Table', {}, at('stack/Other/Table/Resource')),
  });

  test.each([
    'Orders/Function',
    'OrdersFunction1A2B3C4D',
    'Function',
    'stack/Orders/Function',
    'stack/OrdersFunction1A2B3C4D',
  ])('a function is found as %s', (name) => {
    expect(placed).toAllow(name, 'dynamodb:PutItem', 'Orders/Table');
    expect(placed).not.toAllow(name, 'dynamodb:PutItem', 'Other/Table');
  });

  test('without paths in the template the readable part of a logical id does', () => {
    const { OrdersFunction1A2B3C4D, OrdersRole5E6F7A8B, OrdersTable9C0D1E2F } = placed.stacks[0].template.Resources;
    const bare = modelOf(
      Object.fromEntries(
        Object.entries({ OrdersFunction1A2B3C4D, OrdersRole5E6F7A8B, OrdersTable9C0D1E2F }).map(
          ([id, { Type, Properties }]) => [id, { Type, Properties }],
        ),
      ),
    );
    expect(bare).toAllow('Orders/Function', 'dynamodb:PutItem', 'Orders/Table');
    expect(bare).toAllow('Function', 'dynamodb:PutItem', 'Orders/Table/Resource');
  });

  test('of readable parts the whole one is meant before the end of one', () => {
    const access = modelOf({
      Jobs1A2B3C4D: resource('AWS::SQS::Queue'),
      OtherJobs5E6F7A8B: resource('AWS::SQS::Queue'),
      Role: role([statement('sqs:SendMessage', arn('Jobs1A2B3C4D'))]),
    });
    expect(access).toAllow('Role', 'sqs:SendMessage', 'Jobs');
    expect(access).not.toAllow('Role', 'sqs:SendMessage', 'Other/Jobs');
  });

  test('the ARN of a role of the templates means that role', () => {
    const access = modelOf(
      {
        Queue: resource('AWS::SQS::Queue'),
        Role: role([statement('sqs:SendMessage', arn('Queue'))], { RoleName: 'sender' }),
      },
      { account: '111122223333' },
    );
    expect(access).toAllow('arn:aws:iam::111122223333:role/sender', 'sqs:SendMessage', 'Queue');
  });

  test('a resource elsewhere belongs to the account in its ARN', () => {
    const access = modelOf({ Role: role([everything]) }, { account: '111122223333' });
    expect(access).toAllow('Role', 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:jobs');
    expect(access).not.toAllow('Role', 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:444455556666:jobs');
  });

  test('the paths of an assembly serve as well as those in a template', () => {
    const access = AccessModel.fromTemplates([
      {
        name: 's',
        template: template({ X: resource('AWS::SQS::Queue'), R: role() }),
        paths: new Map([['X', 's/Jobs/Queue/Resource']]),
      },
    ]);
    expect(access).not.toAllow('R', 'sqs:SendMessage', 'Jobs/Queue');
  });

  test.each([
    [
      'Table',
      'Table could be any of 2 resources; say which: stack/OrdersTable9C0D1E2F (Orders/Table), stack/OtherTable0A1B2C3D (Other/Table)',
    ],
    ['Orders/Tabel', 'there is no resource Orders/Tabel; did you mean Orders/Table?'],
    ['Orders', 'there is no resource Orders; below it there are Orders/Function, Orders/Role, Orders/Table'],
    ['Zzz', 'there is no resource Zzz; there are 4, such as Orders/Function, Orders/Role, Orders/Table, Other/Table'],
  ])('fails when a name is %s', (name, message) => {
    expect(failure(() => placed.can('Orders/Role', 'dynamodb:PutItem', name))).toBe(message);
  });

  test.each([
    [
      'Other/Table',
      'dynamodb:PutItem',
      'Other/Table',
      'Other/Table, which is an AWS::DynamoDB::Table, acts through no role of these templates; name a role',
    ],
    [
      'Orders/Role',
      'dynamodb:PutItems',
      'Orders/Table',
      /^dynamodb:PutItems: dynamodb has no such action as of \d{4}-\d\d-\d\d; did you mean dynamodb:PutItem\?$/,
    ],
    [
      'Orders/Role',
      'dynamo:PutItem',
      'Orders/Table',
      'dynamo:PutItem: there is no service dynamo; write service:Action, such as s3:GetObject',
    ],
    [
      'Orders/Role',
      'sqs:SendMessage',
      'Orders/Table',
      'sqs:SendMessage is not done to Orders/Table, which is an AWS::DynamoDB::Table; it takes <QueueName>',
    ],
    [
      'Orders/Role',
      'dynamodb:Nope*',
      'Orders/Table',
      'dynamodb:Nope* covers no published action; write service:Action*',
    ],
    ['Orders/Role', 's3:Get*', 'Orders/Table', /^s3:Get\* covers \d+ actions, but none takes Orders\/Table$/],
  ])('fails when asked whether %s may %s on %s', (principal, action, on, message) => {
    expect(failure(() => placed.can(principal, action, on))).toEqual(
      message instanceof RegExp ? expect.stringMatching(message) : message,
    );
  });

  test('fails when a resource acts through several roles and none of them is its own', () => {
    const access = modelOf({
      Rule: resource('AWS::Events::Rule', { Targets: [{ RoleArn: arn('One') }, { RoleArn: arn('Two') }] }),
      One: role(),
      Two: role(),
    });
    expect(failure(() => access.can('Rule', 'sqs:SendMessage', '*'))).toBe(
      'Rule acts through 2 roles; name one: One, Two',
    );
  });

  test('fails when there is no template, or a policy is none', () => {
    expect(failure(() => AccessModel.fromTemplates([]))).toBe('there is no template; give at least one');
    expect(failure(() => modelOf({ R: resource('AWS::IAM::Policy', { Roles: ['x'], PolicyDocument: {} }) }))).toBe(
      'R: no policy document, it has no Statement; give one with Version and Statement',
    );
    expect(failure(() => modelOf({ R: role([{ Action: 's3:*', Resource: '*', Effect: 'Permit' }]) }))).toBe(
      'R.Inline.Statement[0]: the Effect is "Permit"; write Allow or Deny',
    );
    expect(failure(() => modelOf({ R: role([{ Effect: 'Allow', Resource: '*' }]) }))).toBe(
      'R.Inline.Statement[0]: the statement has neither Action nor NotAction; say what it is about',
    );
  });
});

describe('principals', () => {
  const access = modelOf({
    Role: role(),
    Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
    Instance: resource('AWS::EC2::Instance', { IamInstanceProfile: ref('Profile') }),
    Template: resource('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { IamInstanceProfile: { Arn: arn('Profile') } },
    }),
    Fleet: resource('AWS::AutoScaling::AutoScalingGroup', { LaunchTemplate: { LaunchTemplateId: ref('Template') } }),
    TaskRole: role(),
    ExecutionRole: role(),
    Task: resource('AWS::ECS::TaskDefinition', {
      TaskRoleArn: arn('TaskRole'),
      ExecutionRoleArn: arn('ExecutionRole'),
    }),
    Service: resource('AWS::ECS::Service', { TaskDefinition: ref('Task') }),
    Machine: resource('AWS::StepFunctions::StateMachine', { RoleArn: arn('MachineRole') }),
    MachineRole: role(),
    Schedule: resource('AWS::Scheduler::Schedule', { Target: { RoleArn: arn('ScheduleRole') } }),
    ScheduleRole: role(),
    Pipe: resource('AWS::Pipes::Pipe', { RoleArn: arn('PipeRole') }),
    PipeRole: role(),
    Stream: resource('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: { RoleARN: arn('StreamRole') },
    }),
    StreamRole: role(),
    Flow: resource('AWS::EC2::FlowLog', { DeliverLogsPermissionArn: arn('FlowRole') }),
    FlowRole: role(),
    Method: resource('AWS::ApiGateway::Method', { Integration: { Credentials: arn('ApiRole') } }),
    ApiRole: role(),
    Function: resource('AWS::Lambda::Function', {
      Role: arn('FunctionRole'),
      Environment: { Variables: { ROLE: arn('TaskRole') } },
    }),
    FunctionRole: role(),
    Alias: resource('AWS::Lambda::Alias', { FunctionName: ref('Function'), Name: 'live' }),
    Mentioned: resource('AWS::S3::BucketPolicy', {
      Bucket: 'b',
      PolicyDocument: document(statement('s3:*', '*', { Principal: { AWS: arn('Idle') } })),
    }),
    Idle: role(),
    Ann: resource('AWS::IAM::User'),
  });

  test('everything that acts through a role is found, and what only mentions one is not', () => {
    expect(access.principals().map(({ display, actors }) => [display, actors])).toEqual([
      ['Role', ['Instance', 'Template', 'Fleet']],
      ['TaskRole', ['Task (TaskRoleArn)', 'Service (TaskDefinition.TaskRoleArn)']],
      ['ExecutionRole', ['Task (ExecutionRoleArn)', 'Service (TaskDefinition.ExecutionRoleArn)']],
      ['MachineRole', ['Machine']],
      ['ScheduleRole', ['Schedule']],
      ['PipeRole', ['Pipe']],
      ['StreamRole', ['Stream']],
      ['FlowRole', ['Flow']],
      ['ApiRole', ['Method']],
      ['FunctionRole', ['Function']],
      ['Idle', []],
      ['Ann', []],
    ]);
  });

  test.each([
    ['Instance', 'Role'],
    ['Fleet', 'Role'],
    ['Task', 'TaskRole'],
    ['Service', 'TaskRole'],
    ['Schedule', 'ScheduleRole'],
    ['Alias', 'FunctionRole'],
  ])('%s acts as %s', (name, acting) => {
    expect(access.can(name, 'sts:GetCallerIdentity', '*').principal).toBe(`${name} as ${acting}`);
  });
});

describe('where policies come from', () => {
  const send = statement('sqs:SendMessage', arn('Queue'));
  const queue = { Queue: resource('AWS::SQS::Queue') };

  test.each([
    ['an inline policy', { Role: role([send]) }],
    [
      'a policy resource',
      { Role: role(), P: resource('AWS::IAM::Policy', { Roles: [ref('Role')], PolicyDocument: document(send) }) },
    ],
    [
      'a role policy',
      { Role: role(), P: resource('AWS::IAM::RolePolicy', { RoleName: ref('Role'), PolicyDocument: document(send) }) },
    ],
    [
      'a managed policy that names the role',
      {
        Role: role(),
        P: resource('AWS::IAM::ManagedPolicy', { Roles: [ref('Role')], PolicyDocument: document(send) }),
      },
    ],
    [
      'a managed policy that the role names',
      {
        Role: role([], { ManagedPolicyArns: [ref('P')] }),
        P: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(send) }),
      },
    ],
    [
      'a single statement that is not in a list',
      { Role: role([], { Policies: [{ PolicyName: 'X', PolicyDocument: { Statement: send } }] }) },
    ],
    [
      'a known policy of AWS',
      {
        Role: role([], {
          ManagedPolicyArns: [join('arn:', ref('AWS::Partition'), ':iam::aws:policy/AdministratorAccess')],
        }),
      },
    ],
  ])('%s grants', (_, resources) => {
    expect(modelOf({ ...queue, ...resources })).toAllow('Role', 'sqs:SendMessage', 'Queue');
  });

  test('a policy of AWS that is not known leaves the verdict open, and can be given', () => {
    const resources = { ...queue, Role: role([send], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Elusive'] }) };
    const reason = 'the text of the managed policy Elusive is not known here; give it as an option';
    expect(modelOf(resources).can('Role', 'sqs:PurgeQueue', 'Queue').because).toEqual([reason]);
    expect(modelOf(resources).can('Role', 'sqs:SendMessage', 'Queue').because).toEqual([reason]);
    const given = modelOf(resources, {
      options: { managedPolicies: { Elusive: document(statement('sqs:PurgeQueue', '*')) } },
    });
    expect(given).toAllow('Role', 'sqs:PurgeQueue', 'Queue');
    expect(given).not.toAllow('Role', 'sqs:DeleteQueue', 'Queue');
  });

  test('a policy of the account that is called like one of AWS is not taken for it', () => {
    const named = 'arn:aws:iam::111122223333:policy/AdministratorAccess';
    const access = modelOf({ ...queue, Role: role([], { ManagedPolicyArns: [named] }) });
    expect(access.can('Role', 'sqs:SendMessage', 'Queue').verdict).toBe('unknown');
  });

  test('an inline policy under an undecided condition leaves the verdict open', () => {
    const inline = { PolicyName: 'Send', PolicyDocument: { Version: '2012-10-17', Statement: [send] } };
    const access = modelOf(
      { ...queue, Role: role([], { Policies: [{ 'Fn::If': ['Big', inline, ref('AWS::NoValue')] }] }) },
      {
        sections: {
          Conditions: { Big: { 'Fn::Equals': [ref('Size'), 'big'] } },
          Parameters: { Size: { Type: 'String' } },
        },
      },
    );
    expect(access.can('Role', 'sqs:SendMessage', 'Queue').because).toEqual(['it depends on the condition Big']);
  });

  test('a document of the first version of the language knows no policy variables', () => {
    const versioned = (Version: string) =>
      modelOf({
        Ann: resource('AWS::IAM::User', {
          UserName: 'ann',
          Policies: [
            {
              PolicyName: 'Own',
              PolicyDocument: { Version, Statement: statement('s3:GetObject', 'arn:aws:s3:::b/${aws:username}') },
            },
          ],
        }),
      });
    expect(versioned('2012-10-17')).toAllow('Ann', 's3:GetObject', 'arn:aws:s3:::b/ann');
    expect(versioned('2008-10-17')).not.toAllow('Ann', 's3:GetObject', 'arn:aws:s3:::b/ann');
    expect(versioned('2008-10-17')).toAllow('Ann', 's3:GetObject', 'arn:aws:s3:::b/${aws:username}');
  });

  test('a statement under an undecided condition leaves the verdict open', () => {
    const conditional = { 'Fn::If': ['Big', send, ref('AWS::NoValue')] };
    const access = modelOf(
      { ...queue, Role: role([conditional]), Sure: role([send, conditional]) },
      {
        sections: {
          Conditions: { Big: { 'Fn::Equals': [ref('Size'), 'big'] } },
          Parameters: { Size: { Type: 'String' } },
        },
      },
    );
    expect(access.can('Role', 'sqs:SendMessage', 'Queue').because).toEqual(['it depends on the condition Big']);
    expect(access).toAllow('Sure', 'sqs:SendMessage', 'Queue');
    expect(access).not.toAllow('Role', 'sqs:PurgeQueue', 'Queue');
  });

  test('a denial of everything but one resource leaves that one alone', () => {
    const access = modelOf({
      ...queue,
      Other: resource('AWS::SQS::Queue'),
      Role: role([statement('sqs:*', '*'), { Effect: 'Deny', Action: 'sqs:SendMessage', NotResource: arn('Queue') }]),
    });
    expect(access).toAllow('Role', 'sqs:SendMessage', 'Queue');
    expect(access).not.toAllow('Role', 'sqs:SendMessage', 'Other');
    expect(access).toAllow('Role', 'sqs:ReceiveMessage', 'Other');
  });

  test('a resource that a condition leaves out is not there', () => {
    const access = modelOf(
      {
        ...queue,
        Role: role(),
        P: resource('AWS::IAM::Policy', { Roles: [ref('Role')], PolicyDocument: document(send) }, { Condition: 'No' }),
      },
      { sections: { Conditions: { No: { 'Fn::Equals': ['a', 'b'] } } } },
    );
    expect(access).not.toAllow('Role', 'sqs:SendMessage', 'Queue');
  });

  test('a parameter without a value leaves the verdict open where it could matter', () => {
    const access = modelOf(
      { ...queue, Role: role([statement('sqs:SendMessage', ref('QueueArn'))]) },
      { sections: { Parameters: { QueueArn: { Type: 'String' } } } },
    );
    expect(access.can('Role', 'sqs:SendMessage', 'Queue').because).toContain(
      'the value of QueueArn is not in the templates',
    );
    expect(access).not.toAllow('Role', 'sqs:PurgeQueue', 'Queue');
  });

  test('a policy in the template of a role outside it is not all that role has', () => {
    const access = modelOf({
      ...queue,
      P: resource('AWS::IAM::Policy', {
        Roles: ['Outside'],
        PolicyDocument: document(send, deny('sqs:PurgeQueue', '*')),
      }),
    });
    const outside = 'arn:aws:iam::111122223333:role/Outside';
    expect(access.can({ principal: outside, policies: [] }, 'sqs:SendMessage', 'Queue').verdict).toBe('denied');
    expect(
      modelOf(
        {
          ...queue,
          P: resource('AWS::IAM::Policy', {
            Roles: ['Outside'],
            PolicyDocument: document(send, deny('sqs:PurgeQueue', '*')),
          }),
        },
        { account: '111122223333' },
      ),
    ).not.toAllow(outside, 'sqs:PurgeQueue', 'Queue');
  });

  test('a reference into another stack reaches the resource there', () => {
    const access = AccessModel.fromTemplates({
      data: template(
        { Queue: resource('AWS::SQS::Queue') },
        { Outputs: { Out: { Value: arn('Queue'), Export: { Name: 'q' } } } },
      ),
      app: template({ Role: role([statement('sqs:SendMessage', { 'Fn::ImportValue': 'q' })]) }),
    });
    expect(access).toAllow('Role', 'sqs:SendMessage', 'Queue');
  });
});

describe('resources and their parts', () => {
  const access = modelOf({
    Bucket: resource('AWS::S3::Bucket'),
    Table: resource('AWS::DynamoDB::Table'),
    Logs: resource('AWS::Logs::LogGroup'),
    Machine: resource('AWS::StepFunctions::StateMachine'),
    Api: resource('AWS::ApiGateway::RestApi'),
    Database: resource('AWS::RDS::DBInstance'),
    Parameter: resource('AWS::SSM::Parameter', { Name: '/app/url' }),
    Role: role([
      statement(['s3:GetObject', 's3:PutObject'], join(arn('Bucket'), '/in/*')),
      statement('s3:ListBucket', arn('Bucket')),
      statement('dynamodb:Query', join(arn('Table'), '/index/ByDay')),
      statement(['logs:PutLogEvents', 'logs:CreateLogStream'], arn('Logs')),
      statement(['states:StartExecution'], ref('Machine')),
      statement(
        'states:StopExecution',
        join('arn:aws:states:', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':execution:*'),
      ),
      statement(
        'execute-api:Invoke',
        join('arn:aws:execute-api:', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':', ref('Api'), '/live/GET/*'),
      ),
      statement(
        'rds-db:connect',
        join(
          'arn:aws:rds-db:',
          ref('AWS::Region'),
          ':',
          ref('AWS::AccountId'),
          ':dbuser:',
          { 'Fn::GetAtt': ['Database', 'DbiResourceId'] },
          '/app',
        ),
      ),
      statement('ssm:GetParameter', join('arn:aws:ssm:*:', ref('AWS::AccountId'), ':parameter/app/*')),
      statement('xray:PutTraceSegments', '*'),
    ]),
  });

  test.each([
    ['s3:GetObject', 'Bucket:in/a/b.txt', 'allowed'],
    ['s3:GetObject', 'Bucket:out/a', 'denied'],
    ['s3:GetObject', 'Bucket', 'unknown'],
    ['s3:ListBucket', 'Bucket', 'allowed'],
    ['dynamodb:Query', 'Table', 'denied'],
    ['dynamodb:Query', 'Table:index/ByDay', 'allowed'],
    ['dynamodb:Query', 'Table:index/ByName', 'denied'],
    ['logs:PutLogEvents', 'Logs', 'allowed'],
    ['logs:CreateLogStream', 'Logs', 'allowed'],
    ['logs:DeleteLogGroup', 'Logs', 'denied'],
    ['states:StartExecution', 'Machine', 'allowed'],
    ['states:StopExecution', 'Machine', 'allowed'],
    ['execute-api:Invoke', 'Api:live/GET/orders', 'allowed'],
    ['execute-api:Invoke', 'Api:live/POST/orders', 'denied'],
    ['execute-api:Invoke', 'Api', 'unknown'],
    ['rds-db:connect', 'Database:app', 'allowed'],
    ['rds-db:connect', 'Database:admin', 'denied'],
    ['ssm:GetParameter', 'Parameter', 'allowed'],
    ['xray:PutTraceSegments', '*', 'allowed'],
    ['xray:PutTraceSegments', 'Bucket', 'allowed'],
    ['s3:GetObject', 'arn:aws:s3:::elsewhere/in/a', 'denied'],
  ])('%s on %s is %s', (action, on, verdict) => {
    expect(access.can('Role', action, on).verdict).toBe(verdict);
  });

  test('a log group is written with a wildcard at its end, and tagged without', () => {
    const bare = join('arn:aws:logs:', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':log-group:', ref('Logs'));
    const strict = modelOf({
      Logs: resource('AWS::Logs::LogGroup'),
      Role: role([statement(['logs:PutRetentionPolicy', 'logs:TagResource'], bare)]),
    });
    expect(strict).not.toAllow('Role', 'logs:PutRetentionPolicy', 'Logs');
    expect(strict).toAllow('Role', 'logs:TagResource', 'Logs');
  });

  test('what a verdict hangs on is named', () => {
    expect(access.can('Role', 's3:GetObject', 'Bucket').because).toEqual(['it depends on the object name']);
  });

  test('a pattern of actions asks about each that the resource takes', () => {
    const whole = modelOf({
      Table: resource('AWS::DynamoDB::Table'),
      Other: resource('AWS::DynamoDB::Table'),
      Role: role([statement('dynamodb:*', arn('Table'))]),
    });
    expect(whole).toAllow('Role', 'dynamodb:*Item', 'Table');
    expect(whole).not.toAllow('Role', 'dynamodb:*', 'Other');
    const some = modelOf({
      Table: resource('AWS::DynamoDB::Table'),
      Role: role([statement('dynamodb:GetItem', arn('Table'))]),
    });
    const ruling = some.can('Role', 'dynamodb:*Item', 'Table');
    expect([ruling.verdict, ruling.because]).toEqual([
      'unknown',
      [
        'there is not one answer for dynamodb:*Item; denied are dynamodb:BatchGetItem, dynamodb:BatchWriteItem, ' +
          'dynamodb:ConditionCheckItem, dynamodb:DeleteItem, dynamodb:PutItem, dynamodb:UpdateItem; allowed are dynamodb:GetItem',
      ],
    ]);
  });
});

describe('policies of resources', () => {
  const from = (Condition?: object) => ({
    Principal: { Service: 'sns.amazonaws.com' },
    ...(Condition && { Condition }),
  });
  const ofTopic = { ArnEquals: { 'aws:SourceArn': ref('Topic') } };
  const ours = { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } };
  const resources = {
    Topic: resource('AWS::SNS::Topic'),
    OtherTopic: resource('AWS::SNS::Topic'),
    Rule: resource('AWS::Events::Rule'),
    Queue: resource('AWS::SQS::Queue'),
    Named: resource('AWS::SQS::Queue', { QueueName: 'named' }),
    Bucket: resource('AWS::S3::Bucket'),
    Secret: resource('AWS::SecretsManager::Secret'),
    Bus: resource('AWS::Events::EventBus', { Name: 'bus' }),
    Function: resource('AWS::Lambda::Function', { Role: arn('Role') }),
    Role: role(),
    Reader: role(),
    Table: resource('AWS::DynamoDB::Table', {
      ResourcePolicy: {
        PolicyDocument: document(statement('dynamodb:GetItem', '*', { Principal: { AWS: arn('Reader') } })),
      },
    }),
    Repository: resource('AWS::ECR::Repository', {
      RepositoryPolicyText: document({
        Effect: 'Allow',
        Action: 'ecr:BatchGetImage',
        Principal: { AWS: arn('Reader') },
      }),
    }),
    QueuePolicy: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref('Queue'), ref('Named')],
      PolicyDocument: document(statement('sqs:SendMessage', '*', from(ofTopic))),
    }),
    TopicPolicy: resource('AWS::SNS::TopicPolicy', {
      Topics: [ref('Topic')],
      PolicyDocument: document(
        statement('sns:Publish', ref('Topic'), { Principal: { Service: 's3.amazonaws.com' }, Condition: ours }),
      ),
    }),
    SecretPolicy: resource('AWS::SecretsManager::ResourcePolicy', {
      SecretId: ref('Secret'),
      ResourcePolicy: document(statement('secretsmanager:GetSecretValue', '*', { Principal: { AWS: arn('Reader') } })),
    }),
    BusPolicy: resource('AWS::Events::EventBusPolicy', {
      EventBusName: ref('Bus'),
      StatementId: 'others',
      Statement: statement('events:PutEvents', arn('Bus'), { Principal: { AWS: '444455556666' } }),
    }),
    OldBusPolicy: resource('AWS::Events::EventBusPolicy', {
      StatementId: 'old',
      Action: 'events:PutEvents',
      Principal: '777788889999',
    }),
    Permission: resource('AWS::Lambda::Permission', {
      FunctionName: arn('Function'),
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arn('Rule'),
    }),
    Url: resource('AWS::Lambda::Permission', {
      FunctionName: ref('Function'),
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
    LogPolicy: resource('AWS::Logs::ResourcePolicy', {
      PolicyName: 'p',
      PolicyDocument: join(
        '{"Statement":[{"Effect":"Allow","Action":"logs:PutLogEvents","Principal":{"Service":"events.amazonaws.com"},"Resource":"',
        arn('Logs'),
        '"}]}',
      ),
    }),
    Logs: resource('AWS::Logs::LogGroup'),
  };
  const access = modelOf(resources);

  test.each([
    ['sns.amazonaws.com', 'sqs:SendMessage', 'Queue', { 'aws:SourceArn': 'Topic' }, 'allowed'],
    ['sns.amazonaws.com', 'sqs:SendMessage', 'Named', { 'aws:SourceArn': 'Topic' }, 'allowed'],
    ['sns.amazonaws.com', 'sqs:SendMessage', 'Queue', { 'aws:SourceArn': 'OtherTopic' }, 'denied'],
    ['sns.amazonaws.com', 'sqs:SendMessage', 'Queue', {}, 'unknown'],
    ['events.amazonaws.com', 'sqs:SendMessage', 'Queue', { 'aws:SourceArn': 'Topic' }, 'denied'],
    ['s3.amazonaws.com', 'sns:Publish', 'Topic', { 'aws:SourceAccount': '111122223333' }, 'denied'],
    ['events.amazonaws.com', 'lambda:InvokeFunction', 'Function', { 'aws:SourceArn': 'Rule' }, 'allowed'],
    ['events.amazonaws.com', 'lambda:InvokeFunction', 'Function', { 'aws:SourceArn': 'Topic' }, 'denied'],
    ['*', 'lambda:InvokeFunctionUrl', 'Function', { 'lambda:FunctionUrlAuthType': 'NONE' }, 'allowed'],
    ['*', 'lambda:InvokeFunction', 'Function', {}, 'denied'],
    ['events.amazonaws.com', 'logs:PutLogEvents', 'Logs', {}, 'allowed'],
    ['Reader', 'secretsmanager:GetSecretValue', 'Secret', {}, 'allowed'],
    ['Role', 'secretsmanager:GetSecretValue', 'Secret', {}, 'denied'],
    ['Reader', 'dynamodb:GetItem', 'Table', {}, 'allowed'],
    ['Reader', 'dynamodb:PutItem', 'Table', {}, 'denied'],
    ['Reader', 'ecr:BatchGetImage', 'Repository', {}, 'allowed'],
    ['444455556666', 'events:PutEvents', 'Bus', {}, 'allowed'],
    ['777788889999', 'events:PutEvents', 'Bus', {}, 'denied'],
  ] as const)('%s, %s on %s with %j is %s', (principal, action, on, context, verdict) => {
    expect(access.can(principal, action, on, context).verdict).toBe(verdict);
  });

  test('a service that acts for this account is told from one that acts for another', () => {
    const here = modelOf(resources, { account: '111122223333' });
    const ask = (account: string) =>
      here.can('s3.amazonaws.com', 'sns:Publish', 'Topic', { 'aws:SourceAccount': account }).verdict;
    expect([ask('111122223333'), ask('444455556666')]).toEqual(['allowed', 'denied']);
  });

  test('a service that acts for a resource of the templates acts for its account', () => {
    expect(access).toAllow('s3.amazonaws.com', 'sns:Publish', 'Topic', { 'aws:SourceArn': 'Bucket' });
    expect(access).toAllow('s3.amazonaws.com', 'sns:Publish', 'Topic', { 'aws:SourceAccount': 'AWS::AccountId' });
  });

  test('an API calls a function by the path of the method', () => {
    const path = join(
      'arn:aws:execute-api:',
      ref('AWS::Region'),
      ':',
      ref('AWS::AccountId'),
      ':',
      ref('Api'),
      '/live/GET/x',
    );
    const api = modelOf({
      Api: resource('AWS::ApiGateway::RestApi'),
      Function: resource('AWS::Lambda::Function', { Role: arn('Role') }),
      Alias: resource('AWS::Lambda::Alias', { FunctionName: ref('Function'), Name: 'live' }),
      Role: role(),
      Permission: resource('AWS::Lambda::Permission', {
        FunctionName: ref('Alias'),
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: path,
      }),
    });
    const call = (path: string) => ({ 'aws:SourceArn': path });
    expect(api).toAllow('apigateway.amazonaws.com', 'lambda:InvokeFunction', 'Alias', call('Api:live/GET/x'));
    expect(api).not.toAllow('apigateway.amazonaws.com', 'lambda:InvokeFunction', 'Alias', call('Api:live/POST/x'));
    expect(api).not.toAllow('apigateway.amazonaws.com', 'lambda:InvokeFunction', 'Function', call('Api:live/GET/x'));
  });

  test('plain HTTP is denied where the policy says so, even to who may do everything', () => {
    const secure = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Policy: resource('AWS::S3::BucketPolicy', {
        Bucket: ref('Bucket'),
        PolicyDocument: document(
          deny('s3:*', [arn('Bucket'), own('Bucket')], {
            Principal: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          deny('s3:*', [arn('Bucket'), own('Bucket')], {
            Principal: '*',
            Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
          }),
        ),
      }),
      Admin: role([everything]),
    });
    expect(secure).toAllow('Admin', 's3:GetObject', 'Bucket');
    expect(secure).not.toAllow('Admin', 's3:GetObject', 'Bucket', { 'aws:SecureTransport': false });
    expect(secure).not.toAllow('Admin', 's3:GetObject', 'Bucket', { 's3:TlsVersion': '1.1' });
  });

  test('an API shortens its own ARN, and private ones ask for the endpoint', () => {
    const api = modelOf({
      Api: resource('AWS::ApiGateway::RestApi', {
        Policy: document(
          { ...statement('execute-api:Invoke', 'execute-api:/live/*'), Principal: '*' },
          deny('execute-api:Invoke', 'execute-api:/*', {
            Principal: '*',
            Condition: { StringNotEquals: { 'aws:SourceVpce': ref('Endpoint') } },
          }),
        ),
      }),
      Endpoint: resource('AWS::EC2::VPCEndpoint'),
      Other: resource('AWS::EC2::VPCEndpoint'),
      Role: role(),
    });
    const through = (endpoint: string | null) => ({ 'aws:SourceVpce': endpoint });
    expect(api).toAllow('Role', 'execute-api:Invoke', 'Api:live/GET/x', through('Endpoint'));
    expect(api).not.toAllow('Role', 'execute-api:Invoke', 'Api:live/GET/x', through('Other'));
    expect(api).not.toAllow('Role', 'execute-api:Invoke', 'Api:live/GET/x', through(null));
    expect(api).not.toAllow('Role', 'execute-api:Invoke', 'Api:test/GET/x', through('Endpoint'));
  });
});

describe('the policy of a VPC endpoint', () => {
  const access = modelOf({
    Endpoint: resource('AWS::EC2::VPCEndpoint', {
      PolicyDocument: document(statement('s3:GetObject', own('Ours'), { Principal: '*' })),
    }),
    Open: resource('AWS::EC2::VPCEndpoint'),
    Ours: resource('AWS::S3::Bucket'),
    Theirs: resource('AWS::S3::Bucket'),
    Role: role([statement('s3:*', '*')]),
  });

  test('limits what goes through it, and nothing else', () => {
    const through = (endpoint: string) => ({ 'aws:SourceVpce': endpoint });
    expect(access).toAllow('Role', 's3:GetObject', 'Ours', through('Endpoint'));
    expect(access).not.toAllow('Role', 's3:PutObject', 'Ours', through('Endpoint'));
    expect(access).not.toAllow('Role', 's3:GetObject', 'Theirs', through('Endpoint'));
    expect(access).toAllow('Role', 's3:GetObject', 'Theirs', through('Open'));
    expect(access).toAllow('Role', 's3:GetObject', 'Theirs');
    expect(access.can('Role', 's3:PutObject', 'Ours', through('Endpoint')).layer).toBe('VPC endpoint policy');
  });
});

describe('attributes of who asks and what is asked for', () => {
  const project = (value: string) => [{ Key: 'project', Value: value }];
  const access = modelOf({
    Blue: resource('AWS::SQS::Queue', { Tags: project('blue') }),
    Red: resource('AWS::SQS::Queue', { Tags: project('red') }),
    Plain: resource('AWS::SQS::Queue'),
    Function: resource('AWS::Lambda::Function', { Role: arn('Role') }),
    Role: role(
      [
        statement('sqs:SendMessage', '*', {
          Condition: { StringEquals: { 'aws:ResourceTag/project': '${aws:PrincipalTag/project}' } },
        }),
      ],
      { Tags: project('blue') },
    ),
    Player: role([
      statement(['dynamodb:GetItem', 'dynamodb:PutItem'], arn('Scores'), {
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${cognito-identity.amazonaws.com:sub}'] },
        },
      }),
    ]),
    Scores: resource('AWS::DynamoDB::Table'),
    Ann: resource('AWS::IAM::User', {
      UserName: 'ann',
      Policies: [
        {
          PolicyName: 'Own',
          PolicyDocument: document(
            statement('iam:CreateAccessKey', join('arn:aws:iam::', ref('AWS::AccountId'), ':user/${aws:username}')),
          ),
        },
      ],
    }),
    Bob: resource('AWS::IAM::User', { UserName: 'bob' }),
  });

  test('tags of the principal and the resource can have to agree', () => {
    expect(access).toAllow('Function', 'sqs:SendMessage', 'Blue');
    expect(access).not.toAllow('Function', 'sqs:SendMessage', 'Red');
    expect(access.can('Function', 'sqs:SendMessage', 'Plain').because).toEqual([
      'aws:ResourceTag/project is not known; give it in the context',
    ]);
    expect(access).toAllow({ principal: 'Role', tags: { project: 'red' } }, 'sqs:SendMessage', 'Red');
  });

  test('a signed-in person reaches rows under the own key only', () => {
    const as = (sub: string, ...keys: readonly string[]) => ({
      'cognito-identity.amazonaws.com:sub': sub,
      'dynamodb:LeadingKeys': keys,
    });
    expect(access).toAllow('Player', 'dynamodb:GetItem', 'Scores', as('eu-west-1:1', 'eu-west-1:1'));
    expect(access).not.toAllow('Player', 'dynamodb:GetItem', 'Scores', as('eu-west-1:1', 'eu-west-1:2'));
    expect(access).not.toAllow('Player', 'dynamodb:Scan', 'Scores', as('eu-west-1:1', 'eu-west-1:1'));
  });

  test('a user manages the own keys and nobody else\u2019s; a role has no user name', () => {
    expect(access).toAllow('Ann', 'iam:CreateAccessKey', 'Ann');
    expect(access).not.toAllow('Ann', 'iam:CreateAccessKey', 'Bob');
    const policy = document(statement('iam:CreateAccessKey', 'arn:aws:iam::*:user/${aws:username}'));
    expect(access).not.toAllow({ principal: 'Player', policies: [policy] }, 'iam:CreateAccessKey', 'Ann');
    const nameless = document(statement('iam:CreateUser', '*', { Condition: { Null: { 'aws:username': 'true' } } }));
    expect(access).toAllow({ principal: 'Player', policies: [nameless] }, 'iam:CreateUser', 'Ann');
    expect(access).not.toAllow({ principal: 'Ann', policies: [nameless] }, 'iam:CreateUser', 'Ann');
  });
});
