import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../lib/app';
import type { Settings } from '../../lib/settings';
import { AccessModel } from '../../tools/access';
import type { PrincipalInput } from '../../tools/access/callers';
import type { Context } from '../../tools/access/context';
import { grantLines, writtenLines } from '../../tools/access/matrix';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- this is how jest's matchers are declared
  namespace jest {
    interface Matchers<R> {
      /**
       * The principal may do this to the resource; with `not`, it may not. What the templates do not tell fails either way.
       * A pattern of actions stands for every action it covers that the resource takes.
       */
      toAllow(principal: string | PrincipalInput, action: string, resource: string, context?: Context): R;
      /** The principal may do exactly this: `'dynamodb:GetItem, dynamodb:PutItem on Table'`. */
      toGrantExactly(principal: string, grants: readonly string[]): R;
    }
  }
}

const stated = new WeakMap<AccessModel, Set<string>>();

/** The roles and users of which a test has stated everything they may do, by `toGrantExactly`. */
export const statedIn = (access: AccessModel): string[] =>
  access
    .principals()
    .filter(({ entry }) => stated.get(access)?.has(entry.arns[0]))
    .map(({ display }) => display);

/** The access model of an architecture, synthesised as a user would but without bundling and rule packs. */
export function accessOf(name: string, settings: Settings = {}): AccessModel {
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-access-'));
  createApp(
    { ...settings, only: [name] },
    { gates: false, outdir, context: { 'aws:cdk:bundling-stacks': [] } },
  ).synth();
  return AccessModel.fromAssembly(outdir);
}

expect.extend({
  toAllow(
    access: AccessModel,
    principal: string | PrincipalInput,
    action: string,
    resource: string,
    context: Context = {},
  ): jest.CustomMatcherResult {
    const { verdict, explanation } = access.can(principal, action, resource, context);
    const wanted = this.isNot ? 'denied' : 'allowed';
    const pass = this.isNot ? verdict !== 'denied' : verdict === 'allowed';
    return { pass, message: () => `Wanted ${wanted}, but it is ${explanation}` };
  },

  toGrantExactly(access: AccessModel, principal: string, grants: readonly string[]): jest.CustomMatcherResult {
    if (!this.isNot)
      stated.set(access, (stated.get(access) ?? new Set()).add(access.callers.find(principal, '').caller.arn));
    const found = grantLines(access, principal);
    const wanted = new Set(writtenLines(access, grants));
    const surplus = found.filter(({ line }) => !wanted.has(line));
    const missing = [...wanted].filter((line) => !found.some((one) => one.line === line));
    const message = () =>
      [
        `${principal} ${this.isNot ? 'has exactly these permissions.' : 'has other permissions than listed.'}`,
        ...surplus.map(({ line, from }) => `  not listed: ${line}  (${from})`),
        ...missing.map((line) => `  not granted: ${line}`),
      ].join('\n');
    return { pass: surplus.length + missing.length === 0, message };
  },
});
