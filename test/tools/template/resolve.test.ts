import { Either, Resolver } from '../../../tools/template/resolve';
import { gapsOf, hasGaps, show, split, tokens, gap } from '../../../tools/template/text';
import type { Resource, Stack, Template } from '../../../tools/template/stack';

const bucket: Resource = { Type: 'AWS::S3::Bucket' };
const stackOf = (template: Partial<Template>, more: Partial<Stack> = {}): Stack => ({
  name: 'stack',
  template: { Resources: { Bucket: bucket, ...template.Resources }, ...template },
  ...more,
});
/** A value as people read it, gaps in angle brackets. */
const resolved = (value: unknown, template: Partial<Template> = {}, more: Partial<Stack> = {}): unknown => {
  const stack = stackOf(template, more);
  return readable(new Resolver([stack]).resolve(stack, value));
};
const readable = (value: unknown): unknown =>
  JSON.parse(show(JSON.stringify(value ?? null), ({ label }) => `<${label}>`)) as unknown;

describe('references', () => {
  test.each([
    [{ Ref: 'AWS::AccountId' }, '<account>'],
    [{ Ref: 'AWS::Region' }, '<region>'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'AWS::StackName' }, 'stack'],
    [{ Ref: 'Bucket' }, '<Bucket>'],
    [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::<Bucket>'],
    [{ 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::<Bucket>'],
    [{ 'Fn::GetAtt': ['Bucket', 'WebsiteURL'] }, '<Bucket.WebsiteURL>'],
    [{ Ref: 'Elsewhere' }, '<Elsewhere>'],
  ])('%j is %j', (value, text) => {
    expect(resolved(value)).toEqual(text);
  });

  test('know the account, region and partition the stack goes to', () => {
    const arn = { 'Fn::Sub': 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q' };
    expect(resolved(arn, {}, { account: '111122223333', region: 'cn-north-1', partition: 'aws-cn' })).toBe(
      'arn:aws-cn:sqs:cn-north-1:111122223333:q',
    );
  });

  test('a stack whose name is only a file name may be deployed under any', () => {
    expect(resolved({ Ref: 'AWS::StackName' }, {}, { unnamed: true })).toBe('<stack name>');
  });

  test.each<[string, object, unknown, unknown]>([
    ['AWS::SQS::Queue', {}, 'https://sqs.<region>.amazonaws.com/<account>/<X>', 'arn:aws:sqs:<region>:<account>:<X>'],
    [
      'AWS::SQS::Queue',
      { QueueName: 'q' },
      'https://sqs.<region>.amazonaws.com/<account>/q',
      'arn:aws:sqs:<region>:<account>:q',
    ],
    ['AWS::DynamoDB::Table', { TableName: 't' }, 't', 'arn:aws:dynamodb:<region>:<account>:table/t'],
    ['AWS::Logs::LogGroup', {}, '<X>', 'arn:aws:logs:<region>:<account>:log-group:<X>:*'],
    ['AWS::Lambda::Function', {}, '<X>', 'arn:aws:lambda:<region>:<account>:function:<X>'],
    ['AWS::IAM::Role', { Path: '/service-role/' }, '<X>', 'arn:aws:iam::<account>:role/service-role/<X>'],
    ['AWS::Events::Rule', { EventBusName: 'bus', Name: 'r' }, 'r', 'arn:aws:events:<region>:<account>:rule/bus/r'],
    ['AWS::Scheduler::Schedule', { Name: 's' }, 's', 'arn:aws:scheduler:<region>:<account>:schedule/default/s'],
    ['AWS::ApiGateway::Stage', { StageName: 'live' }, 'live', '<X.Arn>'],
    ['AWS::Some::Thing', {}, '<X>', '<X.Arn>'],
  ])('%s %j is known by its Ref and its Arn', (type, Properties, ref, arn) => {
    const Resources = { X: { Type: type, Properties } } as Template['Resources'];
    expect([resolved({ Ref: 'X' }, { Resources }), resolved({ 'Fn::GetAtt': ['X', 'Arn'] }, { Resources })]).toEqual([
      ref,
      arn,
    ]);
  });

  test.each<[string, object, string]>([
    ['AWS::SNS::Topic', {}, 'arn:aws:sns:<region>:<account>:<X>'],
    ['AWS::StepFunctions::StateMachine', {}, 'arn:aws:states:<region>:<account>:stateMachine:<X>'],
    ['AWS::SecretsManager::Secret', {}, 'arn:aws:secretsmanager:<region>:<account>:secret:<X>'],
    ['AWS::SecretsManager::Secret', { Name: 's' }, 'arn:aws:secretsmanager:<region>:<account>:secret:s-<X.suffix>'],
    ['AWS::IAM::ManagedPolicy', {}, 'arn:aws:iam::<account>:policy/<X>'],
    ['AWS::Lambda::Alias', { FunctionName: 'f', Name: 'live' }, 'arn:aws:lambda:<region>:<account>:function:f:live'],
    ['AWS::ECS::TaskDefinition', { Family: 'f' }, 'arn:aws:ecs:<region>:<account>:task-definition/f:<X.revision>'],
    [
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      { Name: 'lb' },
      'arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/lb/<X.id>',
    ],
  ])('the Ref of %s %j is its ARN', (type, Properties, arn) => {
    const Resources = { X: { Type: type, Properties } } as Template['Resources'];
    expect(resolved({ Ref: 'X' }, { Resources })).toBe(arn);
  });

  test('a bucket in the namespace of its account is named by account and region', () => {
    const Properties = { BucketNamePrefix: 'papers', BucketNamespace: 'account-regional' };
    const Resources = { X: { Type: 'AWS::S3::Bucket', Properties } };
    expect(resolved({ Ref: 'X' }, { Resources })).toBe('papers-<account>-<region>-an');
    expect(resolved({ 'Fn::GetAtt': ['X', 'Arn'] }, { Resources })).toBe('arn:aws:s3:::papers-<account>-<region>-an');
  });

  test('a resource that is named after itself does not send the resolver round in circles', () => {
    const Resources = { X: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'X' } } } };
    expect(resolved({ Ref: 'X' }, { Resources })).toBe('<X>');
  });
});

describe('functions', () => {
  test.each([
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Bucket' }]] }, 'a-<Bucket>'],
    [{ 'Fn::Join': [',', { Ref: 'List' }] }, 'x,y'],
    [{ 'Fn::Sub': '${Bucket}/${!aws:username}' }, '<Bucket>/${aws:username}'],
    [{ 'Fn::Sub': ['${A}-${Bucket.Arn}', { A: 'a' }] }, 'a-arn:aws:s3:::<Bucket>'],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': ['5', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Bucket', 'Arn'] }] }] }, '<Bucket>'],
    [{ 'Fn::FindInMap': ['Map', 'one', 'two'] }, 'found'],
    [{ 'Fn::FindInMap': ['Map', 'one', 'three'] }, '<FindInMap Map,one,three>'],
    [{ 'Fn::FindInMap': ['Map', 'one', 'three', { DefaultValue: { Ref: 'Given' } }] }, 'value'],
    [{ 'Fn::FindInMap': ['Map', 'one', 'two', { DefaultValue: 'other' }] }, 'found'],
    [{ 'Fn::FindInMap': ['Gone', 'one', 'two', { DefaultValue: 'other' }] }, 'other'],
    [{ 'Fn::Length': ['a', 'b'] }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Given' } } }, '{"a":"value"}'],
    [{ 'Fn::Transform': { Name: 'X' } }, '<Transform Name:X>'.replace(':', '.')],
    [{ Ref: 'Given' }, 'value'],
    [{ Ref: 'Open' }, '<Open>'],
    [{ Ref: 'Stored' }, '<Stored>'],
    ['{{resolve:secretsmanager:s:SecretString}}x', '<resolve secretsmanager.s.SecretString>x'],
    [
      ['a', { Ref: 'AWS::NoValue' }, 'b'],
      ['a', 'b'],
    ],
    [{ a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ])('%j is %j', (value, expected) => {
    const template = {
      Mappings: { Map: { one: { two: 'found' } } },
      Parameters: {
        Given: { Type: 'String', Default: 'value' },
        List: { Type: 'CommaDelimitedList', Default: 'x,y' },
        Open: { Type: 'String' },
        Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/path' },
      },
    };
    expect(resolved(value, template)).toEqual(expected);
  });

  test('values of parameters can be given', () => {
    const Parameters = { Open: { Type: 'String' } };
    expect(resolved({ Ref: 'Open' }, { Parameters }, { parameters: { Open: 'x' } })).toBe('x');
  });
});

describe('conditions', () => {
  const equals = (left: unknown, right: unknown) => ({ 'Fn::Equals': [left, right] });
  const Conditions = {
    Yes: equals({ Ref: 'Stage' }, 'prod'),
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Open: equals({ Ref: 'AWS::Region' }, 'eu-west-1'),
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'Open' }] },
    Neither: { 'Fn::And': [{ Condition: 'No' }, { Condition: 'Open' }] },
    Some: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'Open' }] },
    Perhaps: { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Open' }] },
    None: { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'No' }] },
    All: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'Yes' }] },
    NotOpen: { 'Fn::Not': [{ Condition: 'Open' }] },
  };
  const template = { Conditions, Parameters: { Stage: { Type: 'String', Default: 'prod' } } };
  const stack = stackOf(template);
  const resolver = new Resolver([stack]);

  test.each([
    ['Yes', true],
    ['No', false],
    ['Open', undefined],
    ['Both', undefined],
    ['Neither', false],
    ['Some', true],
    ['Perhaps', undefined],
    ['None', false],
    ['All', true],
    ['NotOpen', undefined],
    ['Missing', undefined],
  ])('%s is %s', (name, holds) => {
    expect(resolver.condition(stack, name)).toBe(holds);
  });

  test('choose between values, as far as they are decided', () => {
    const choice = (name: string, ...values: unknown[]) => resolver.resolve(stack, { 'Fn::If': [name, ...values] });
    expect(choice('Yes', 'a', 'b')).toBe('a');
    expect(choice('No', 'a', { Ref: 'AWS::NoValue' })).toBeUndefined();
    expect(choice('Open', 'a', 'a')).toBe('a');
    expect(hasGaps(String(choice('Open', 'a', 'b')))).toBe(true);
    expect(choice('Open', { a: 1 }, { Ref: 'AWS::NoValue' })).toEqual(new Either('Open', { a: 1 }, undefined));
  });

  test('decide whether a resource is made', () => {
    const made = (Condition?: string) => resolver.exists(stack, { ...bucket, ...(Condition && { Condition }) });
    expect([made(), made('Yes'), made('No'), made('Open')]).toEqual([true, true, false, undefined]);
  });
});

describe('several stacks', () => {
  const producer: Stack = {
    name: 'producer',
    template: {
      Resources: { Bucket: bucket },
      Outputs: { Out: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] }, Export: { Name: 'shared' } } as never },
    },
  };
  const consumer: Stack = { name: 'consumer', template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } } };
  const resolver = new Resolver([producer, consumer]);

  test('import what another exports, and read what it puts out', () => {
    expect(show(String(resolver.resolve(consumer, { 'Fn::ImportValue': 'shared' })))).toBe('arn:aws:s3:::<Bucket>');
    const output = {
      'Fn::GetStackOutput': { StackName: 'producer', OutputName: 'Out', Region: { Ref: 'AWS::Region' } },
    };
    expect(show(String(resolver.resolve(consumer, output)))).toBe('arn:aws:s3:::<Bucket>');
    expect(show(String(resolver.resolve(consumer, { 'Fn::ImportValue': 'missing' })))).toBe('<ImportValue missing>');
  });

  test('hand values down to nested ones and take their outputs', () => {
    const outer: Stack = {
      name: 'outer',
      template: {
        Resources: {
          Bucket: bucket,
          Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Name: { Ref: 'Bucket' } } } },
        },
      },
    };
    const inner: Stack = {
      name: 'outer-Inner',
      nestedIn: { stack: 'outer', logicalId: 'Inner' },
      template: {
        Resources: {},
        Parameters: { Name: { Type: 'String' } },
        Outputs: { Back: { Value: { 'Fn::Sub': '${Name}-x' } } },
      },
    };
    const nested = new Resolver([outer, inner]);
    expect(show(String(nested.resolve(inner, { Ref: 'Name' })))).toBe('<Bucket>');
    expect(show(String(nested.resolve(outer, { 'Fn::GetAtt': ['Inner', 'Outputs.Back'] })))).toBe('<Bucket>-x');
  });

  test('with equal logical ids are told apart', () => {
    const other = { ...producer, name: 'other' };
    const both = new Resolver([producer, other]);
    const names = [producer, other].map((stack) => both.identity(stack, 'Bucket').name);
    expect(names.map((name) => show(name))).toEqual(['<producer.Bucket>', '<other.Bucket>']);
  });
});

describe('text with gaps', () => {
  const text = `a:${gap('name', 'X:Y')}:b`;

  test('is cut outside the gaps only', () => {
    expect(split(text, ':').map((part) => show(part))).toEqual(['a', '<X.Y>', 'b']);
    expect(split(gap('unknown', 'a/b') + '/c', '/')).toHaveLength(2);
    expect(split('a/b', '/')).toEqual(['a', 'b']);
  });

  test('falls into characters and gaps', () => {
    expect(tokens(text).map((token) => show(token))).toEqual(['a', ':', '<X.Y>', ':', 'b']);
    expect(gapsOf(text)).toEqual([{ kind: 'name', label: 'X.Y' }]);
    expect(gapsOf(gap('name', 'X', 'stack-'))).toEqual([{ kind: 'name', label: 'X', prefix: 'stack-' }]);
  });
});
