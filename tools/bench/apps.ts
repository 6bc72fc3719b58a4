import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../lib/catalogue';

/** Apps to measure against are written here, beside the caches, so that they find node_modules. */
const folder = resolve('.cache', 'bench');

/** The same app compiled ahead of time: every TypeScript file of bin, lib and lambda turned into JavaScript in a copy of the tree. */
export function compiledApp(): string {
  const target = join(folder, 'compiled');
  rmSync(target, { recursive: true, force: true });
  for (const room of ['bin', 'lib', 'lambda']) {
    cpSync(room, join(target, room), { recursive: true });
    for (const file of readdirSync(join(target, room), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = join(target, room, file);
      const { code } = transformSync(readFileSync(source, 'utf8'), { loader: 'ts', format: 'cjs', target: 'node20' });
      writeFileSync(source.replace(/\.ts$/, '.js'), code);
    }
  }
  cpSync('cdk.json', join(target, 'cdk.json'));
  return join(target, 'bin', 'app.js');
}

/**
 * A plain app: these architectures and the same rule packs; no catalogue, no settings, no bundling.
 *
 * @param copies names of architectures, one stack for each entry
 * @param packs whether the rule packs are registered
 */
export function plainApp(file: string, copies: readonly string[], packs = true): string {
  const from = (module: string) => relative(folder, resolve(module)).replaceAll('\\', '/');
  const classOf = (name: string) => catalogue.find((entry) => entry.name === name)!.load().name;
  const kinds = [...new Set(copies)];
  const stacks = copies.map((name, i) => {
    const id = copies.indexOf(name) === i ? name : `${name}-${i}`;
    return `new ${classOf(name)}(app, '${id}', { profile: profiles.sandbox, settings: {} });`;
  });
  const lines = [
    `import { App, Validations } from 'aws-cdk-lib';`,
    ...(packs ? [`import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';`] : []),
    `import { context } from '${from('cdk.json')}';`,
    `import { profiles } from '${from('lib/profile')}';`,
    ...kinds.map((name) => `import { ${classOf(name)} } from '${from(`lib/architectures/${name}/${name}-stack`)}';`),
    `const app = new App({ context, postCliContext: { 'aws:cdk:bundling-stacks': [] } });`,
    ...(packs ? [`Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));`] : []),
    ...stacks,
    `app.synth();`,
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), lines.join('\n'));
  return join(folder, file);
}
