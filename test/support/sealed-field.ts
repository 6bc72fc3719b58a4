import { generateKeyPairSync } from 'node:crypto';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { CommitmentPolicy } from '@aws-crypto/material-management-node';
import { RawRsaKeyringNode } from '@aws-crypto/raw-rsa-keyring-node';

/** A key pair as the deployment makes one, in PEM. */
export function fieldKeyPair(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

export interface Sealing {
  readonly keyName: string;
  readonly publicKey: string;
  /** @default 'forms' */
  readonly providerId?: string;
  /** As CloudFront, whose messages commit to no key. @default CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT */
  readonly commitmentPolicy?: CommitmentPolicy;
}

/** A field as CloudFront hands it on: a message of the AWS Encryption SDK, in base64. */
export async function sealed(text: string, sealing: Sealing): Promise<string> {
  const { keyName, publicKey, providerId = 'forms' } = sealing;
  const { encrypt } = buildEncrypt(sealing.commitmentPolicy ?? CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
  const keyring = new RawRsaKeyringNode({
    keyNamespace: providerId,
    keyName,
    rsaKey: { publicKey },
    oaepHash: 'sha256',
  });
  return (await encrypt(keyring, text)).result.toString('base64');
}
