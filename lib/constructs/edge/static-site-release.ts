import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { Policy, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { ASSETS, hashedNames, namesAsBuilt, type NamedSite, type SiteFiles } from './hashed-names';
import { ReleaseHelper } from './release-helper';
import { readSite, sharedFaults, writeSite } from './site-files';

/** Where the names of the files below `assets/` come from. */
export enum AssetNames {
  /** The release puts a hash of each file's content into its name and rewrites references to it. */
  BY_CONTENT = 'by content',
  /** The site's own build tool has done so. */
  AS_BUILT = 'as built',
}

export interface StaticSiteReleaseProps {
  /** The folder with the site; files that begin with a dot are left out. */
  readonly source: string;
  /**
   * Files of other places that belong to the site, by where they stand in it, such as `assets/pkce.js`: what several sites share.
   * @default - none
   */
  readonly shared?: Readonly<Record<string, string>>;
  /**
   * Documents that are made at deployment, of values known only then: JSON, by name.
   * @default - none
   */
  readonly documents?: Readonly<Record<string, object>>;
  /** Where it is published. */
  readonly bucket: IBucket;
  /** What serves the bucket and keeps copies of the old release. */
  readonly distribution: IDistribution;
  /**
   * Where the names of the files below `assets/` come from.
   * @default AssetNames.BY_CONTENT
   */
  readonly assetNames?: AssetNames;
  /**
   * Paths whose copies at the edge end with the release, each with a leading slash; a `*` only as the last character. Empty
   * for none: copies then live on for as long as the documents' Cache-Control says.
   * @default - the documents, as their names stay while their content changes
   */
  readonly invalidate?: readonly string[];
}

/** A year, and never asked for again: the name changes with the content. */
const forAssets = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()];
/** Browsers ask each time whether there is a newer one; edges keep it five minutes unless a release ends that. */
const forDocuments = [
  CacheControl.setPublic(),
  CacheControl.maxAge(Duration.seconds(0)),
  CacheControl.sMaxAge(Duration.minutes(5)),
  CacheControl.mustRevalidate(),
];

/**
 * Publishes a site at each deployment, in the order that never shows a page without its parts: first the assets under their
 * new names, beside those of former releases; then the documents that refer to them; then the copies of the documents at the
 * edge are ended, and the deployment waits for that. Going back is publishing the former documents: their assets are there.
 *
 * @claims edge-origin-cache-headers, edge-versioned-names, edge-invalidate-on-release
 */
export class StaticSiteRelease extends Construct {
  /** What is published, under which names. */
  readonly site: NamedSite;

  constructor(scope: Construct, id: string, props: StaticSiteReleaseProps) {
    super(scope, id);
    const {
      source,
      bucket,
      distribution,
      assetNames = AssetNames.BY_CONTENT,
      documents: made = {},
      shared = {},
    } = props;
    const own = readSite(source);
    refuse(this, [
      own.size === 0 && `source is ${source}, which holds no files; give the folder of a site`,
      ...pathFaults(props.invalidate ?? []),
      ...madeFaults(Object.keys(made), own),
      ...sharedFaults(shared, own),
    ]);
    const files = new Map([
      ...own,
      ...Object.entries(shared).map(([path, file]) => [path, readFileSync(file)] as const),
    ]);
    this.site = assetNames === AssetNames.BY_CONTENT ? hashedNames(files) : namesAsBuilt(files);
    const built = writeSite(this.site);
    const assets = new Asset(this, 'AssetFiles', { path: join(built, 'assets') });
    const documents = new Asset(this, 'DocumentFiles', { path: join(built, 'documents') });
    const helper = ReleaseHelper.of(this);
    const permission = this.permit(helper.role, bucket, distribution, documents.bucket);
    const common = {
      destinationBucket: bucket,
      role: helper.asIs,
      logGroup: helper.logs,
      memoryLimit: helper.memory,
      outputObjectKeys: false,
    };

    const first = new BucketDeployment(this, 'Assets', {
      ...common,
      sources: [Source.bucket(assets.bucket, assets.s3ObjectKey)],
      destinationKeyPrefix: 'assets',
      cacheControl: forAssets,
      prune: false,
    });
    const last = new BucketDeployment(this, 'Documents', {
      ...common,
      sources: [
        Source.bucket(documents.bucket, documents.s3ObjectKey),
        ...Object.entries(made).map(([name, value]) => Source.jsonData(name, value)),
      ],
      exclude: [`${ASSETS}*`],
      cacheControl: forDocuments,
      prune: true,
      ...(props.invalidate?.length !== 0 && {
        distribution,
        distributionPaths: [
          ...(props.invalidate ?? [...pathsOf(this.site), ...Object.keys(made).map((name) => `/${name}`)]),
        ],
        waitForDistributionInvalidation: true,
      }),
    });
    first.node.addDependency(permission);
    last.node.addDependency(first);
    // Each deployment brings the helper's layer, but the one helper has the layer of the first.
    last.node.tryRemoveChild('AwsCliLayer');
    helper.acknowledge();
  }

  /** What the helper may do for this release: read archives, write this bucket, end copies of this distribution. */
  private permit(role: IRole, bucket: IBucket, distribution: IDistribution, archives: IBucket): Policy {
    const policy = new Policy(this, 'Permission', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [archives.arnForObjects('*')] }),
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
        new PolicyStatement({
          actions: ['s3:PutObject', 's3:DeleteObject'],
          resources: [bucket.arnForObjects('*')],
        }),
        new PolicyStatement({
          actions: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
          resources: [
            Stack.of(this).formatArn({
              service: 'cloudfront',
              region: '',
              resource: 'distribution',
              resourceName: distribution.distributionId,
            }),
          ],
        }),
        ...(bucket.encryptionKey
          ? [
              new PolicyStatement({
                actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
                resources: [bucket.encryptionKey.keyArn],
              }),
            ]
          : []),
      ],
    });
    Validations.of(policy).acknowledge(
      {
        id: wildcardFinding(this, archives.arnForObjects('*')),
        reason:
          'The key of an archive is a hash of its content. A policy that named it would change with each release and might not have spread when the helper reads, so it may read every archive the CDK put there, and write none.',
      },
      {
        id: wildcardFinding(this, bucket.arnForObjects('*')),
        reason:
          'Which files a site consists of is decided by each release, so the helper may put and delete any object of this bucket, which holds nothing but the site.',
      },
    );
    return policy;
  }
}

function pathsOf({ documents }: NamedSite): string[] {
  return [...documents.keys()].flatMap((path) => (path === 'index.html' ? ['/', `/${path}`] : [`/${path}`]));
}

function madeFaults(names: readonly string[], files: SiteFiles): (string | false)[] {
  return names.map(
    (name) =>
      (!/^[\w-]+(\/[\w-]+)*\.json$/.test(name) &&
        `documents has ${name}; give a name that ends in .json, without a slash at its beginning`) ||
      (name.startsWith(ASSETS) &&
        `documents has ${name}, but what lies below ${ASSETS} keeps its content for ever; put it elsewhere`) ||
      (files.has(name) && `documents has ${name}, which source holds too; leave one of them out`),
  );
}

function pathFaults(paths: readonly string[]): (string | false)[] {
  const wildcards = paths.filter((path) => path.includes('*'));
  return [
    ...paths.flatMap((path) => [
      !path.startsWith('/') && `invalidate has ${path}; begin the path with a slash, /${path}`,
      /\*./.test(path) && `invalidate has ${path}; a * stands only at the end of a path`,
    ]),
    paths.length > 3000 && `invalidate has ${paths.length} paths; 3000 can be under way at a time, so use /*`,
    wildcards.length > 15 &&
      `invalidate has ${wildcards.length} paths with a *; 15 can be under way at a time, so use /*`,
  ];
}
