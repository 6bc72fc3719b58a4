import { CommitmentPolicy } from '@aws-crypto/material-management-node';
import fc from 'fast-check';
import { FieldDecryptor, isSealed, Unreadable } from '../../../lambda/shared/field-decryptor';
import { fieldKeyPair, sealed } from '../../support/sealed-field';

const first = { keyName: 'First-eu-west-1', ...fieldKeyPair() };
const second = { keyName: 'Second-eu-west-1', ...fieldKeyPair() };
const decryptor = new FieldDecryptor('forms', [second, first]);

describe('a field that CloudFront has encrypted', () => {
  test('is read by whoever holds the private half, whatever stands in it [edge-field-decryption]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), async (text) => {
        const field = await sealed(text, first);
        expect(field).not.toContain(text.length > 8 ? text : '\n');
        expect(await decryptor.open(field)).toBe(text);
      }),
      { numRuns: 20 },
    );
  });

  test('is read with each key, the one of today and those of before', async () => {
    const fields = await Promise.all([first, second].map((key) => sealed('4242', key)));
    expect(await Promise.all(fields.map((field) => decryptor.open(field)))).toEqual(['4242', '4242']);
  });

  test('begins as every message of that library does, which the library reads only when told to', async () => {
    const field = await sealed('4242', first);
    expect(field.slice(0, 5)).toBe('AYADe');
    const committed = await sealed('4242', {
      ...first,
      commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    });
    expect(await decryptor.open(committed)).toBe('4242');
  });

  test('is another each time, so that equal fields do not look equal', async () => {
    expect(await sealed('4242', first)).not.toBe(await sealed('4242', first));
  });

  test.each([
    ['with another key', () => sealed('4242', { ...first, publicKey: fieldKeyPair().publicKey })],
    ['with a key of another name', () => sealed('4242', { ...first, keyName: 'Third-eu-west-1' })],
    ['for another provider', () => sealed('4242', { ...first, providerId: 'others' })],
  ])('is unreadable when it was encrypted %s [edge-field-decryption]', async (_, made) => {
    const failed: unknown = await decryptor.open(await made()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Unreadable);
    expect((failed as Error).message).toBe('it was encrypted with a key that is not here, or changed since');
  });

  test('is unreadable when one bit of it was changed, wherever', async () => {
    const bytes = Buffer.from(await sealed('4242', first), 'base64');
    for (let i = 2; i < bytes.length; i += 37) {
      const changed = Buffer.from(bytes);
      changed[i] ^= 1;
      await expect(decryptor.open(changed.toString('base64'))).rejects.toThrow(Unreadable);
    }
  });

  test('is told from one that came as it was', async () => {
    expect(isSealed(await sealed('4242 4242 4242 4242', first))).toBe(true);
    for (const plain of ['4242 4242 4242 4242', '', 'AYADe', 'A'.repeat(400), `AYAD${' '.repeat(400)}`])
      expect(isSealed(plain)).toBe(false);
    await expect(decryptor.open('4242')).rejects.toThrow('it is not what CloudFront makes of a field');
  });
});
