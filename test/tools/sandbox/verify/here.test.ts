import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { Sandbox } from '../../../../tools/sandbox/sandbox';
import { verify } from '../../../../tools/sandbox/verify';
import { live } from '../../../../tools/sandbox/verify/life';

jest.mock('../../../../tools/sandbox/verify/life');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const sts = mockClient(STSClient);
const asked: string[] = [];
let answer = true;
const sandbox: Sandbox = {
  place: { kind: 'account', description: 'a real account', environment: { AWS_REGION: 'eu-west-1' } },
  say: () => undefined,
  ask: (question) => Promise.resolve((asked.push(question), answer)),
};
const here = (settings: object) =>
  verify(['orders-api', 'sandbox-guard'], { write: false, check: false, here: { sandbox, settings } });

beforeEach(() => {
  asked.length = 0;
  answer = true;
  jest.spyOn(console, 'log').mockReturnValue();
  jest
    .mocked(live)
    .mockReset()
    .mockImplementation((name) =>
      Promise.resolve({
        ...{ name, resources: 1, steps: 1, onlyOnAws: 0, withoutServers: 0, standIns: [], seconds: 1 },
        ...{ updated: { inPlace: 1, added: 0, removed: 0, replaced: 0 }, held: ['deployed'] },
      }),
    );
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ada' });
});

test('in an account the whole life happens after one question, to one architecture after the other', async () => {
  expect(await here({ allowedAccounts: ['111122223333'] })).toBe(0);
  expect(asked).toEqual(['Deploy, try, update and destroy orders-api, sandbox-guard there, one after the other?']);
  expect(jest.mocked(live).mock.calls.map(([name, place, { alone }]) => [name, place.kind, alone])).toEqual([
    ['orders-api', 'account', false],
    ['sandbox-guard', 'account', false],
  ]);
});

test('who says no has nothing deployed', async () => {
  answer = false;
  expect(await here({})).toBe(1);
  expect(live).not.toHaveBeenCalled();
});

test.each([
  [{ allowedAccounts: ['444455556666'] }, /account 111122223333; allowedAccounts lists 444455556666/],
  [{ profile: 'production' }, /This command is for sandboxes: profile=production/],
])('an account that is not allowed, and production, are refused before anything is asked', async (settings, why) => {
  await expect(here(settings)).rejects.toThrow(why);
  expect(asked).toEqual([]);
  expect(live).not.toHaveBeenCalled();
});
