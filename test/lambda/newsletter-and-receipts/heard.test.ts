import { heard } from '../../../lambda/newsletter-and-receipts/heard';

const told: string[] = [];
const lists = {
  ledger: { settle: async (id: string, state: string) => void told.push(`${id} ${state}`) },
  subscribers: { strike: async (email: string, standing: string) => void told.push(`${email} ${standing}`) },
};
const event = (eventType: string, more: object = {}) =>
  JSON.stringify({
    eventType,
    mail: { messageId: 'm-1', tags: { mail: ['order-7'], 'ses:operation': ['SendEmail'] } },
    ...more,
  });
const bounce = (bounceType: string, emailAddress = 'ann@example.com') =>
  event('Bounce', { bounce: { bounceType, bouncedRecipients: [{ emailAddress, action: 'failed' }] } });

beforeEach(() => told.splice(0));

test('a mail that SES took is sent', async () => {
  await expect(heard(event('Send'), lists)).resolves.toEqual({ event: 'Send', mail: 'order-7' });
  expect(told).toEqual(['order-7 sent']);
});

test('who bounces for good or complains gets no more; what comes back for a while changes nothing [messaging-email-suppression]', async () => {
  await heard(bounce('Permanent'), lists);
  await heard(bounce('Transient'), lists);
  await heard(bounce('Undetermined'), lists);
  await heard(
    event('Complaint', { complaint: { complainedRecipients: [{ emailAddress: '"Bob" <bob@example.com>' }] } }),
    lists,
  );
  expect(told).toEqual(['ann@example.com bounced', 'bob@example.com complained']);
});

test('an address that is none is passed over; a delivery is only told', async () => {
  await heard(bounce('Permanent', 'MAILER-DAEMON'), lists);
  await expect(heard(event('Delivery', { delivery: {} }), lists)).resolves.toEqual({
    event: 'Delivery',
    mail: 'order-7',
  });
  expect(told).toEqual([]);
});

test.each(['hello', '{}', JSON.stringify({ eventType: 'Send', mail: {} })])(
  '%s is no event, and fails',
  async (text) => {
    await expect(heard(text, lists)).rejects.toThrow();
  },
);
