import type { KeyObject } from 'node:crypto';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { EdgeKey, isRsa2048, type EdgeKeyProps } from './edge-key';

/**
 * A key pair by which what a distribution lets through is signed.
 *
 * @claims edge-signing-key-custody
 */
export class SigningKey extends EdgeKey {
  constructor(scope: Construct, id: string, props: EdgeKeyProps = {}) {
    super(scope, id, props, {
      comment: (path) => `Signs what ${path} lets through`,
      secret: 'The private half of a key that signs what CloudFront lets through',
      notRotated:
        'A key that rotates by itself would shut out everybody who holds a signature of it: it is changed by a deployment that trusts the next one first, and the old one until its last signature has expired.',
      takes: 'RSA of 2048 bits and the curve P-256',
      fits: (key) => isRsa2048(key) || isP256(key),
    });
  }

  /** Lets an issuer sign with it. */
  grantSign(role: IRole): void {
    this.grantPrivateHalf(role);
  }
}

const isP256 = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
