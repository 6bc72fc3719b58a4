import { createPublicKey, type KeyObject } from 'node:crypto';
import { CustomResource, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { PublicKey, type IPublicKey } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { attributes, properties } from '../../../lambda/edge-key/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import { AppFunction } from '../serverless/app-function';
import { regionalName } from './regional-name';

/** A key pair that somebody made: `openssl genrsa 2048`, or `openssl ecparam -name prime256v1 -genkey` for signing. */
export interface GivenKeyPair {
  /** The public half, in PEM. */
  readonly publicKey: string;
  /** Where the private half is kept, in PEM. */
  readonly secret: ISecret;
}

export interface EdgeKeyProps {
  /**
   * A key pair that is there already.
   * @default - one is made in the deployment, and nobody ever sees its private half
   */
  readonly given?: GivenKeyPair;
}

/** What one kind of key is for. */
export interface EdgeKeyUse {
  /** What CloudFront shows of it, told where it stands; at most 128 characters. */
  readonly comment: (path: string) => string;
  /** What its secret is described as. */
  readonly secret: string;
  /** Why the secret is not changed by a schedule. */
  readonly notRotated: string;
  /** What CloudFront takes for it, in words. */
  readonly takes: string;
  readonly fits: (key: KeyObject) => boolean;
}

/** RSA of 2048 bits, the one kind that CloudFront takes for everything. */
export const isRsa2048 = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === 2048;

/**
 * A key pair that a distribution and a function share. The public half is CloudFront's; the private half is in one secret, in no
 * template, no asset and no log.
 *
 * @claims edge-signing-key-custody
 */
export abstract class EdgeKey extends Construct {
  readonly publicKey: IPublicKey;
  readonly secret: ISecret;
  /** What the public half is called at CloudFront. */
  readonly keyName: string;

  protected constructor(scope: Construct, id: string, { given }: EdgeKeyProps, use: EdgeKeyUse) {
    super(scope, id);
    refuse(this, given ? [pemFault(given.publicKey, use)] : []);
    this.secret = given?.secret ?? secretOf(this, use);
    this.keyName = regionalName(this, 128);
    this.publicKey = new PublicKey(this, 'PublicKey', {
      publicKeyName: this.keyName,
      comment: use.comment(this.node.path.slice(0, 80)),
      encodedKey: given?.publicKey ?? made(this, this.secret),
    });
  }

  /** Lets a role have the private half. */
  protected grantPrivateHalf(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] }),
    );
  }
}

/** CloudFront tells only when the key is made that it does not take it. */
function pemFault(publicKey: string, { takes, fits }: EdgeKeyUse): string | undefined {
  if (Token.isUnresolved(publicKey)) return undefined;
  if (publicKey.includes('PRIVATE KEY'))
    return 'given.publicKey is a private key; give the public half, and make a new pair, as this one stands in the source now';
  let key: KeyObject;
  try {
    key = createPublicKey(publicKey);
  } catch {
    return 'given.publicKey is no public key in PEM; give what begins with -----BEGIN PUBLIC KEY-----';
  }
  if (fits(key)) return undefined;
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: { modulusLength, namedCurve } = {} } = key;
  return `given.publicKey is of the kind ${[type, modulusLength ?? namedCurve].filter(Boolean).join(' ')}; CloudFront takes ${takes}`;
}

function secretOf(key: Construct, { secret: description, notRotated: reason }: EdgeKeyUse): ISecret {
  const secret = new Secret(key, 'Secret', { description });
  Validations.of(secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason });
  return secret;
}

/** The public half of a pair that the deployment makes. */
function made(key: Construct, secret: ISecret): string {
  const maker = KeyMaker.of(key);
  maker.grantMake(secret);
  const pair = new CustomResource(key, 'Pair', {
    resourceType: 'Custom::EdgeKeyPair',
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
    return (stack.node.tryFindChild('KeyMaker') as KeyMaker | undefined) ?? new KeyMaker(stack, 'KeyMaker');
  }

  private readonly maker: AppFunction;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.maker = new AppFunction(this, 'Maker', {
      description: 'Makes key pairs, and keeps their private halves in secrets',
      code: handlerCode('edge-key', 'make-key'),
      service: 'edge-key',
      timeout: Duration.seconds(30),
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
