import { MessageRejected, SendEmailCommand, SESv2Client, TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import type { Claim } from '../../../lambda/newsletter-and-receipts/ledger';
import type { MailKind } from '../../../lambda/newsletter-and-receipts/mail';
import { Mailer } from '../../../lambda/newsletter-and-receipts/mailer';

const ses = mockClient(SESv2Client);
const receipt = { template: 'receipt', id: 'order-7', to: 'ann@example.com', order: '7', total: '12.50 EUR' } as const;
const busy = new TooManyRequestsException({ message: 'Rate exceeded', $metadata: {} });

/** A mailer, and what it wrote down of the mail. */
function mailer({
  claim,
  kind = 'transactional',
  may = true,
}: Partial<Record<'may', boolean>> & { claim?: Claim; kind?: MailKind } = {}) {
  const written: string[] = [];
  const made = new Mailer({
    ses: new SESv2Client({}),
    ledger: {
      claim: async () => claim ?? { is: 'mine', by: 'me' },
      release: async () => void written.push('released'),
      settle: async (_, state) => void written.push(state),
    },
    subscribers: { maySend: async () => may },
    kind,
    sender: 'no-reply@example.com',
    configurationSet: 'receipts',
    subscriptions: 'https://letters.example.com/',
    ...(kind === 'transactional' && { waits: [1, 1] }),
  });
  return { made, written };
}

beforeEach(() => {
  ses.reset();
  ses.on(SendEmailCommand).resolves({ MessageId: 'm-1' });
});

test('a mail goes through the set of its purpose, with its id as a tag, and is written down as sent [messaging-email-send]', async () => {
  const { made, written } = mailer();
  await expect(made.send(receipt)).resolves.toBe('sent');
  expect(ses.commandCalls(SendEmailCommand)[0].args[0].input).toMatchObject({
    FromEmailAddress: 'no-reply@example.com',
    Destination: { ToAddresses: ['ann@example.com'] },
    ConfigurationSetName: 'receipts',
    EmailTags: [{ Name: 'mail', Value: 'order-7' }],
  });
  expect(written).toEqual(['sent']);
});

test('a mail that was sent is not sent again, and one of which nobody knows waits [messaging-email-send]', async () => {
  await expect(mailer({ claim: { is: 'done' } }).made.send(receipt)).resolves.toBe('sent before');
  await expect(mailer({ claim: { is: 'unclear' } }).made.send(receipt)).rejects.toThrow(
    'it may have been sent a moment ago; SES will tell, or not',
  );
  expect(ses.commandCalls(SendEmailCommand)).toHaveLength(0);
});

test('a recipient who left, or to whom mail comes back, is passed over [messaging-email-send]', async () => {
  const { made, written } = mailer({ may: false });
  await expect(made.send(receipt)).resolves.toBe('skipped');
  expect(written).toEqual(['skipped']);
  expect(ses.commandCalls(SendEmailCommand)).toHaveLength(0);
});

test('when SES is busy, a receipt is tried again at once, and given back when it stays so [messaging-email-send]', async () => {
  ses.on(SendEmailCommand).rejectsOnce(busy).resolves({ MessageId: 'm-1' });
  await expect(mailer().made.send(receipt)).resolves.toBe('sent');
  ses.on(SendEmailCommand).rejects(busy);
  const { made, written } = mailer();
  await expect(made.send(receipt)).rejects.toThrow('SES is busy: Rate exceeded');
  expect(written).toEqual(['released']);
  expect(ses.commandCalls(SendEmailCommand)).toHaveLength(2 + 3);
});

test('a newsletter then steps back, with all that come behind it in the run, so that receipts go first [messaging-email-purposes]', async () => {
  ses.on(SendEmailCommand).rejectsOnce(busy).resolves({ MessageId: 'm-1' });
  const { made } = mailer({ kind: 'marketing' });
  const newsletter = { ...receipt, template: 'newsletter', subject: 'News', text: 'x', token: 'a'.repeat(16) } as never;
  await expect(made.send(newsletter)).rejects.toThrow('SES is busy');
  await expect(made.send(newsletter)).rejects.toThrow('SES is busy; this mail steps back for others');
  expect(ses.commandCalls(SendEmailCommand)).toHaveLength(1);
  made.starting();
  await expect(made.send(newsletter)).resolves.toBe('sent');
});

test('what SES will not take is refused with its reason, and can be sent when somebody has mended it [messaging-email-send]', async () => {
  ses.on(SendEmailCommand).rejects(new MessageRejected({ message: 'Email address is not verified.', $metadata: {} }));
  const { made, written } = mailer();
  await expect(made.send(receipt)).rejects.toThrow(
    'SES does not take it: MessageRejected: Email address is not verified.',
  );
  expect(written).toEqual(['released']);
});

test('when the answer is lost, nothing is written down: only SES knows [messaging-email-send]', async () => {
  ses.on(SendEmailCommand).rejects(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
  const { made, written } = mailer();
  await expect(made.send(receipt)).rejects.toThrow('socket hang up');
  expect(written).toEqual([]);
});
