import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { CommitmentPolicy } from '@aws-crypto/material-management-node';
import { RawRsaKeyringNode } from '@aws-crypto/raw-rsa-keyring-node';

/** Fields of one form, and what CloudFront knows of the key. */
interface Asked {
  readonly providerId: string;
  readonly keyName: string;
  /** In PEM. */
  readonly publicKey: string;
  readonly texts: readonly string[];
}

/** CloudFront's messages commit to no key. */
const { encrypt } = buildEncrypt(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);

/** Encrypts for the emulator as CloudFront does: each field a message of the AWS Encryption SDK, in base64. */
export async function handler({ providerId, keyName, publicKey, texts }: Asked): Promise<readonly string[]> {
  const keyring = new RawRsaKeyringNode({
    keyNamespace: providerId,
    keyName,
    rsaKey: { publicKey },
    oaepHash: 'sha256',
  });
  const messages = await Promise.all(texts.map((text) => encrypt(keyring, text)));
  return messages.map(({ result }) => result.toString('base64'));
}
