import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect, countsInWords, root } from '../../tools/facts';
import { partsOf } from '../../tools/facts/parts';

describe('what is known of architectures', () => {
  const begun: string[] = [];
  const { architectures } = collect(['private-static-site', 'sandbox-guard'], (name) => begun.push(name));
  const [site, guard] = architectures;

  test('is asked for those that are wanted, one after the other', () => {
    expect(begun).toEqual(['private-static-site', 'sandbox-guard']);
    expect(architectures.map(({ name }) => name)).toEqual(begun);
  });

  test('tells whether they have a use for a name of one’s own', () => {
    expect([site.takesDomain, guard.takesDomain]).toEqual([true, false]);
  });

  test('leads from every resource to the line that made it', () => {
    for (const { path, source } of [...site.profiles.sandbox.resources, ...guard.profiles.production.resources]) {
      expect([path, source?.file]).toEqual([path, expect.stringMatching(/^lib\/.*\.ts$/)]);
      expect(existsSync(join(root, source!.file))).toBe(true);
      expect(readFileSync(join(root, source!.file), 'utf8').split('\n').length).toBeGreaterThanOrEqual(source!.line);
    }
  });

  test('counts every resource in one part, and knows which parts are blocks', () => {
    const { parts, resources } = site.profiles.sandbox;
    const counted = parts.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count);
    expect(counted).toBe(resources.length);
    expect(parts.find(({ name }) => name === 'Edge')?.block?.name).toBe('EdgeDistribution');
  });

  test('holds the findings of production and the reasons they were accepted for, kept or not', () => {
    for (const time of ['first', 'second']) {
      const rules = site.findings().filter(({ acknowledged }) => acknowledged !== undefined);
      expect([time, rules.map(({ rule }) => rule)]).toEqual([time, expect.arrayContaining(['AwsSolutions-CFR2'])]);
    }
    expect(site.acknowledgements.map(({ path }) => path.split('/')[0])).toEqual(
      site.acknowledgements.map(() => site.name),
    );
    expect(guard.findings().every(({ path }) => path.startsWith('sandbox-guard'))).toBe(true);
  });
});

test('resources of a second stack stand below its name', () => {
  const scope = { node: { id: 'site', tryFindChild: () => undefined } } as never;
  const resource = (path: string, type: string) => ({
    stack: 's',
    logicalId: path,
    type,
    path,
    definition: { Type: type },
  });
  const parts = partsOf(
    [
      resource('site/Files/Bucket', 'AWS::S3::Bucket'),
      resource('site-edge/Key', 'AWS::KMS::Key'),
      resource('Loose', 'Custom::Thing'),
    ],
    scope,
    new Map(),
  );
  expect(parts.map(({ name, counts }) => [name, countsInWords(counts)])).toEqual([
    ['Files', 'S3 Bucket'],
    ['site-edge/Key', 'KMS Key'],
    ['Loose', 'Thing'],
  ]);
});
