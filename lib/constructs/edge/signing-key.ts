import { createPublicKey, type KeyObject } from 'node:crypto';
import { CustomResource, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { PublicKey, type IPublicKey } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { attributes, properties } from '../../../lambda/signing-key/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import { AppFunction } from '../serverless/app-function';
import { regionalName } from './regional-name';

/** A key pair that somebody made: `openssl genrsa 2048`, or `openssl ecparam -name prime256v1 -genkey`. */
export interface GivenKeyPair {
  /** The public half, in PEM. */
  readonly publicKey: string;
  /** Where the private half is kept, in PEM. */
  readonly secret: ISecret;
}

export interface SigningKeyProps {
  /**
   * A key pair that is there already.
   * @default - one is made in the deployment, and nobody ever sees its private half
   */
  readonly given?: GivenKeyPair;
}

/**
 * A key pair by which what a distribution lets through is signed. The public half is CloudFront's; the private half is in one secret,
 * in no template, no asset and no log.
 *
 * @claims edge-signing-key-custody
 */
export class SigningKey extends Construct {
  readonly publicKey: IPublicKey;
  readonly secret: ISecret;

  constructor(scope: Construct, id: string, { given }: SigningKeyProps = {}) {
    super(scope, id);
    refuse(this, given ? [pemFault(given.publicKey)] : []);
    this.secret = given?.secret ?? secretOf(this);
    this.publicKey = new PublicKey(this, 'PublicKey', {
      publicKeyName: regionalName(this, 128),
      comment: `Signs what ${this.node.path.slice(0, 80)} lets through`,
      encodedKey: given?.publicKey ?? made(this, this.secret),
    });
  }

  /** Lets an issuer sign with it. */
  grantSign(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] }),
    );
  }
}

/** CloudFront takes RSA of 2048 bits and P-256 alone, and tells so only when the key is made. */
function pemFault(publicKey: string): string | undefined {
  if (Token.isUnresolved(publicKey)) return undefined;
  if (publicKey.includes('PRIVATE KEY'))
    return 'given.publicKey is a private key; give the public half, and make a new pair, as this one stands in the source now';
  let key: KeyObject;
  try {
    key = createPublicKey(publicKey);
  } catch {
    return 'given.publicKey is no public key in PEM; give what begins with -----BEGIN PUBLIC KEY-----';
  }
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: { modulusLength, namedCurve } = {} } = key;
  if ((type === 'rsa' && modulusLength === 2048) || (type === 'ec' && namedCurve === 'prime256v1')) return undefined;
  return `given.publicKey is of the kind ${[type, modulusLength ?? namedCurve].filter(Boolean).join(' ')}; CloudFront takes RSA of 2048 bits and the curve P-256`;
}

function secretOf(key: Construct): ISecret {
  const secret = new Secret(key, 'Secret', {
    description: 'The private half of a key that signs what CloudFront lets through',
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason:
      'A key that rotates by itself would shut out everybody who holds a signature of it: it is changed by a deployment that trusts the next one first, and the old one until its last signature has expired.',
  });
  return secret;
}

/** The public half of a pair that the deployment makes. */
function made(key: Construct, secret: ISecret): string {
  const maker = KeyMaker.of(key);
  maker.grantMake(secret);
  const pair = new CustomResource(key, 'Pair', {
    resourceType: 'Custom::SigningKeyPair',
    serviceToken: maker.functionArn,
    serviceTimeout: Duration.minutes(2),
    properties: { [properties.secret]: secret.secretArn },
  });
  pair.node.addDependency(maker);
  return pair.getAttString(attributes.publicKey);
}

/** The one function of a stack that makes key pairs. */
class KeyMaker extends Construct {
  static of(scope: Construct): KeyMaker {
    const stack = Stack.of(scope);
    return (
      (stack.node.tryFindChild('SigningKeyMaker') as KeyMaker | undefined) ?? new KeyMaker(stack, 'SigningKeyMaker')
    );
  }

  private readonly maker: AppFunction;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.maker = new AppFunction(this, 'Maker', {
      description: 'Makes key pairs, and keeps their private halves in secrets',
      code: handlerCode('signing-key', 'make-key'),
      timeout: Duration.seconds(30),
      environment: { POWERTOOLS_SERVICE_NAME: 'signing-key' },
    });
    Validations.of(this.maker.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'CloudFormation calls this function and waits for its answer, and fails the deployment without one; a dead letter would tell nobody more.',
    });
  }

  get functionArn(): string {
    return this.maker.function.functionArn;
  }

  grantMake({ secretArn }: ISecret): void {
    this.maker.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        resources: [secretArn],
      }),
    );
  }
}
