import { readFileSync } from 'node:fs';
import { withoutLoops } from './for-each';
import type { Template } from './stack';
import { TemplateError } from './template-error';
import { parseYaml } from './yaml';

export { TemplateError };

/**
 * Reads a template file, JSON or YAML.
 *
 * @param mayBeEmpty whether it may have no resources
 * @throws one error that names the file and what is wrong with it
 */
export function readTemplate(file: string, { mayBeEmpty = false } = {}): Template {
  const parsed = parse(file, textOf(file));
  if (!isMap(parsed)) throw new TemplateError(`${file} has no Resources; is it a CloudFormation template?`);
  const template = withoutLoops(file, parsed);
  const resources = template.Resources ?? (mayBeEmpty ? {} : undefined);
  if (!isMap(resources)) throw new TemplateError(`${file} has no Resources; is it a CloudFormation template?`);
  for (const [id, resource] of Object.entries(resources)) {
    if (id.startsWith('Fn::')) throw new TemplateError(`${file}: its resources are made by ${id}, ${expandFirst}`);
    if (!isMap(resource) || typeof resource.Type !== 'string')
      throw new TemplateError(`${file}: the resource ${id} has no Type; is it a CloudFormation template?`);
    if (!isMap(resource.Properties ?? {}))
      throw new TemplateError(`${file}: the Properties of ${id} are no object; write each as name and value`);
  }
  for (const section of ['Parameters', 'Conditions', 'Mappings', 'Outputs']) {
    if (!isMap(template[section] ?? {}))
      throw new TemplateError(`${file}: ${section} is no object; write each entry as name and value`);
  }
  return { ...template, Resources: resources } as Template;
}

/** A JSON file of a cloud assembly. */
export function readJson(file: string): unknown {
  const text = textOf(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TemplateError(`${file} is not JSON (${(error as Error).message}); synthesise again`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new TemplateError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}); name a template file`);
  }
}

function parse(file: string, text: string): unknown {
  const isJson = file.endsWith('.json') || /^\s*[{[]/.test(text);
  try {
    return isJson ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    throw new TemplateError(`${file} is not ${isJson ? 'JSON' : 'YAML'}: ${first.replace(/:$/, '')}`);
  }
}

const expandFirst =
  'which CloudFormation expands at deployment; give the template it makes (aws cloudformation get-template --template-stage Processed)';

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
