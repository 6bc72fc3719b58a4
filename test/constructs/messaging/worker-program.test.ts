import { readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { WorkerProgram } from '../../../lib/constructs/messaging/worker-program';

const entry = join(__dirname, '../../../lambda/worker-tier/run.ts');

describe('WorkerProgram', () => {
  test('is one file with all its libraries in it, the SDK too, as there is nothing on an instance', () => {
    const app = new App();
    WorkerProgram.bundled(entry).asset(new Stack(app, 'Stack'), 'Program');
    const { directory } = app.synth();
    const [asset] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
    expect(asset).toMatch(/\.js$/);
    const code = readFileSync(join(directory, asset), 'utf8');
    const outside = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
    // The SDK asks whether this one is there, and does without it.
    const optional = '@aws-sdk/signature-v4-crt';
    expect(outside.filter((name) => !isBuiltin(name) && name !== optional)).toEqual([]);
    expect(code).toContain('SetInstanceProtection');
    expect(code.length).toBeLessThan(1_500_000);
  });
});
