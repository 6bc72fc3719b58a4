import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../lib/app';
import { catalogue } from '../lib/catalogue';
import { synthesise } from '../lib/compliance';
import { AccessModel } from '../tools/access';
import { check } from '../tools/access/checks';
import { judged, proofs } from '../tools/proofs';
import { leftovers } from '../tools/teardown/leftovers';
import type { Stack } from '../tools/template/stack';
import { synthesised, type CfnTemplate } from './support/architecture';
import './support/access';

/** What must hold of every architecture once its sandbox deletes itself. */
const now = new Date('2030-01-01T00:00:00Z');
const stacksOf = (templates: Record<string, CfnTemplate>): Stack[] =>
  Object.entries(templates).map(([name, template]) => ({ name, template }));
/** An API is deployed anew when anything about its methods changes, the order they are made in too. */
const withoutHashes = (templates: Record<string, CfnTemplate>): Record<string, CfnTemplate> =>
  JSON.parse(JSON.stringify(templates).replace(/(Deployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1'));

test('with an expiry, every architecture still passes the rule packs', () => {
  const app = createApp(
    { expiresAfter: '8h' },
    { now, outdir: mkdtempSync(join(tmpdir(), 'groundplan-')), context: { 'aws:cdk:bundling-stacks': [] } },
  );
  expect(() => synthesise(app)).not.toThrow();
}, 120_000);

describe.each(catalogue.map(({ name }) => name))('%s, with an expiry', (name) => {
  const expiring = withoutHashes(synthesised(name, { expiresAfter: '8h' }, { now }));
  const lasting = withoutHashes(synthesised(name));
  const templates = stacksOf(expiring);
  const access = AccessModel.fromTemplates(expiring);

  test.each(Object.keys(expiring))('%s is otherwise the stack it was', (stack) => {
    const { Resources } = expiring[stack];
    const own = Object.keys(Resources).filter((id) => !(id in lasting[stack].Resources));
    expect(own.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'ExpiryGroup',
      'ExpiryRole',
      'ExpiryRoleDefaultPolicy',
      'ExpirySchedule',
    ]);
    const schedule = own.find((id) => id.startsWith('ExpirySchedule'));
    for (const [id, { DependsOn = [], ...resource }] of Object.entries(Resources)) {
      if (own.includes(id)) continue;
      const { DependsOn: before = [], ...was } = lasting[stack].Resources[id];
      expect(resource).toEqual(was);
      expect([DependsOn].flat().sort()).toEqual([...[before].flat(), schedule].sort());
    }
  });

  describe.each(Object.keys(expiring))('the role of the schedule of %s', (stack) => {
    const named = (part: string) => {
      const id = Object.keys(expiring[stack].Resources).find((one) => one.startsWith(`Expiry${part}`));
      return `${stack}/${id}`;
    };
    const stackArn = (name: string) => `arn:aws:cloudformation:eu-west-1:111122223333:stack/${name}/1a2b3c4d`;

    test('may delete this stack and do nothing else', () => {
      expect(access).toGrantExactly(named('Role'), [
        `cloudformation:DeleteStack on arn:aws:cloudformation:<region>:<account>:stack/${stack}/<stack id>`,
      ]);
      expect(access).not.toAllow(named('Role'), 'cloudformation:DeleteStack', stackArn(`${stack}-2`));
      expect(access).not.toAllow(named('Role'), 'cloudformation:UpdateStack', stackArn(stack));
      expect(access).not.toAllow(named('Role'), 'iam:PassRole', 'arn:aws:iam::111122223333:role/execution');
    });

    test('may be assumed for schedules of its own group in this account, and for nothing else', () => {
      const own = { 'aws:SourceArn': named('Group'), 'aws:SourceAccount': 'AWS::AccountId' };
      const [role, action] = [named('Role'), 'sts:AssumeRole'];
      const others = 'arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default';
      expect(access).toAllow('scheduler.amazonaws.com', action, role, own);
      expect(access).not.toAllow('scheduler.amazonaws.com', action, role, { ...own, 'aws:SourceArn': others });
      expect(access).not.toAllow('scheduler.amazonaws.com', action, role, {
        ...own,
        'aws:SourceAccount': '999999999999',
      });
      expect(access).not.toAllow('events.amazonaws.com', action, role, own);
      expect(access).not.toAllow('arn:aws:iam::111122223333:role/developer', action, role);
    });
  });

  test('a sandbox still leaves nothing behind, and its proofs hold', () => {
    const untouched = leftovers(stacksOf(lasting)).map(({ path }) => path);
    expect(leftovers(templates).filter(({ path }) => !untouched.includes(path))).toEqual([]);
    expect(
      proofs
        .flatMap((proof) => judged(proof, name, templates))
        .filter(({ violation, reason }) => reason === undefined && /Expiry/.test(violation)),
    ).toEqual([]);
    expect(check(access).filter(({ at }) => /Expiry/.test(at))).toEqual([]);
  });

  test('the time comes in from outside, so that the templates are the same twice', () => {
    expect(withoutHashes(synthesised(name, { expiresAfter: '8h' }, { now }))).toEqual(expiring);
  });
});
