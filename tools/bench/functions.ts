import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Stack, type CfnElement } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { HandlerBundle, handlersIn } from '../../lib/constructs/serverless/handler-bundle';
import { median, runs } from './measure';

export const functionHeading = ['function', 'bundle', 'load', "CDK's defaults: bundle", 'load'];

/** The entry file of every function. */
export const functionFiles = (): string[] =>
  readdirSync('lambda').flatMap((folder) => handlersIn(join('lambda', folder)));

/**
 * Size of each bundle and the time Node.js takes to load it, the SDK included, less the start of Node.js itself; and the same of the
 * same function as `NodejsFunction` bundles it when it is told nothing.
 */
export function functionTable(times: number): string[][] {
  const entries = functionFiles();
  HandlerBundle.prepare(entries);
  const plain = bundledByDefault(entries);
  return entries.map((entry) => [
    entry.replaceAll('\\', '/'),
    ...sizeAndLoad(join(new HandlerBundle(entry).folder(), 'index.js'), times),
    ...sizeAndLoad(plain.get(entry)!, times),
  ]);
}

/** Where the CDK put the bundle of each entry. */
function bundledByDefault(entries: readonly string[]): ReadonlyMap<string, string> {
  const app = new App({
    outdir: resolve('.cache', 'bench', 'out', 'defaults'),
    context: { 'aws:cdk:enable-asset-metadata': true },
  });
  const stack = new Stack(app, 'Defaults');
  const ids = entries.map((entry, i) => {
    const { node } = new NodejsFunction(stack, `Function${i}`, { entry, runtime: Runtime.NODEJS_24_X });
    return stack.getLogicalId(node.defaultChild as CfnElement);
  });
  const assembly = app.synth();
  const { Resources } = assembly.getStackByName(stack.stackName).template as {
    Resources: Readonly<Record<string, { readonly Metadata: Readonly<Record<string, string>> }>>;
  };
  return new Map(
    entries.map((entry, i) => [
      entry,
      join(assembly.directory, Resources[ids[i]].Metadata['aws:asset:path'], 'index.js'),
    ]),
  );
}

function sizeAndLoad(bundle: string, times: number): string[] {
  // A handler reads its environment at the end of its start: it is given values, and may refuse one, loaded as it is.
  const script = `
      process.env = new Proxy(process.env, { get: (env, name) => env[name] ?? (/^(NODE|AWS|POWERTOOLS|_|.*[^A-Z_])/.test(String(name)) ? undefined : '1') });
      const begun = performance.now();
      try { require(${JSON.stringify(bundle)}); } catch (error) { if ((error.constructor !== Error && error.name !== "$ZodError") || error.code) throw error; }
      process.stdout.write(String(performance.now() - begun));`;
  const command = { words: ['node', '--eval', script], env: { NODE_PATH: resolve('node_modules') } };
  const load = median(runs(command, times).map(({ output }) => Number(output)));
  return [`${(statSync(bundle).size / 1024).toFixed(0)} KB`, `${load.toFixed(0)} ms`];
}
