import * as fc from 'fast-check';
import { redact, redactText } from '../../../lambda/shared/redact';

const cards = ['4111111111111111', '5555 5555 5555 4444', '3782-822463-10005', '6011000990139424'];
const mails = ['ann@example.com', 'ann.o’neil+shop@mail.example.co.uk', 'jörg@müller.example'];
const tokens = [
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  `AKIA${'ABCD2345'.repeat(2)}`,
  `ghp_${'a1B2'.repeat(9)}`,
  `sk_live_${'x9'.repeat(12)}`,
];

test.each([
  ...cards.map((card) => [card, 'card']),
  ...mails.map((mail) => [mail, 'email']),
  ...tokens.map((token) => [token, 'token']),
])('%s is masked as %s, wherever it stands [messaging-sensitive-data]', (sample, kind) => {
  for (const text of [sample, `pay with ${sample}, please`, `(${sample})`, `"${sample}"`, `${sample}\n${sample}`])
    expect(redactText(text)).toBe(text.replaceAll(sample, `[${kind}]`));
});

test('a bearer token is masked, whatever it looks like; the word stays', () => {
  expect(redactText('Authorization: Bearer abc.def-ghi_jkl==')).toBe('Authorization: Bearer [token]');
});

test.each([
  'order 4111111111111112',
  '12.50 EUR',
  '2026-11-28T11:00:00Z',
  'call +49 151 12345678',
  'a@b',
  'version 1.2.3',
])('%s stays', (text) => expect(redactText(text)).toBe(text));

test('no sample ever comes through, however deep it stands and whatever stands around it [messaging-sensitive-data]', () => {
  const sample = fc.constantFrom(...cards, ...mails, ...tokens);
  const around = fc.string({ unit: fc.constantFrom(...' \n\t(),;"…-.+07xe') });
  const texts = fc.tuple(around, sample, around).map(([before, one, after]) => `${before} ${one} ${after}`);
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      texts,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(texts, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      const told = JSON.stringify(redact(value));
      for (const one of [...cards, ...mails, ...tokens]) expect(told).not.toContain(one);
    }),
  );
});

test('a card number is found among other numbers, and long numbers that are none stay whole', () => {
  expect(redactText('2 x 4111 1111 1111 1111 5555-5555-5555-4444 9')).toBe('2 x [card] [card] 9');
  expect(redactText('00041111111111111119')).toBe('00041111111111111119');
});

test('a number that is one of a card is masked; other numbers, yes and no stay', () => {
  expect(redact({ card: 4111111111111111, total: 900, paid: true, note: null })).toEqual({
    card: '[card]',
    total: 900,
    paid: true,
    note: null,
  });
});

test('what must travel is named, and only there', () => {
  const order = { customerEmail: 'ann@example.com', items: [{ note: 'mail bob@example.com' }] };
  expect(redact(order, ['customerEmail'])).toEqual({
    customerEmail: 'ann@example.com',
    items: [{ note: 'mail [email]' }],
  });
  expect(redactText('ann@example.com 4111111111111111', ['email'])).toBe('ann@example.com [card]');
});
