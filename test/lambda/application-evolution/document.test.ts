import fc from 'fast-check';
import { uploaded, tryId } from '../../../lambda/application-evolution/contracts';
import { document, isDocumentId, named, newDocument } from '../../../lambda/application-evolution/document';

const names = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);

test('every document that is taken has an id, and fits a message of a queue and an event of a bus', () => {
  fc.assert(
    fc.property(names, fc.string({ unit: 'binary', minLength: 1, maxLength: 10_000 }), (name, text) => {
      const taken = newDocument.safeParse({ name, text });
      if (!taken.success) return;
      const known = named(taken.data);
      expect(isDocumentId(known.id)).toBe(true);
      expect(document.parse(known)).toEqual(known);
      uploaded.make(known, { id: tryId(known.id, 1) });
    }),
  );
});

test('the longest and worst text fits: each of its characters takes six bytes', () => {
  const known = named({ name: 'n'.repeat(40), text: '\u0000'.repeat(10_000) });
  const { detail } = uploaded.make(known, { id: tryId(known.id, 2), attempt: 2 });
  expect(Buffer.byteLength(JSON.stringify(detail))).toBeGreaterThan(60_000);
});

test('the same text under one name is one document, another text is another', () => {
  fc.assert(
    fc.property(names, fc.string(), fc.string(), (name, one, other) => {
      expect(named({ name, text: one }).id === named({ name, text: other }).id).toBe(one === other);
    }),
  );
});
