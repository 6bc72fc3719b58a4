import * as fc from 'fast-check';
import { composed, mailIn, type Mail } from '../../../lambda/newsletter-and-receipts/mail';

const receipt = { template: 'receipt', id: 'order-7', to: 'ann@example.com', order: '7', total: '12.50 EUR' } as const;
const newsletter = {
  template: 'newsletter',
  id: 'may-1',
  to: 'ann@example.com',
  subject: 'News of May',
  text: 'Much happened.',
  token: '0123456789abcdef',
} as const;
const url = 'https://letters.example.com/';
const read = (mail: object, kind: 'transactional' | 'marketing') => () => mailIn(JSON.stringify(mail), kind);

test('mail for a person and mail to many each go their own way, and not the other’s [messaging-email-purposes]', () => {
  expect(read(receipt, 'transactional')()).toEqual(receipt);
  expect(read(newsletter, 'marketing')()).toEqual(newsletter);
  expect(read(newsletter, 'transactional')).toThrow(
    'the template newsletter is marketing, and this is the way of transactional mail',
  );
  expect(read(receipt, 'marketing')).toThrow(
    'the template receipt is transactional, and this is the way of marketing mail',
  );
});

test('mail to many can be left with one click, by header and by link; mail for a person has no such header [messaging-email-purposes]', () => {
  const { headers, text } = composed(newsletter, url);
  const link = 'https://letters.example.com/unsubscribe?token=0123456789abcdef';
  expect(headers).toEqual([
    { Name: 'List-Unsubscribe', Value: `<${link}>` },
    { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
  ]);
  expect(text).toContain(link);
  expect(composed(receipt, url).headers).toEqual([]);
});

test.each([
  ['a second line in the subject', { ...newsletter, subject: 'News\r\nBcc: all@example.com' }, 'must be one line'],
  ['a second recipient', { ...newsletter, to: 'ann@example.com, bob@example.com' }, 'to: '],
  ['a line break in the address', { ...newsletter, to: 'ann@example.com\r\nBcc: bob@example.com' }, 'to: '],
  ['a name around the address', { ...newsletter, to: 'Ann <ann@example.com>' }, 'to: '],
  ['an id that is no tag', { ...newsletter, id: 'may 1' }, 'id: '],
  ['no text', { ...newsletter, text: '' }, 'text: '],
  ['something else besides', { ...newsletter, headers: { Bcc: 'bob@example.com' } }, 'no mail: '],
  ['an unknown template', { ...newsletter, template: 'offer' }, 'template'],
])('a mail with %s is refused [messaging-email-send]', (_, mail, reason) => {
  expect(read(mail, 'marketing')).toThrow(reason);
});

test('a body that is no JSON is refused with that reason', () => {
  expect(() => mailIn('hello', 'marketing')).toThrow('no mail: the body is no JSON');
});

test('whatever comes in, what goes out has no line break in any header [messaging-email-send]', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'Z', '\r', '\n', ':', '<', '>', ',', '@', '.', ' ', 'é') });
  fc.assert(
    fc.property(words, words, words, (to, subject, token) => {
      let mail: Mail;
      try {
        mail = mailIn(JSON.stringify({ ...newsletter, to, subject, token }), 'marketing');
      } catch {
        return;
      }
      const { headers, subject: sent } = composed(mail, url);
      expect([mail.to, sent, ...headers.flatMap(({ Name, Value }) => [Name, Value])].join('')).not.toMatch(/[\r\n]/);
    }),
  );
});
