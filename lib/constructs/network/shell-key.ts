import { KeyPair, KeyPairType, type IKeyPair } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface ShellKeyProps {
  /**
   * The kind of key. Windows encrypts its first password for RSA keys only.
   * @default KeyPairType.ED25519
   */
  readonly type?: KeyPairType;
  /**
   * Who may read the private half.
   * @default - whoever is allowed to elsewhere
   */
  readonly readers?: readonly IGrantable[];
}

/**
 * A key pair: the public half is put on hosts, the private half stands in Parameter Store and nowhere else, for the readers
 * that are named. `aws ssm get-parameter --with-decryption` fetches it; RDP decrypts its password with it.
 *
 * `HostRules` refuses private keys in user data and outputs.
 *
 * @claims network-key-pair
 */
export class ShellKey extends Construct {
  readonly keyPair: IKeyPair;
  /** The parameter that holds the private half. */
  readonly parameterName: string;
  private readonly privateKey: IStringParameter;

  constructor(scope: Construct, id: string, { type = KeyPairType.ED25519, readers = [] }: ShellKeyProps = {}) {
    super(scope, id);
    const keyPair = new KeyPair(this, 'Pair', { type });
    this.keyPair = keyPair;
    this.privateKey = keyPair.privateKey;
    this.parameterName = this.privateKey.parameterName;
    for (const reader of readers) this.grantRead(reader);
  }

  /** Lets somebody read the private half, and with it log in wherever the public half is. */
  grantRead(reader: IGrantable): void {
    // Not grantRead: its list of all parameters is not to be had on one.
    Grant.addToPrincipal({
      grantee: reader,
      actions: ['ssm:GetParameter'],
      resourceArns: [this.privateKey.parameterArn],
    });
  }
}
