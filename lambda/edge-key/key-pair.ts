import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/**
 * The public half of the key pair that a secret keeps; makes the pair when there is none yet. The private half goes from this
 * function's memory into the secret, and nowhere else.
 *
 * Asked again it tells of the same pair: a key that changed by itself would shut out everybody who holds a signature, and nobody could
 * read any more what was encrypted for the old one.
 *
 * @param token the same for the same request, so that a repeated one stores nothing twice
 * @claims edge-signing-key-custody
 */
export async function publicHalf(client: SecretsManagerClient, secret: string, token: string): Promise<string> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  const kept = privateKeyIn(SecretString);
  if (kept) return pem(kept);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await client.send(
    new PutSecretValueCommand({
      SecretId: secret,
      ClientRequestToken: token,
      SecretString: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }),
  );
  return pem(privateKey);
}

/** A secret begins with a random word, which is no key. */
function privateKeyIn(text: string): KeyObject | undefined {
  if (!text.startsWith('-----BEGIN')) return undefined;
  return createPrivateKey(text);
}

const pem = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
