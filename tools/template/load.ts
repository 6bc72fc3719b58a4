import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { architectures } from '#architectures';
import { readAssembly } from './assembly';
import { readTemplate, TemplateError } from './read';
import type { Stack } from './stack';

/**
 * The templates a person means by a word: the name of an architecture (synthesised now), a template file in JSON or YAML, a
 * `cdk.out`, or a folder of templates.
 *
 * @param target architecture, file or folder
 * @param settings `profile=production` and the like, for an architecture
 * @throws one error that names the target and says what would do, when there is nothing to read or it is no template
 */
export function loadTemplates(target: string, settings: readonly string[] = []): Stack[] {
  if (architectures.names.includes(target)) return readAssembly(synthesised(target, settings));
  if (settings.length > 0)
    throw new TemplateError(`${settings.join(' ')}: settings go with an architecture, and ${target} is none`);
  if (!existsSync(target)) throw new TemplateError(absent(target));
  if (!statSync(target).isDirectory()) return [fileAt(target, true)];
  if (existsSync(join(target, 'manifest.json'))) return readAssembly(target);
  const files = readdirSync(target).filter((file) => ending.test(file));
  if (files.length === 0)
    throw new TemplateError(`${target} holds no *.template.json; run npx cdk synth, or name a template file`);
  return files.sort().map((file) => fileAt(join(target, file), false));
}

/** What templates are called in a folder, where other files stand beside them. */
const ending = /\.template(\.(json|ya?ml))?$/;

/** Templates of one folder refer to each other by the names of their files; one alone may be deployed under any name. */
const fileAt = (file: string, unnamed: boolean): Stack => ({
  name: basename(file).replace(/(\.template)?(\.(json|ya?ml|template))?$/, ''),
  template: readTemplate(file),
  ...(unnamed && { unnamed }),
});

function synthesised(name: string, settings: readonly string[]): string {
  try {
    return architectures.synthesise(name, settings);
  } catch (error) {
    throw new TemplateError((error as Error).message);
  }
}

function absent(target: string): string {
  const { names } = architectures;
  return names.length === 0
    ? `there is no file ${target}; name a template file or a cdk.out`
    : `${target} is neither an architecture nor a file; the architectures are ${names.join(', ')}`;
}
