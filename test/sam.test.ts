import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { synthesised, type CfnTemplate } from './support/architecture';
import { readCdk, readSam, samTemplate, writtenInSam } from './support/sam';

// In the place of its code a function of the CDK has the path of the file it is bundled from.
jest.mock('../lib/handlers', () => {
  const { Code } = jest.requireActual<typeof import('aws-cdk-lib/aws-lambda')>('aws-cdk-lib/aws-lambda');
  const handlerCode = (folder: string, name: string) => Code.fromInline(`lambda/${folder}/${name}.ts`);
  return { ...jest.requireActual<typeof import('../lib/handlers')>('../lib/handlers'), handlerCode };
});

/** Not kept for other tests, whose functions have code. */
const cdkTemplate = (name: string): CfnTemplate => synthesised(name, {}, { context: {} })[name];

describe.each(writtenInSam)('%s in SAM', (name) => {
  const sam = readSam(name);
  const template = samTemplate(name);
  const cdk = cdkTemplate(name);
  const same = readCdk(cdk);
  const only = (of: { Resources: object }, type: string): any => {
    const found = Object.values<any>(of.Resources).filter(({ Type }) => Type === type);
    expect(found).toHaveLength(1);
    return found[0].Properties;
  };

  test('is marked by the transform, and holds functions, an API and rights in the words of SAM, and plain CloudFormation beside them [serverless-sam-template]', () => {
    expect(template.Transform).toBe('AWS::Serverless-2016-10-31');
    const types = new Set(Object.values<any>(template.Resources).map(({ Type }) => Type as string));
    const words = [...types].filter((type) => type.startsWith('AWS::Serverless::')).sort();
    expect(words).toEqual(['AWS::Serverless::Api', 'AWS::Serverless::Function']);
    expect(types).toContain('AWS::DynamoDB::GlobalTable');
    for (const rights of Object.values(sam.rights)) expect(rights).not.toEqual([]);
  });

  test('has the same functions, of the same files, with the same size, time and variables, and asks them as often [serverless-sam-template]', () => {
    expect(Object.keys(sam.functions).length).toBeGreaterThan(3);
    expect(sam.functions).toEqual(same.functions);
  });

  test('lets each function do the same, besides logs, traces and its failures, which SAM adds by itself [serverless-sam-template]', () => {
    expect(sam.rights).toEqual(same.rights);
  });

  test('answers the same methods with the same functions, to whoever has a key, and asks for the same bodies [serverless-sam-template]', () => {
    expect(Object.keys(sam.routes).length).toBeGreaterThan(3);
    expect(sam.routes).toEqual(same.routes);
    const { Auth, Description } = only(template, 'AWS::Serverless::Api');
    const { Quota, Throttle } = only(cdk, 'AWS::ApiGateway::UsagePlan');
    expect(Auth).toMatchObject({ ApiKeyRequired: true, UsagePlan: { Quota, Throttle } });
    expect(Description).toBe(only(cdk, 'AWS::ApiGateway::RestApi').Description);
  });

  test('has the same parts hear of the same events on a bus, and loses none [serverless-sam-template]', () => {
    expect(sam.heard).toEqual(same.heard);
  });

  test('keeps the same in the same tables, buckets and queues [serverless-sam-template]', () => {
    expect(sam.kept).toEqual(same.kept);
    expect(Object.keys(sam.kept).filter((store) => store.startsWith('nothing'))).toEqual([]);
  });
});

test('the last stage of an application that evolves is in SAM too, with its routes on the bus', () => {
  expect(writtenInSam).toContain('application-evolution');
  expect(readSam('application-evolution').heard).toHaveLength(4);
});

describe('docs/sam.md', () => {
  const page = readFileSync('docs/sam.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `sam'));

  test.each([
    'init',
    'build',
    'local invoke',
    'local start-api',
    'logs',
    'traces',
    'sync',
    'validate',
    'package',
    'deploy',
    'delete',
    'publish',
    'pipeline',
  ])('says what takes the place of sam %s [serverless-sam-workflow]', (command) => {
    const row = rows.find((line) => line.startsWith(`| \`sam ${command}`));
    expect(row?.split('|')[2].trim()).toMatch(/\w/);
  });

  test('names no script that there is not', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...page.matchAll(/npm (?:run )?([\w-]+)/g)].map(([, script]) => script);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in scripts) && !['publish'].includes(script))).toEqual([]);
  });
});

describe('.github/workflows/deploy.yml', () => {
  const { on, permissions, jobs } = parse(readFileSync('.github/workflows/deploy.yml', 'utf8'));

  test('deploys what somebody asked for, after every check, without a key that is kept [serverless-sam-workflow]', () => {
    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs.check.steps.flatMap(({ run }: any) => run ?? [])).toEqual(['npm ci', 'npm test', 'npm run check']);
    expect(jobs.deploy).toMatchObject({ needs: 'check', permissions: { contents: 'read', 'id-token': 'write' } });
    const words = JSON.stringify(jobs);
    expect(words).not.toMatch(/secrets\.|access-key/);
    // What somebody typed reaches a shell as a variable, never as a part of its text.
    for (const { run = '' } of jobs.deploy.steps) expect(run).not.toContain('${{');
  });
});
