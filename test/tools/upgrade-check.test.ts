import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announcements, asMarkdown, run, unannounced } from '../../tools/upgrade-check';
import { changes, type Change } from '../../tools/upgrade-check/compare';
import { between as stacksBetween } from '../../tools/upgrade-check/pair';
import { normalised, releases, today, type Release } from '../../tools/upgrade-check/release';
import type { Resource, Template } from '../../tools/template/stack';
import { listening } from '../support/console';

const path = (name: string) => ({ Metadata: { 'aws:cdk:path': `orders-api/${name}/Resource` } });
const table = (properties: object = {}, rest: object = {}): Resource => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], ...properties },
  ...path('Table'),
  ...rest,
});
const release = (version: string, Resources: Record<string, Resource>): Release => {
  const stacks = { 'orders-api': { Resources } satisfies Template };
  return { version, templates: { 'orders-api': { sandbox: stacks, production: { 'orders-api': { Resources: {} } } } } };
};
const between = (before: Record<string, Resource>, after: Record<string, Resource>): Change[] =>
  changes(release('0.1.0', before), release('today', after));
const impactsOf = (found: readonly Change[]) => found.map((change) => [change.path, change.impact, change.destructive]);

describe('an update', () => {
  test('that changes nothing is no change', () => {
    expect(between({ Table: table() }, { Table: table() })).toEqual([]);
  });

  test('in place is not destructive', () => {
    expect(impactsOf(between({ Table: table() }, { Table: table({ DeletionProtectionEnabled: true }) }))).toEqual([
      ['orders-api/Table', 'updated', false],
    ]);
  });

  test('that changes the key of a table replaces it, which is destructive', () => {
    const other = table({ KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] });
    expect(impactsOf(between({ Table: table() }, { Table: other }))).toEqual([['orders-api/Table', 'replaced', true]]);
  });

  test("that renames a table's logical id deletes it, or orphans it when it is retained", () => {
    expect(impactsOf(between({ Table: table() }, { Renamed: table() }))).toEqual(
      expect.arrayContaining([
        ['orders-api/Table', 'deleted', true],
        ['orders-api/Table', 'added', false],
      ]),
    );
    const retained = table({}, { DeletionPolicy: 'Retain' });
    expect(impactsOf(between({ Table: retained }, {}))).toEqual([['orders-api/Table', 'orphaned', true]]);
  });

  test('that takes a stateless resource away is told, not refused', () => {
    expect(impactsOf(between({ Role: { Type: 'AWS::IAM::Role', ...path('Role') } }, {}))).toEqual([
      ['orders-api/Role', 'deleted', false],
    ]);
  });

  test('that takes a whole architecture away takes its data too', () => {
    const gone: Release = { version: 'today', templates: {} };
    expect(impactsOf(changes(release('0.1.0', { Table: table() }), gone))).toEqual([
      ['orders-api/Table', 'deleted', true],
    ]);
  });
});

describe('the guard', () => {
  const destructive = between({ Table: table() }, {});

  test('refuses a destructive change, and says what to do', () => {
    expect(unannounced(destructive, new Set())).toEqual([
      'orders-api (sandbox): an update from 0.1.0 finds orders-api/Table (AWS::DynamoDB::Table) deleted; keep its logical id and immutable ' +
        'properties, or announce `orders-api/Table` in the unreleased part of CHANGELOG.md',
    ]);
  });

  test('lets pass what the unreleased part of the changelog announces, and only that', () => {
    const changelog = (state: string) =>
      `# Changelog\n\n## 0.2.0${state}\n\n- \`orders-api/Table\` has another key.\n\n## 0.1.0\n\n- First.\n`;
    expect(unannounced(destructive, announcements(changelog(', unreleased')))).toEqual([]);
    expect(unannounced(destructive, announcements(changelog('')))).toHaveLength(1);
  });

  test('tells every change on the page, destructive ones in bold', () => {
    const page = asMarkdown(destructive, ['0.1.0']);
    expect(page).toContain('## From 0.1.0');
    expect(page).toContain('| `orders-api` | sandbox | `orders-api/Table` | AWS::DynamoDB::Table | **deleted** |');
    expect(asMarkdown([], ['0.1.0'])).toContain('Nothing changes.');
  });
});

test('asset hashes, parameters and metadata but the path are no part of a release', () => {
  const hash = 'a'.repeat(64);
  const template: Template = {
    Parameters: { BootstrapVersion: {} },
    Rules: {},
    Resources: {
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Key: `${hash}.zip` } },
        Metadata: { 'aws:cdk:path': 'a/F', 'aws:asset:path': hash },
      },
    },
  };
  expect(normalised(template)).toEqual({
    Resources: {
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Key: 'asset.zip' } },
        Metadata: { 'aws:cdk:path': 'a/F' },
      },
    },
  });
});

test('no update from a kept release destroys data that the changelog does not announce', () => {
  const now = today('today');
  const announced = announcements(readFileSync('CHANGELOG.md', 'utf8'));
  expect(releases().flatMap((before) => unannounced(changes(before, now), announced))).toEqual([]);
});

describe('two templates of somebody else', () => {
  const said = listening();
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-upgrade-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, Resources: object): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ Resources }));
    return path;
  };

  test('are one stack, whatever they are called', () => {
    const before = file('before.json', { Table: table(), Role: { Type: 'AWS::IAM::Role' } });
    const after = file('after.template.json', { Table: table({ TableName: 'orders' }) });
    expect(run([before, after])).toBe(1);
    expect(said[0].split('\n').slice(2)).toEqual([
      expect.stringMatching(/^before +orders-api\/Table +AWS::DynamoDB::Table +replaced +holds data$/),
      expect.stringMatching(/^before +Role +AWS::IAM::Role +deleted$/),
    ]);
    expect(said[1]).toBe(
      'A resource that holds data would be replaced, deleted or left behind; keep logical ids and immutable properties',
    );
    expect(run([before, before])).toBe(0);
    expect(said[2]).toBe('Nothing changes.');
  });

  test('that lose nothing end well', () => {
    expect(run([file('a.json', { Table: table() }), file('b.json', { Table: table(), Other: table() })])).toBe(0);
    expect(said).toEqual([expect.stringMatching(/added$/)]);
  });

  test('of several stacks are told by their names; a stack that is gone takes its data with it', () => {
    const stack = (name: string, Resources: Record<string, Resource>) => ({ name, template: { Resources } });
    const before = [stack('data', { Table: table() }), stack('web', {})];
    const after = [stack('web', {}), stack('fresh', { Table: table() })];
    expect(stacksBetween(before, after).map(({ stack: name, impact }) => [name, impact])).toEqual([
      ['data', 'deleted'],
      ['fresh', 'added'],
    ]);
  });

  test('fails when one of them is missing or unreadable', () => {
    expect(run(['only.json'])).toBe(2);
    expect(run([join(folder, 'gone.json'), join(folder, 'gone.json')])).toBe(2);
    expect(said).toEqual([
      'upgrade-check got only.json; give two templates or two cdk.out: upgrade-check before.json after.json',
      expect.stringMatching(/gone\.json is neither an architecture nor a file/),
    ]);
  });
});
