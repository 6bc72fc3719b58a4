import { refusal } from '../../../tools/sandbox/guard';
import type { Place } from '../../../tools/sandbox/place';

const account: Place = { kind: 'account', description: 'a real account', environment: {} };
const me = { account: '111122223333', arn: 'arn:aws:iam::111122223333:user/me' };

test('an account that is not in the list is refused, with account, list and remedy', () => {
  expect(refusal(account, me, { allowedAccounts: ['444455556666'] }, true)).toBe(
    'The credentials are for account 111122223333; allowedAccounts lists 444455556666. Switch credentials (AWS_PROFILE), or add the account to the list',
  );
  expect(refusal(account, me, { allowedAccounts: ['111122223333'] }, false)).toBeUndefined();
});

test('stacks that are fixed to another account are refused', () => {
  expect(refusal(account, me, { account: '444455556666', region: 'eu-west-1' }, true)).toMatch(
    /account 111122223333, and account=444455556666 fixes the stacks to another; switch credentials/,
  );
});

test('production is refused unless somebody says yes in writing', () => {
  expect(refusal(account, me, { profile: 'production' }, false)).toMatch(
    /^This command is for sandboxes: .* add --yes/,
  );
  expect(refusal(account, me, { profile: 'production' }, true)).toBeUndefined();
});

test('an emulator is refused nothing', () => {
  const settings = { allowedAccounts: ['444455556666'], profile: 'production' } as const;
  expect(refusal({ ...account, kind: 'emulator' }, me, settings, false)).toBeUndefined();
});
