import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack as CdkStack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { loadTemplates } from '../../../tools/template/load';
import { linked } from '../../../tools/template/nesting';
import { pathOf, type Stack } from '../../../tools/template/stack';

const folder = mkdtempSync(join(tmpdir(), 'groundplan-load-'));
const file = (name: string, text: string) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const template = '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}';

describe('loadTemplates', () => {
  test('synthesises an architecture with the settings given', () => {
    const [{ name, template: made }] = loadTemplates('orders-api', ['profile=production']);
    expect(name).toBe('orders-api');
    expect(Object.values(made.Resources).some(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toBe(true);
  });

  test('reads a template file, or every template of a folder', () => {
    const one = file('many/b.template.json', template);
    file('many/a.template.yaml', 'Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n');
    file('many/c.template', template);
    file('many/notes.json', '{}');
    expect(loadTemplates(one)).toEqual([{ name: 'b', unnamed: true, template: JSON.parse(template) as unknown }]);
    expect(loadTemplates(join(folder, 'many')).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('reads a cdk.out with stages and nested stacks, whether or not metadata leads to their files', () => {
    file(
      'out/manifest.json',
      '{"artifacts":{"S":{"type":"cdk:cloud-assembly","properties":{"directoryName":"stage"}}}}',
    );
    file(
      'out/stage/manifest.json',
      `{"artifacts":{"App":{"type":"aws:cloudformation:stack","environment":"aws://111122223333/eu-west-1",
        "properties":{"templateFile":"app.template.json","stackName":"Shop"}}}}`,
    );
    const nested = (metadata: string) => `{"Type":"AWS::CloudFormation::Stack","Metadata":{${metadata}}}`;
    file(
      'out/stage/app.template.json',
      `{"Resources":{"Known":${nested('"aws:asset:path":"known.nested.template.json"')},
        "Placed":${nested('"aws:cdk:path":"S/App/Placed.NestedStack/Placed.NestedStackResource"')}}}`,
    );
    file('out/stage/known.nested.template.json', template);
    file(
      'out/stage/loose.nested.template.json',
      '{"Resources":{"T":{"Type":"AWS::SNS::Topic","Metadata":{"aws:cdk:path":"S/App/Placed/T/Resource"}}}}',
    );
    const stacks = linked(loadTemplates(join(folder, 'out')));
    expect(stacks.map(({ name, account, nestedIn }) => [name, account, nestedIn?.logicalId])).toEqual([
      ['Shop', '111122223333', undefined],
      ['Shop-Known', '111122223333', 'Known'],
      ['loose.nested', undefined, 'Placed'],
    ]);
  });

  test.each([
    ['words.yaml', 'just words', 'has no Resources; is it a CloudFormation template?'],
    ['broken.yaml', 'Resources: {\n', 'broken.yaml is not YAML: '],
    ['twice.yaml', 'Resources:\n  A: 1\n  A: 2\n', 'twice.yaml is not YAML: Map keys must be unique'],
    ['broken.json', 'Resources:', 'broken.json is not JSON: '],
    ['list.json', '[]', 'has no Resources; is it a CloudFormation template?'],
    ['lists.json', '{"Resources":[]}', 'has no Resources; is it a CloudFormation template?'],
    ['typeless.json', '{"Resources":{"Topic":{}}}', 'the resource Topic has no Type; is it a CloudFormation template?'],
    ['text.json', '{"Resources":{"T":{"Type":"X","Properties":"a"}}}', 'the Properties of T are no object'],
    ['section.json', '{"Parameters":[],"Resources":{}}', 'Parameters is no object; write each entry as name and value'],
    [
      'loop.yaml',
      'Parameters: {Names: {Type: CommaDelimitedList}}\nResources: {Fn::ForEach::Topics: [N, !Ref Names, {"T${N}": {Type: T}}]}\n',
      'loop.yaml: Fn::ForEach::Topics goes over {"Ref":"Names"}, which only the deployment knows; give the parameter a default, or ' +
        'give the template CloudFormation makes of it (aws cloudformation get-template --template-stage Processed)',
    ],
    [
      'stored.yaml',
      'Parameters: {Names: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /names}}\n' +
        'Resources: {Fn::ForEach::Topics: [N, [!Ref Names], {"T${N}": {Type: T}}]}\n',
      'stored.yaml: Fn::ForEach::Topics goes over [{"Ref":"Names"}], which only the deployment knows',
    ],
    [
      'noloop.yaml',
      'Resources: {Fn::ForEach::Topics: [N, [A, B]]}\n',
      'noloop.yaml: Fn::ForEach::Topics is no loop; write [name of the item, list of items, what to make]',
    ],
    [
      'same.yaml',
      'Resources: {Fn::ForEach::Topics: [N, [A, B], {Topic: {Type: T}}]}\n',
      'same.yaml: Fn::ForEach::Topics makes Topic a second time; put the item into its name',
    ],
    [
      'included.yaml',
      'Resources: {Fn::Transform: {Name: AWS::Include}}\n',
      'included.yaml: its resources are made by Fn::Transform, which CloudFormation expands at deployment',
    ],
  ])('fails on %s', (name, text, fault) => {
    expect(() => loadTemplates(file(name, text))).toThrow(fault);
  });

  test('fails on a folder without templates, on settings of a file, and on nothing at all', () => {
    const empty = mkdtempSync(join(tmpdir(), 'groundplan-empty-'));
    expect(() => loadTemplates(empty)).toThrow(
      `${empty} holds no *.template.json; run npx cdk synth, or name a template file`,
    );
    const one = file('one.json', template);
    expect(() => loadTemplates(one, ['profile=production'])).toThrow(
      `profile=production: settings go with an architecture, and ${one} is none`,
    );
    expect(() => loadTemplates('oders-api')).toThrow(
      'oders-api is neither an architecture nor a file; the architectures are',
    );
  });
});

describe('YAML', () => {
  const read = (value: string): unknown =>
    loadTemplates(file('value.yaml', `Resources:\n  R:\n    Type: T\n    Properties:\n      V: ${value}\n`))[0].template
      .Resources.R.Properties!.V;

  test.each([
    ['!Ref Bucket', { Ref: 'Bucket' }],
    ['!GetAtt Nested.Outputs.Arn', { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] }],
    ['!GetAtt [Bucket, Arn]', { 'Fn::GetAtt': ['Bucket', 'Arn'] }],
    ['!Sub "${A}-x"', { 'Fn::Sub': '${A}-x' }],
    ['!Sub ["${A}-x", {A: !Ref B}]', { 'Fn::Sub': ['${A}-x', { A: { Ref: 'B' } }] }],
    ['!Join ["", [a, !GetAtt B.Arn]]', { 'Fn::Join': ['', ['a', { 'Fn::GetAtt': ['B', 'Arn'] }]] }],
    ['!Select [0, !GetAZs ""]', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
    ['!If [Yes, 1, !Ref AWS::NoValue]', { 'Fn::If': ['Yes', 1, { Ref: 'AWS::NoValue' }] }],
    ['!Not [!Condition Prod]', { 'Fn::Not': [{ Condition: 'Prod' }] }],
    [
      '!Transform {Name: Include, Parameters: {Location: x}}',
      { 'Fn::Transform': { Name: 'Include', Parameters: { Location: 'x' } } },
    ],
    ['!Cidr [!GetAtt V.CidrBlock, 4, 8]', { 'Fn::Cidr': [{ 'Fn::GetAtt': ['V', 'CidrBlock'] }, 4, 8] }],
    ['{Fn::ImportValue: !Sub "${N}-vpc"}', { 'Fn::ImportValue': { 'Fn::Sub': '${N}-vpc' } }],
    ['2012-10-17', '2012-10-17'],
    ['true', true],
    ['"443"', '443'],
    ['443', 443],
    ['!Nobody x', 'x'],
  ])('%s is read as its long form', (short, long) => {
    expect(read(short)).toEqual(long);
  });
});

describe('loops', () => {
  const read = (text: string) => loadTemplates(file('loops.yaml', text))[0].template;

  test('make what they hold once for each item, names, references and texts too', () => {
    const { Resources, Outputs } = read(`
Parameters:
  More: { Type: CommaDelimitedList, Default: "eu-1, eu-2" }
Resources:
  Fn::ForEach::Queues:
    - Name
    - [orders, !Ref More]
    - "Queue&{Name}":
        Type: AWS::SQS::Queue
        Properties: { QueueName: !Ref Name, Tags: [{ Key: of, Value: !Sub "\${Name} in \${AWS::Region}" }] }
Outputs:
  Fn::ForEach::Arns: [Name, [orders], { "Arn\${Name}": { Value: !GetAtt ["Queue\${Name}", Arn] } }]
`);
    expect(Object.keys(Resources)).toEqual(['Queueorders', 'Queueeu1', 'Queueeu2']);
    expect(Resources.Queueeu2.Properties).toEqual({
      QueueName: 'eu-2',
      Tags: [{ Key: 'of', Value: { 'Fn::Sub': 'eu-2 in \${AWS::Region}' } }],
    });
    expect(Outputs).toEqual({ Arnorders: { Value: { 'Fn::GetAtt': ['Queueorders', 'Arn'] } } });
  });

  test('stand inside each other, and within properties', () => {
    const { Resources } = read(`
Resources:
  Fn::ForEach::Zones:
    - Zone
    - [a, b]
    - Fn::ForEach::Kinds:
        - Kind
        - [x, y]
        - "Host\${Zone}\${Kind}":
            Type: AWS::EC2::Instance
            Properties:
              Fn::ForEach::Sizes: [Of, [Minimum, Maximum], { "\${Of}Size": !Ref Kind }]
              Image: !Ref Other
`);
    expect(Object.keys(Resources)).toEqual(['Hostax', 'Hostay', 'Hostbx', 'Hostby']);
    expect(Resources.Hostby.Properties).toEqual({ MinimumSize: 'y', MaximumSize: 'y', Image: { Ref: 'Other' } });
  });
});

test('stacks nested in each other may use a logical id twice, each for a construct of its own', () => {
  const app = new App({ outdir: join(folder, 'twice'), context: { 'aws:cdk:enable-asset-metadata': true } });
  const outer = new CdkStack(app, 'Outer');
  const inner = new NestedStack(outer, 'Inner');
  const innermost = new NestedStack(inner, 'Inner');
  for (const scope of [outer, inner, innermost]) new Topic(scope, 'Told');
  app.synth();
  const paths = loadTemplates(join(folder, 'twice')).map((stack) => {
    const [id] = Object.entries(stack.template.Resources).find(([, { Type }]) => Type === 'AWS::SNS::Topic')!;
    return [id, stack.paths?.get(id)];
  });
  const id = paths[0][0];
  expect(paths).toEqual([
    [id, 'Outer/Told/Resource'],
    [id, 'Outer/Inner/Told/Resource'],
    [id, 'Outer/Inner/Inner/Told/Resource'],
  ]);
});

describe('nested stacks are found', () => {
  const outer = (metadata: object): Stack => ({
    name: 'outer',
    template: { Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Metadata: { ...metadata } } } },
  });
  const inner = (name: string, path?: string): Stack => ({
    name,
    template: { Resources: { Topic: { Type: 'AWS::SNS::Topic', Metadata: { 'aws:cdk:path': path } } } },
  });
  const found = (...stacks: Stack[]) => linked(stacks)[1].nestedIn;

  test.each([
    ['by the file of their template', outer({ 'aws:asset:path': 'x.template.json' }), inner('x')],
    ['by the logical id', outer({}), inner('Inner')],
    ['by where their constructs stand', outer({ 'aws:cdk:path': 'A/Inner.NestedStack/R' }), inner('y', 'A/Inner/T')],
  ])('%s', (_, one, other) => {
    expect(found(one, other)).toEqual({ stack: 'outer', logicalId: 'Inner' });
  });

  test('and nothing else is taken for one', () => {
    expect(found(outer({ 'aws:cdk:path': 'A/Inner.NestedStack/R' }), inner('y', 'A/InnerTwo/T'))).toBeUndefined();
    expect(found(outer({}), { ...inner('Inner'), nestedIn: { stack: 'z', logicalId: 'I' } })).toEqual({
      stack: 'z',
      logicalId: 'I',
    });
  });
});

test('a resource is named by its place in the construct tree where that is known', () => {
  expect(
    pathOf('TopicBFC7AF6E', { Type: 'AWS::SNS::Topic', Metadata: { 'aws:cdk:path': 'Stack/Topic/Resource' } }),
  ).toBe('Stack/Topic');
  expect(pathOf('Topic', { Type: 'AWS::SNS::Topic' })).toBe('Topic');
});
