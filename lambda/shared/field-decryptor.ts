import { buildDecrypt } from '@aws-crypto/decrypt-node';
import { CommitmentPolicy, MultiKeyringNode } from '@aws-crypto/material-management-node';
import { RawRsaKeyringNode } from '@aws-crypto/raw-rsa-keyring-node';

/** A key that CloudFront encrypts fields of forms with. */
export interface FieldReadingKey {
  /** What its public half is called at CloudFront. */
  readonly keyName: string;
  /** Its private half, in PEM. */
  readonly privateKey: string;
}

/** A field that nobody here can read: it is no encrypted field, it was encrypted with another key, or it was changed on its way. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Fields have 16 KB at most, and grow by a third and by what stands before them. */
const longest = 24_000;

/**
 * Whether a text has the shape of an encrypted field: a message of the AWS Encryption SDK, in base64. For whoever keeps such fields
 * and reads none: it tells one that the edge did not encrypt, and nothing of what is in one.
 */
export function isSealed(text: string): boolean {
  if (text.length > longest || text.length < 100 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const [version, kind] = Buffer.from(text.slice(0, 4), 'base64');
  return (version === 1 && kind === 0x80) || version === 2;
}

/**
 * Reads fields that CloudFront has encrypted, with the private halves of the keys: the message of each says which key it was.
 *
 * CloudFront's messages bind no key to their text (they commit to none), which the library refuses unless it is told otherwise.
 *
 * @claims edge-field-decryption
 */
export class FieldDecryptor {
  readonly #keys: MultiKeyringNode;
  readonly #decrypt = buildDecrypt({
    commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT,
    maxEncryptedDataKeys: 1,
  }).decrypt;

  /** @param providerId whose keys they are, as the encryption at the edge says */
  constructor(providerId: string, keys: readonly FieldReadingKey[]) {
    const children = keys.map(
      ({ keyName, privateKey }) =>
        new RawRsaKeyringNode({ keyNamespace: providerId, keyName, rsaKey: { privateKey }, oaepHash: 'sha256' }),
    );
    this.#keys = new MultiKeyringNode({ children });
  }

  /**
   * What stood in a field.
   *
   * @throws Unreadable, without a word of what it holds
   */
  async open(text: string): Promise<string> {
    if (!isSealed(text)) throw new Unreadable('it is not what CloudFront makes of a field');
    try {
      const { plaintext } = await this.#decrypt(this.#keys, Buffer.from(text, 'base64'));
      return plaintext.toString('utf8');
    } catch (cause) {
      throw new Unreadable('it was encrypted with a key that is not here, or changed since', { cause });
    }
  }
}
