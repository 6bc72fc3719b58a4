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
});
