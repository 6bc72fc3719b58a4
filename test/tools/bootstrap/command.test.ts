import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../tools/bootstrap';
import { packed, policyOf, sizeOf, type PolicyStatement } from '../../../tools/bootstrap/statements';
import { listening } from '../../support/console';

describe('the command', () => {
  const said = listening();

  test('writes the policies for an account and region, and prints what to run', () => {
    const out = mkdtempSync(join(tmpdir(), 'groundplan-bootstrap-'));
    expect(run(['private-static-site', '--account', '111122223333', '--region', 'eu-west-1', '--out', out])).toBe(0);
    const files = readdirSync(out).sort();
    expect(files[0]).toBe('groundplan-boundary.json');
    expect(files[1]).toBe('groundplan-execution-1.json');
    const text = readFileSync(join(out, files[1]), 'utf8');
    expect(text).toContain('arn:aws:iam::111122223333:role/private-static-site-*');
    expect(text).not.toContain('arn:aws:iam::*');
    const arns = files.slice(1).map((file) => `arn:aws:iam::111122223333:policy/${file.replace('.json', '')}`);
    const all = said.join('\n');
    for (const file of files)
      expect(all).toContain(
        `aws iam create-policy --policy-name ${file.replace('.json', '')} --policy-document file://${join(out, file)}`,
      );
    expect(all).toContain(
      `npx cdk bootstrap aws://111122223333/eu-west-1 --cloudformation-execution-policies ${arns.join(',')}\n`,
    );
    expect(all).toContain('npx cdk deploy private-static-site -c permissionsBoundary=groundplan-boundary');
    expect(all).not.toContain('ACCOUNT=');
  });

  test('fails on words it does not know, all at once', () => {
    expect(run(['orders', '--account', '42', '--region', 'europe', '--check'])).toBe(2);
    expect(said.join('\n')).toMatch(
      /^orders is no architecture; there are .*orders-api.*\n--account is 42; give an account number of 12 digits\n--region is europe; give the code of a region such as eu-west-1\n--check goes with --page; leave it out, or add --page\n\ngroundplan bootstrap \[/,
    );
  });
});

describe('spreading statements over policies', () => {
  const statement = (Sid: string, count: number): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Action: Array.from({ length: count }, (_, i) => `service:Action${Sid}${i}`),
    Resource: '*',
  });

  test('loses nothing, and makes no policy too large', () => {
    const given = [statement('A', 150), statement('B', 400), statement('C', 3)];
    const policies = packed(given);
    expect(policies.every((policy) => sizeOf(policy) <= 6144)).toBe(true);
    const actions = policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    expect(actions.sort()).toEqual(given.flatMap(({ Action }) => Action).sort());
    const ids = policies.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('keeps what fits together', () => {
    expect(packed([statement('A', 3), statement('B', 3)])).toEqual([policyOf([statement('A', 3), statement('B', 3)])]);
  });

  test('fails on what cannot be cut', () => {
    expect(() => packed([{ Sid: 'Huge', Effect: 'Allow', Action: ['a:b'], Resource: 'x'.repeat(7000) }])).toThrow(
      'Huge is larger than a managed policy may be, and cannot be cut',
    );
  });
});
