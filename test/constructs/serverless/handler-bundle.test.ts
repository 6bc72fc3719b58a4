import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { HandlerBundle, handlersIn } from '../../../lib/constructs/serverless/handler-bundle';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'groundplan-bundle-')));
  writeFileSync(at('package.json'), '{}');
  mkdirSync(at('lambda/greeter'), { recursive: true });
  writeFileSync(at('lambda/greeter/words.ts'), `export const greeting: string = 'hello';`);
  writeFileSync(
    at('lambda/greeter/greet.ts'),
    `import { S3Client } from '@aws-sdk/client-s3';\nimport { greeting } from './words';\nexport const handler = async () => [greeting, S3Client];`,
  );
  writeFileSync(at('lambda/greeter/count.ts'), `export async function handler(): Promise<number> { return 1; }`);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (path: string) => join(folder, ...path.split('/'));
const greet = () => at('lambda/greeter/greet.ts');
const bundle = () => at('.cache/handlers/lambda-greeter-greet/index.js');
const assetOf = (context: object = {}) => {
  const app = new App({ outdir: at('out'), context: { ...context } });
  const stack = new Stack(app, 'Stack');
  new Function(stack, 'Function', {
    code: new HandlerBundle(greet()),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  app.synth();
  const [asset] = readdirSync(at('out')).filter((name) => name.startsWith('asset.'));
  return at(`out/${asset}`);
};

describe('HandlerBundle', () => {
  test('the asset of a function is its bundle, small, with a source map, and without the SDK [serverless-packaging]', () => {
    const asset = assetOf();
    expect(readdirSync(asset).sort()).toEqual(['index.js', 'index.js.map']);
    const code = readFileSync(join(asset, 'index.js'), 'utf8');
    expect(code).toContain('hello');
    expect(code).toContain('require("@aws-sdk/client-s3")');
    expect(statSync(join(asset, 'index.js')).size).toBeLessThan(2000);
  });

  test('all entries are bundled in one run, each into a folder of its own', () => {
    HandlerBundle.prepare(handlersIn(at('lambda/greeter')));
    expect(readdirSync(at('.cache/handlers')).sort()).toEqual([
      'lambda-greeter-count',
      'lambda-greeter-count.origin.json',
      'lambda-greeter-greet',
      'lambda-greeter-greet.origin.json',
    ]);
  });

  test('only files that export a handler are entries', () => {
    expect(handlersIn(at('lambda/greeter')).sort()).toEqual([at('lambda/greeter/count.ts'), greet()]);
    expect(handlersIn('nowhere')).toEqual([]);
  });

  describe('is made again', () => {
    /** Whether a second preparation writes the bundle anew after `change`. */
    const remadeAfter = (change: () => void): boolean => {
      HandlerBundle.prepare([greet()]);
      writeFileSync(bundle(), 'untouched');
      change();
      HandlerBundle.prepare([greet()]);
      return readFileSync(bundle(), 'utf8') !== 'untouched';
    };

    test('when a source file changes, an imported one included', () => {
      expect(
        remadeAfter(() => writeFileSync(at('lambda/greeter/words.ts'), `export const greeting = 'good day';`)),
      ).toBe(true);
      expect(readFileSync(bundle(), 'utf8')).toContain('good day');
    });

    test("when a source file goes away, and the error is the bundler's", () => {
      HandlerBundle.prepare([greet()]);
      rmSync(at('lambda/greeter/words.ts'));
      expect(() => HandlerBundle.prepare([greet()])).toThrow('Could not resolve "./words"');
    });

    test('when the bundle itself is gone', () => {
      HandlerBundle.prepare([greet()]);
      rmSync(bundle());
      HandlerBundle.prepare([greet()]);
      expect(existsSync(bundle())).toBe(true);
    });

    test('not when nothing changed, or another handler did', () => {
      expect(remadeAfter(() => undefined)).toBe(false);
      expect(remadeAfter(() => writeFileSync(at('lambda/greeter/count.ts'), `export const handler = () => 2;`))).toBe(
        false,
      );
    });
  });

  test('a stack that needs no bundling gets the sources, and nothing is built', () => {
    const asset = assetOf({ 'aws:cdk:bundling-stacks': [] });
    expect(readdirSync(asset)).toContain('greet.ts');
    expect(existsSync(at('.cache'))).toBe(false);
  });

  test('a failed build leaves no half-made bundle', () => {
    writeFileSync(greet(), 'export const handler = (;');
    expect(() => HandlerBundle.prepare([greet()])).toThrow('Unexpected ";"');
    expect(existsSync(bundle())).toBe(false);
  });

  test('fails when there is no such entry, with its path and what to give', () => {
    expect(() => new HandlerBundle(at('lambda/none.ts'))).toThrow(
      `no handler at ${at('lambda/none.ts')}; give the path of a TypeScript file that exports handler`,
    );
  });
});
