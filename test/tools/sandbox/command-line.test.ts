import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAtTerminal } from '../../../tools/sandbox/ask';
import { oneName, UsageError, wordsOf } from '../../../tools/sandbox/command-line';
import { run } from '../../../tools/sandbox';
import { listening } from '../../support/console';

const nobody = mkdtempSync(join(tmpdir(), 'home-'));
const words = (...args: string[]) => wordsOf(args, nobody);

test('settings are those of npx cdk', () => {
  expect(words('deploy', 'orders-api', '-c', 'alarmEmail=me@example.com', '-c', 'expiresAfter=8h', '-y')).toEqual({
    action: 'deploy',
    names: ['orders-api'],
    settings: { only: ['orders-api'], alarmEmail: 'me@example.com', expiresAfter: '8h' },
    yes: true,
    emulator: false,
    write: false,
    check: false,
    here: false,
    variants: false,
  });
});

test("a person's own context counts, and the command line counts more", () => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const context = { allowedAccounts: ['111122223333'], region: 'eu-west-1' };
  writeFileSync(join(home, '.cdk.json'), JSON.stringify({ context }));
  expect(wordsOf(['list', '-c', 'region=eu-central-1'], home).settings).toEqual({
    allowedAccounts: ['111122223333'],
    region: 'eu-central-1',
  });
});

test('what a setting needs beside it hangs on the architecture that is named', () => {
  const domain = ['-c', 'domainName=names.example.com', '-c', 'hostedZoneId=Z0123456789ABC'];
  expect(words('deploy', 'internal-names', ...domain).settings).toMatchObject({ domainName: 'names.example.com' });
  expect(() => words('deploy', 'orders-api', ...domain)).toThrow('needs hostedZoneId and certificateArn');
  expect(words('extend', 'orders-api', '8h').names).toEqual(['orders-api', '8h']);
});

describe('fails when', () => {
  test.each<[string, string[], string]>([
    ['nothing is said', [], 'say what to do'],
    ['an option is unknown', ['deploy', '--force'], "Unknown option '--force'"],
    ['a setting has no value', ['deploy', '-c', 'profile'], '-c profile: write -c setting=value'],
  ])('%s', (_what, args, message) => {
    expect(() => words(...args)).toThrow(UsageError);
    expect(() => words(...args)).toThrow(message);
  });

  test('a setting cannot be used', () => {
    expect(() => words('deploy', 'orders-api', '-c', 'profile=test')).toThrow(/profile=test: must be sandbox or/);
  });

  test('there is no such architecture, or not one', () => {
    expect(() => oneName(words('deploy', 'orders'))).toThrow(/deploy orders: there is no such architecture; there are/);
    expect(() => oneName(words('deploy'))).toThrow(/deploy takes one architecture; there are/);
    expect(() => oneName(words('deploy', 'orders-api', 'three-tier-web'))).toThrow(/takes one architecture/);
  });
});

describe('the command', () => {
  const said = listening();

  test('fails with 2 and its usage when the words make no sense', async () => {
    expect(await run(['fly'])).toBe(2);
    expect(said[0]).toMatch(/^fly: there is no such action\n\nnpm run sandbox -- deploy <name>/);
  });
});

test('fails when there is nobody to ask', async () => {
  expect(process.stdin.isTTY).toBeFalsy();
  await expect(askAtTerminal('Deploy shop?')).rejects.toThrow(
    'Deploy shop? There is no terminal to ask at; add --yes if it is meant',
  );
});
