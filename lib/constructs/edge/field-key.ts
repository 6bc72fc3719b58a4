import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { EdgeKey, isRsa2048, type EdgeKeyProps } from './edge-key';

/**
 * A key pair for fields of forms: with the public half CloudFront encrypts them, and only who holds the private half reads them.
 *
 * @claims edge-field-decryption
 */
export class FieldKey extends EdgeKey {
  constructor(scope: Construct, id: string, props: EdgeKeyProps = {}) {
    super(scope, id, props, {
      comment: (path) => `Encrypts fields of forms, as ${path}`,
      secret: 'The private half of a key that CloudFront encrypts fields of forms with',
      notRotated:
        'What a key has encrypted only that key reads: it is changed by a deployment that encrypts with the next one, and the old one stays for as long as forms of its time do.',
      takes: 'RSA of 2048 bits alone for fields of forms',
      fits: isRsa2048,
    });
  }

  /** Lets a role read what was encrypted with it. */
  grantDecrypt(role: IRole): void {
    this.grantPrivateHalf(role);
  }
}
