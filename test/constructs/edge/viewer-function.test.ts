import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Function, FunctionCode, FunctionRuntime, KeyValueStore } from 'aws-cdk-lib/aws-cloudfront';
import { EdgeData } from '../../../lib/constructs/edge/edge-data';
import { EdgeHook } from '../../../lib/constructs/edge/edge-hook';
import { viewerCode } from '../../../lib/constructs/edge/viewer-code';
import { ViewerFunction, type ViewerFunctionProps } from '../../../lib/constructs/edge/viewer-function';
import { templateOf, testStack } from '../../support/app';

const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
/** The path of a file with this text. */
function source(text: string, name = 'code.ts'): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
const plain = 'function handler(event) { return event.request; }\n';
const made = (props: Partial<ViewerFunctionProps>) =>
  new ViewerFunction(testStack(), 'Code', {
    description: 'Decides',
    code: plain,
    hook: EdgeHook.VIEWER_REQUEST,
    ...props,
  });

describe('a viewer function', () => {
  test('is published for the runtime 2.0, and reads one store of values [edge-cloudfront-function]', () => {
    const template = templateOf((stack) => {
      const data = new EdgeData(stack, 'Data', { description: 'Shares', initially: { share: '50' } });
      const props = { description: 'Decides', code: plain, hook: EdgeHook.VIEWER_REQUEST, data };
      new ViewerFunction(stack, 'Code', props);
    });
    const [store] = Object.keys(template.findResources('AWS::CloudFront::KeyValueStore'));
    template.hasResourceProperties('AWS::CloudFront::Function', {
      AutoPublish: true,
      FunctionCode: plain,
      FunctionConfig: {
        Comment: 'Decides',
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: [{ KeyValueStoreARN: { 'Fn::GetAtt': [store, 'Arn'] } }],
      },
    });
  });

  test('fails when its code has more than 10 KB, of which the CDK says nothing [edge-cloudfront-function]', () => {
    const code = `${plain}// ${'x'.repeat(10_240)}`;
    expect(() => made({ code })).toThrow(
      `Stack/Code:\n  code has ${code.length} bytes; CloudFront Functions take 10240, so put values into EdgeData, or make an EdgeRequestFunction of it`,
    );
    expect(() => new Function(testStack(), 'Plain', { code: FunctionCode.fromInline(code) })).not.toThrow();
  });

  test('fails when its code has no handler, or its hook is one of the origin', () => {
    expect(() => made({ code: 'var a = 1;', hook: EdgeHook.ORIGIN_REQUEST })).toThrow(
      'Stack/Code:\n  code has no function handler(event), which is what CloudFront calls; make it with viewerCode\n' +
        '  hook is origin-request, where only Lambda@Edge runs; make an EdgeRequestFunction of it',
    );
  });

  test('fails in the CDK when a store is read by the runtime 1.0 [edge-cloudfront-function]', () => {
    const stack = testStack();
    const keyValueStore = new KeyValueStore(stack, 'Store');
    const code = FunctionCode.fromInline(plain);
    expect(() => new Function(stack, 'Old', { code, keyValueStore, runtime: FunctionRuntime.JS_1_0 })).toThrow(
      /Key Value Stores cannot be associated to functions using the .*cloudfront-js-1.0 runtime/,
    );
  });
});

describe('values at the edge', () => {
  test('fail when a key or a value is longer than a store takes', () => {
    const initially = { ['k'.repeat(513)]: 'a', long: 'v'.repeat(1025) };
    expect(() => new EdgeData(testStack(), 'Data', { description: 'Shares', initially })).toThrow(
      'Stack/Data:\n  initially has a key of 513 bytes, kkkkkkkkkkkkkkkkkkkk…; a key takes 1 to 512\n  initially.long has 1025 bytes; a value takes 1,024',
    );
  });
});

describe('the code of a viewer function', () => {
  test('is one text with what it imports, of what its runtime knows, and without an export [edge-cloudfront-function]', () => {
    source("export const greeting = (name?: string): string => `hello ${name ?? 'you'}`;", 'core.ts');
    const code = viewerCode(
      source(
        "import cf from 'cloudfront';\nimport { greeting } from './core';\nexport async function handler(event: any) {\n  const name = await cf.kvs().get('name');\n  event.request.uri = greeting(name);\n  return event.request;\n}\n",
      ),
    );
    expect(code).toMatch(/^import cf from "cloudfront";/);
    expect(code).toContain('async function handler(event)');
    expect(code).not.toMatch(/export|\?\?|^\/\//m);
  });

  test.each([
    ['destructuring', 'const { request } = event; return request;'],
    ['for-of loops', 'for (const one of event.list) event.last = one; return event;'],
    ['class syntax', 'class A {} return new A();'],
    ['array spread', 'return [...event.list];'],
    ['default arguments', 'const f = (a = 1) => a; return f();'],
  ])(
    'fails when it uses %s, which the runtime does not know, and says where [edge-cloudfront-function]',
    (what, body) => {
      const file = source(`export function handler(event: any) {\n  ${body}\n}\n`, 'bad.ts');
      expect(() => viewerCode(file)).toThrow(
        new RegExp(`bad\\.ts:2: the runtime cloudfront-js-2\\.0 knows no ${what}; write it without`),
      );
    },
  );

  test('fails when it awaits inside an expression, which the runtime does not know [edge-cloudfront-function]', () => {
    const file = source(
      "import cf from 'cloudfront';\nexport async function handler(event: any) {\n  event.uri = String(await cf.kvs().get('a'));\n  return event;\n}\n",
    );
    expect(() => viewerCode(file)).toThrow(
      'the runtime cloudfront-js-2.0 knows no await inside an expression, as in “event.uri = String(await cf.kvs().get("a"));”; put what is awaited into a constant first',
    );
  });

  test('fails when there is no file, no handler, or an import that the runtime does not bring', () => {
    expect(() => viewerCode(join(folder, 'none.ts'))).toThrow(/no viewer function at .*none\.ts; give the path/);
    expect(() => viewerCode(source('export const other = 1;'))).toThrow('must export handler, and nothing else');
    expect(() => viewerCode(source("import fs from 'node:fs';\nexport function handler() { return fs; }"))).toThrow(
      /node:fs/,
    );
  });
});
