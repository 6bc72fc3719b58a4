import { GetAccountCommand, GetEmailIdentityCommand, NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../tools/mail-status';
import { listening } from '../support/console';

const ses = mockClient(SESv2Client);
const client = () => new SESv2Client({ region: 'eu-west-1' });
const fresh = {
  ProductionAccessEnabled: false,
  EnforcementStatus: 'HEALTHY',
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 3 },
};
const said = listening();
const asked = async (...args: string[]) => {
  said.length = 0;
  const code = await run(args, client);
  return { code, out: said.join('\n') };
};

beforeEach(() => {
  ses.reset();
  ses.on(GetAccountCommand).resolves(fresh);
});

test('of a new account it says that it is in the sandbox, its quotas, and how to ask to leave [messaging-email-sandbox]', async () => {
  const { code, out } = await asked();
  expect(code).toBe(0);
  expect(out).toContain('in the sandbox');
  expect(out).toContain('200 a day, 1 a second; 3 sent in the last day');
  expect(out).toContain('aws sesv2 put-account-details --production-access-enabled');
  expect(out).toContain('success@simulator.amazonses.com');
});

test('of an account that left it, or has asked to, it says that [messaging-email-sandbox]', async () => {
  ses.on(GetAccountCommand).resolves({ ...fresh, Details: { ReviewDetails: { Status: 'PENDING' } } });
  const waiting = (await asked()).out;
  expect(waiting).toContain('AWS is looking at your request');
  expect(waiting).not.toContain('put-account-details');
  ses.on(GetAccountCommand).resolves({ ...fresh, ProductionAccessEnabled: true });
  const { out } = await asked();
  expect(out).toContain('may write to anybody');
  expect(out).not.toContain('sandbox');
});

test('of a domain it lists the records SES does not find, and only those [messaging-email-sandbox]', async () => {
  ses.on(GetEmailIdentityCommand).resolves({
    VerifiedForSendingStatus: false,
    DkimAttributes: { SigningEnabled: true, Status: 'PENDING', Tokens: ['a', 'b', 'c'] },
    MailFromAttributes: {
      MailFromDomain: 'bounce.example.com',
      MailFromDomainStatus: 'SUCCESS',
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
    },
  });
  const { out } = await asked('example.com', '--json');
  expect(JSON.parse(out).sender).toEqual({
    name: 'example.com',
    verified: false,
    missing: ['a', 'b', 'c'].map((token) => `CNAME ${token}._domainkey.example.com ${token}.dkim.amazonses.com`),
  });
  ses.on(GetEmailIdentityCommand).resolves({
    VerifiedForSendingStatus: true,
    DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS', Tokens: ['a', 'b', 'c'] },
    MailFromAttributes: {
      MailFromDomain: 'bounce.example.com',
      MailFromDomainStatus: 'PENDING',
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
    },
  });
  const shown = (await asked('example.com')).out;
  expect(shown).toContain('example.com: verified');
  expect(shown).toContain('MX bounce.example.com 10 feedback-smtp.eu-west-1.amazonses.com');
  expect(shown).toContain('TXT bounce.example.com "v=spf1 include:amazonses.com ~all"');
  expect(shown).not.toContain('CNAME');
});

test('of an address it says that its link is to be opened', async () => {
  ses.on(GetEmailIdentityCommand).resolves({ VerifiedForSendingStatus: false });
  expect((await asked('news@example.com')).out).toContain('Open the link in the mail SES sent to news@example.com');
});

test('an account that is paused, or being looked into, is said to be', async () => {
  ses.on(GetAccountCommand).resolves({ ...fresh, SendingEnabled: false, EnforcementStatus: 'PROBATION' });
  const { out } = await asked();
  expect(out).toContain('PROBATION, sending is paused');
  expect(out).toContain('look at bounces and complaints before you send more');
});

test('fails with words when the sender is not known, SES cannot be asked, or the words are too many', async () => {
  ses.on(GetEmailIdentityCommand).rejects(new NotFoundException({ message: 'no', $metadata: {} }));
  expect(await asked('example.com')).toMatchObject({
    code: 1,
    out: expect.stringContaining('SES knows no sender example.com in this region'),
  });
  ses.on(GetAccountCommand).rejects(new Error('no credentials'));
  expect(await asked()).toMatchObject({
    code: 1,
    out: expect.stringContaining('SES could not be asked: no credentials'),
  });
  expect(await asked('a', 'b')).toMatchObject({ code: 2, out: expect.stringContaining('"b" is one word too many') });
  expect(await asked('--quick')).toMatchObject({ code: 2, out: expect.stringContaining('groundplan mail-status') });
});
