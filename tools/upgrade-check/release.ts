import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { architectures } from '#architectures';
import type { ProfileName } from '../../lib/profile';
import { loadTemplates } from '../template/load';
import type { Template } from '../template/stack';

/** The templates of one state of the repository. */
export interface Release {
  readonly version: string;
  /** By architecture, then profile, then stack. */
  readonly templates: Readonly<Record<string, Readonly<Record<ProfileName, Readonly<Record<string, Template>>>>>>;
}

const folder = join('docs', 'upgrades');
const suffix = '.templates.json.gz';

/** What every architecture is synthesised to today. */
export function today(version: string): Release {
  const templates = architectures.names.map((name) => {
    const byProfile = architectures.profiles.map((profile) => {
      const stacks = loadTemplates(name, [`profile=${profile}`]).map(({ name: stack, template }) => [
        stack,
        normalised(template),
      ]);
      return [profile, Object.fromEntries(stacks) as unknown];
    });
    return [name, Object.fromEntries(byProfile) as unknown];
  });
  return { version, templates: Object.fromEntries(templates) as Release['templates'] };
}

/** Every release kept, oldest first. */
export function releases(): Release[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString()) as Release);
}

/** Keeps a release; the same templates give the same bytes. */
export function keep(release: Release): string {
  const file = join(folder, `${release.version}${suffix}`);
  writeFileSync(file, gzipSync(JSON.stringify(release), { level: 9 }));
  return file;
}

/** The template without what changes with every edit of code or with the CDK's bookkeeping: asset hashes, metadata but the path. */
export function normalised(template: Template): Template {
  const {
    Parameters: _parameters,
    Rules: _rules,
    ...rest
  } = JSON.parse(JSON.stringify(template).replace(/\b[0-9a-f]{64}\b/g, 'asset')) as Template;
  const resources = Object.entries(rest.Resources).map(([id, resource]) => {
    const { Metadata, ...kept } = resource;
    const path = Metadata?.['aws:cdk:path'];
    return [id, { ...kept, ...(path !== undefined && { Metadata: { 'aws:cdk:path': path } }) }];
  });
  return { ...rest, Resources: Object.fromEntries(resources) as Template['Resources'] };
}
