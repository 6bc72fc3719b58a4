import { listening } from '../support/console';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { catalogue } from '../../lib/catalogue';
import { run } from '../../tools/show';

describe('npm start', () => {
  const said = listening();

  test('prints a line for each architecture with its purpose, size, findings, time, and a template that is there', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'groundplan-show-'));
    expect(run([], { outdir, context: { 'aws:cdk:bundling-stacks': [] } })).toBe(0);
    const [heading, , ...lines] = said[0].split('\n');
    expect(heading.split(/ {2,}/)).toEqual([
      'architecture',
      'purpose',
      'stacks',
      'resources',
      'open / acknowledged',
      'seconds',
      'template',
    ]);
    expect(lines).toHaveLength(catalogue.length);
    catalogue.forEach(({ name, purpose }, i) => {
      const [first, second, stacks, resources, findings, seconds, template] = lines[i].split(/ {2,}/);
      const written = JSON.parse(readFileSync(template, 'utf8')) as { Resources: object };
      expect([first, second, template]).toEqual([name, purpose, relative('.', join(outdir, `${name}.template.json`))]);
      expect(Number(stacks)).toBeGreaterThanOrEqual(1);
      expect(Number(resources)).toBeGreaterThanOrEqual(Object.keys(written.Resources).length);
      expect(findings).toMatch(/^0 \/ \d+$/);
      expect(Number(seconds)).toBeGreaterThanOrEqual(0);
    });
  });

  test('takes settings like the CDK does, and refuses wrong ones alike', () => {
    expect(() => run(['only=nothing'])).toThrow('-c only=nothing: must name architectures');
    expect(() => run(['profil=production'])).toThrow('did you mean profile?');
  });

  test('gives the same table to programs', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'groundplan-show-'));
    expect(run(['--json', 'only=sandbox-guard'], { outdir, context: { 'aws:cdk:bundling-stacks': [] } })).toBe(0);
    const rows = JSON.parse(said.join('')) as { name: string; open: number; resources: number }[];
    expect(rows).toEqual([expect.objectContaining({ name: 'sandbox-guard', open: 0, resources: 10 })]);
  });
});

describe('npm start with the name of an architecture', () => {
  const said = listening();

  test('says what its page says', () => {
    expect(run(['sandbox-guard'])).toBe(0);
    const headings = said[0].split('\n').filter((_, i, lines) => /^=+$/.test(lines[i + 1] ?? ''));
    expect(headings).toEqual([
      'Parts: 10 resources in a sandbox, 10 in production',
      'What it costs: 1.10 USD a month in a sandbox, 1.10 in production',
      'Who can reach whom',
      'Who may do what',
      'What is proven: 0 claims of its own',
      'What stays after a destroy, in a sandbox',
      'What stays after a destroy, in production',
      'Commands',
    ]);
    expect(said[0]).toContain('Picture  lib/architectures/sandbox-guard/picture.svg');
    expect(said[0]).toMatch(/^Spending +CostBudget +Budgets Budget$/m);
    expect(said[0]).toMatch(/^npm run sandbox -- deploy sandbox-guard +# deploy/m);
  });

  test('gives the same to programs', () => {
    expect(run(['sandbox-guard', '--json'])).toBe(0);
    expect(JSON.parse(said.join(''))).toMatchObject({
      name: 'sandbox-guard',
      picture: 'lib/architectures/sandbox-guard/picture.svg',
      takesDomain: false,
      profiles: {
        sandbox: { bill: { monthly: '1.1' }, reach: [], access: [{ name: 'Stuck/Rule' }] },
        production: {
          leftovers: [{ path: 'sandbox-guard/Alarms/Key' }, { path: 'sandbox-guard/Stuck/Undelivered/Queue' }],
        },
      },
    });
  });

  test('fails when there is no such architecture, when there are two, or with settings', () => {
    expect(run(['orders'])).toBe(2);
    expect(run(['orders-api', 'sandbox-guard'])).toBe(2);
    expect(run(['orders-api', 'profile=production'])).toBe(2);
    expect(said).toEqual([
      expect.stringMatching(/^show orders: name one architecture, .* the architectures are three-tier-network, /),
      expect.stringMatching(/^show sandbox-guard: name one architecture/),
      'show orders-api profile=production: it is shown as a sandbox and in production; leave settings out, or give them to bill, reach or access',
    ]);
  });
});
