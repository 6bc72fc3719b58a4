import { Stack } from 'aws-cdk-lib';
import {
  CfnFieldLevelEncryptionConfig,
  CfnFieldLevelEncryptionProfile,
  ViewerProtocolPolicy,
  type CfnDistribution,
  type Distribution,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin, S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { EdgeRoute } from './edge-route';
import { fieldFaults } from './field-pattern';
import type { FieldKey } from './field-key';
import { regionalName } from './regional-name';

export interface FieldEncryptionProps {
  /**
   * Names of the fields, or how names begin, with a `*` at the end: `card_*`. At most ten, by case, none of which is covered by
   * another.
   */
  readonly fields: readonly string[];
  /** The key they are encrypted with. */
  readonly key: FieldKey;
  /**
   * Keys that fields of older forms were encrypted with, and that are still read.
   * @default - none
   */
  readonly earlierKeys?: readonly FieldKey[];
  /**
   * Whose key it is, which stands in every encrypted field beside the key's name. Another one makes all older fields unreadable.
   * @default 'forms'
   */
  readonly providerId?: string;
}

/** What somebody who reads the fields has to know of a key. */
export interface ReadingKey {
  /** What the key is called in the fields it has encrypted. */
  readonly keyName: string;
  /** ARN of the secret with its private half. */
  readonly secretArn: string;
}

/**
 * Fields of forms that the edge encrypts, one by one, whatever TLS does besides: every server behind it sees text without meaning, and
 * only who holds the private half of the key reads it. A form in any other shape than `application/x-www-form-urlencoded` is turned
 * away, as its fields would pass as they are. The origin has to take bodies in chunks.
 *
 * @claims edge-field-encryption, edge-field-decryption
 */
export class FieldEncryption extends Construct {
  /** What a route of a distribution names. */
  readonly configurationId: string;
  readonly providerId: string;
  private readonly keys: readonly FieldKey[];

  constructor(scope: Construct, id: string, props: FieldEncryptionProps) {
    super(scope, id);
    const { fields, key, earlierKeys = [], providerId = 'forms' } = props;
    refuse(this, [
      ...fieldFaults(fields),
      !/^[A-Za-z0-9:_-]{1,128}$/.test(providerId) &&
        `providerId is ${providerId || '(empty)'}; give at most 128 letters, digits and : _ -`,
      ...[key, ...earlierKeys].map(
        ({ node }, i, all) =>
          all.findIndex((other) => other.node === node) < i &&
          `earlierKeys has ${node.path}, which is named before; name each key once`,
      ),
    ]);
    const profile = new CfnFieldLevelEncryptionProfile(this, 'Profile', {
      fieldLevelEncryptionProfileConfig: {
        name: regionalName(this, 128),
        callerReference: regionalName(this, 128),
        comment: `Fields of forms that only the holder of a key reads`,
        encryptionEntities: [{ publicKeyId: key.publicKey.publicKeyId, providerId, fieldPatterns: [...fields] }],
      },
    });
    this.configurationId = new CfnFieldLevelEncryptionConfig(this, 'Configuration', {
      callerReference: regionalName(this, 128),
      comment: 'Forms whose fields are encrypted at the edge',
      contentTypeProfileConfig: {
        forwardWhenContentTypeIsUnknown: false,
        contentTypeProfiles: [
          { contentType: 'application/x-www-form-urlencoded', format: 'URLEncoded', profileId: profile.attrId },
        ],
      },
      queryArgProfileConfig: { forwardWhenQueryArgProfileIsUnknown: false, queryArgProfiles: [] },
    }).attrId;
    this.providerId = providerId;
    this.keys = [key, ...earlierKeys];
  }

  /** What a reader has to know of each key, the one that encrypts now first. */
  get readingKeys(): readonly ReadingKey[] {
    return this.keys.map(({ keyName, secret: { secretArn } }) => ({ keyName, secretArn }));
  }

  /** Lets a role read the fields. */
  grantRead(role: IRole): void {
    for (const key of this.keys) key.grantDecrypt(role);
  }
}

/** What is wrong with a route whose fields are to be encrypted. */
export function fieldRouteFaults(route: EdgeRoute & { readonly path: string }): (string | false)[] {
  const { path, origin, acceptsWrites = false, viewerProtocol, fieldEncryption } = route;
  if (!fieldEncryption) return [];
  return [
    !acceptsWrites &&
      `the route ${path} encrypts fields of forms and passes no form on; set acceptsWrites, or leave fieldEncryption out`,
    viewerProtocol === ViewerProtocolPolicy.ALLOW_ALL &&
      `the route ${path} encrypts fields of forms and answers plain HTTP, on which they would come as they are; redirect to HTTPS, or allow only that`,
    (origin instanceof S3BucketOrigin || origin instanceof S3StaticWebsiteOrigin) &&
      `the route ${path} encrypts fields of forms and its origin is a bucket, which reads none; give it a web server`,
  ];
}

/**
 * Has a distribution encrypt fields on its routes, the default one first, as its L2 knows nothing of it. Refuses a plain way from the
 * edge to the origin, on which CloudFront encrypts none.
 */
export function encryptFields(scope: Construct, distribution: Distribution, routes: readonly EdgeRoute[]): void {
  if (routes.every(({ fieldEncryption }) => !fieldEncryption)) return;
  const resource = distribution.node.defaultChild as CfnDistribution;
  const { origins, defaultCacheBehavior, cacheBehaviors } = Stack.of(scope).resolve(
    resource.distributionConfig,
  ) as Resolved;
  const plain = origins.filter(
    ({ customOriginConfig: { originProtocolPolicy = 'https-only' } = {} }) => originProtocolPolicy === 'http-only',
  );
  routes.forEach(({ fieldEncryption }, i) => {
    if (!fieldEncryption) return;
    const { targetOriginId, pathPattern = '*' } = i === 0 ? defaultCacheBehavior : cacheBehaviors[i - 1];
    refuse(scope, [
      plain.some(({ id }) => id === targetOriginId) &&
        `the route ${pathPattern} encrypts fields of forms and goes to its origin by plain HTTP, on which CloudFront encrypts none; give it an origin with TLS`,
    ]);
    const place = i === 0 ? 'DefaultCacheBehavior' : `CacheBehaviors.${i - 1}`;
    resource.addPropertyOverride(`DistributionConfig.${place}.FieldLevelEncryptionId`, fieldEncryption.configurationId);
  });
}

/** What of a distribution's configuration is looked at. */
interface Resolved {
  readonly origins: readonly {
    readonly id: string;
    readonly customOriginConfig?: { readonly originProtocolPolicy?: string };
  }[];
  readonly defaultCacheBehavior: Behaviour;
  readonly cacheBehaviors: readonly Behaviour[];
}
interface Behaviour {
  readonly targetOriginId: string;
  readonly pathPattern?: string;
}
