import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../../lib/catalogue';
import { run } from '../../../tools/access';
import { arn, resource, role, statement, template } from './templates';

const said: string[] = [];
const complained: string[] = [];
beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  jest.spyOn(console, 'error').mockImplementation((text: string) => void complained.push(text));
});
afterEach(() => {
  jest.restoreAllMocks();
  said.length = complained.length = 0;
});

const folder = mkdtempSync(join(tmpdir(), 'groundplan-access-test-'));
const written = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const app = template({
  Queue: resource('AWS::SQS::Queue'),
  Function: resource('AWS::Lambda::Function', { Role: arn('Role') }),
  Role: role([
    statement(['sqs:SendMessage', 'sqs:GetQueueUrl'], arn('Queue')),
    statement('sqs:PurgeQueue', arn('Queue'), { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
  ]),
  Idle: role(),
});
const file = written('app.json', app);

test('a template file alone prints what every principal may do', () => {
  expect(run([file])).toBe(0);
  expect(said[0]).toBe(
    [
      'principal  may do                         on     when                                because of',
      '---------  -----------------------------  -----  ----------------------------------  ------------------------',
      'Function   sqs: SendMessage, GetQueueUrl  Queue                                      Role.Inline.Statement[0]',
      '           sqs:PurgeQueue                 Queue  aws:MultiFactorAuthPresent is true  Role.Inline.Statement[1]',
      'Idle       nothing',
    ].join('\n'),
  );
});

test('--markdown prints a table for documents, with the principal in every row', () => {
  expect(run([file, '--markdown'])).toBe(0);
  expect(said[0].split('\n').slice(0, 4)).toEqual([
    '| principal | may do | on | when | because of |',
    '| --- | --- | --- | --- | --- |',
    '| Function | sqs: SendMessage, GetQueueUrl | Queue |  | Role.Inline.Statement[0] |',
    '| Function | sqs:PurgeQueue | Queue | aws:MultiFactorAuthPresent is true | Role.Inline.Statement[1] |',
  ]);
});

test.each([
  ['sqs:SendMessage', [], 0, 'allowed: Function as Role may do sqs:SendMessage on Queue'],
  ['sqs:DeleteQueue', [], 1, 'denied: Function as Role may not do sqs:DeleteQueue on Queue'],
  ['sqs:PurgeQueue', [], 3, 'unknown: Function as Role may or may not do sqs:PurgeQueue on Queue'],
  [
    'sqs:PurgeQueue',
    ['--context', 'aws:MultiFactorAuthPresent=true'],
    0,
    'allowed: Function as Role may do sqs:PurgeQueue on Queue',
  ],
])('the question %s %j ends with %d', (action, options, code, line) => {
  expect(run([file, 'Function', action, 'Queue', ...options])).toBe(code);
  expect(said[0].split('\n')[0]).toBe(line);
});

test('a cdk.out is read with its stages, nested stacks, construct paths and accounts', () => {
  const out = join(folder, 'cdk.out');
  const stage = join(out, 'assembly-Stage');
  mkdirSync(stage, { recursive: true });
  writeFileSync(
    join(out, 'manifest.json'),
    JSON.stringify({
      artifacts: {
        Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } },
        Tree: { type: 'cdk:tree' },
      },
    }),
  );
  writeFileSync(
    join(stage, 'manifest.json'),
    JSON.stringify({
      artifacts: {
        App: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://111122223333/eu-west-1',
          properties: { templateFile: 'app.json', stackName: 'App' },
          metadata: { '/Stage/App/Jobs/Queue/Resource': [{ type: 'aws:cdk:logicalId', data: 'Queue' }] },
        },
      },
    }),
  );
  const nested = resource(
    'AWS::CloudFormation::Stack',
    { Parameters: { Arn: arn('Queue') } },
    { Metadata: { 'aws:asset:path': 'inner.json' } },
  );
  writeFileSync(
    join(stage, 'app.json'),
    JSON.stringify(template({ Queue: resource('AWS::SQS::Queue'), Inner: nested })),
  );
  writeFileSync(
    join(stage, 'inner.json'),
    JSON.stringify(
      template(
        { Worker: role([statement('sqs:SendMessage', { Ref: 'Arn' })]) },
        { Parameters: { Arn: { Type: 'String' } } },
      ),
    ),
  );
  expect(run([out, 'Worker', 'sqs:SendMessage', 'Jobs/Queue'])).toBe(0);
  expect(run([out, '111122223333', 'sqs:PurgeQueue', 'Jobs/Queue'])).toBe(0);
  expect(run([out, '444455556666', 'sqs:PurgeQueue', 'Jobs/Queue'])).toBe(1);
});

test('--account and --region say where a template goes', () => {
  expect(run([file, '111122223333', 'sqs:PurgeQueue', 'Queue'])).toBe(1);
  expect(
    run([file, '111122223333', 'sqs:PurgeQueue', 'Queue', '--account', '111122223333', '--region', 'eu-west-1']),
  ).toBe(0);
});

test('--check prints what the checks find', () => {
  expect(run([file, '--check'])).toBe(0);
  expect(said[0]).toBe('Every check holds.');
  const faulty = written('faulty.json', template({ Role: role([statement('iam:PassRole', '*')]) }));
  expect(run([faulty, '--check'])).toBe(1);
  expect(said[1]).toContain(
    'no-administration     Role  may change who may do what: iam:PassRole; leave that to deployment roles',
  );
});

test('a template without roles says so', () => {
  expect(run([written('none.json', template({ Queue: resource('AWS::SQS::Queue') }))])).toBe(0);
  expect(said).toEqual(['Nobody acts in these templates: there is no role and no user.']);
});

test('every architecture has its matrix by name, with settings', () => {
  const [{ name }] = catalogue;
  expect(run([name, 'profile=production', '--markdown'])).toBe(0);
  expect(said[0]).toContain('| principal | may do | on | when | because of |');
});

describe('one clear error and 2 for', () => {
  test.each<[string, () => string[], RegExp]>([
    ['nothing to look at', () => [], /^say what to look at:/],
    ['half a question', () => [file, 'Function', 'sqs:SendMessage'], /^say what to look at:/],
    ['an unknown option', () => [file, '--markup'], /^--markup: there is no such option/],
    ['a context without a value', () => [file, '--context', 'x'], /^--context takes key=value/],
    ['an account that is none', () => [file, '--account', '12'], /^--account 12: give 12 digits$/],
    ['a region that is none', () => [file, '--region'], /^--region : give a region such as eu-west-1$/],
    ['an unknown target', () => ['nonesuch'], /^nonesuch is neither an architecture nor a file/],
    ['an unknown setting', () => [catalogue[0].name, 'profil=production'], /did you mean profile\?/],
    [
      'settings of a file',
      () => [file, 'profile=production'],
      /settings go with an architecture, and .*app\.json is none$/,
    ],
    [
      'an unknown principal',
      () => [file, 'Functoin', 'sqs:SendMessage', 'Queue'],
      /^there is no resource Functoin; did you mean Function\?$/,
    ],
    [
      'an unknown resource',
      () => [file, 'Function', 'sqs:SendMessage', 'Queu'],
      /^there is no resource Queu; did you mean Queue\?$/,
    ],
    ['an unknown action', () => [file, 'Function', 'sqs:Send', 'Queue'], /^sqs:Send: sqs has no such action/],
    ['a file that is no JSON', () => [written('a.json', 'Resources:\n')], /a\.json is not JSON: /],
    [
      'a file that is no template',
      () => [written('b.json', {})],
      /b\.json has no Resources; is it a CloudFormation template\?$/,
    ],
    [
      'a policy that is none',
      () => [written('c.json', template({ P: resource('AWS::IAM::Policy', { Roles: ['r'], PolicyDocument: 'x' }) }))],
      /^P: the policy document is text but no JSON$/,
    ],
    [
      'an assembly without stacks',
      () => {
        const empty = join(folder, 'empty');
        mkdirSync(empty, { recursive: true });
        writeFileSync(join(empty, 'manifest.json'), '{"artifacts":{}}');
        return [empty];
      },
      /empty holds no stack; run npx cdk synth, or name a template file$/,
    ],
    [
      'a broken assembly',
      () => {
        const broken = join(folder, 'broken');
        mkdirSync(broken, { recursive: true });
        writeFileSync(join(broken, 'manifest.json'), '{');
        return [broken];
      },
      /manifest\.json is not JSON \(.*\); synthesise again$/,
    ],
  ])('%s', (_, args, message) => {
    expect(run(args())).toBe(2);
    expect(complained).toEqual([expect.stringMatching(message)]);
    expect(said).toEqual([]);
  });
});
