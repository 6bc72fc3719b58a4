import { Token, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { CfnDeliveryStream, CfnDeliveryStreamProps } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IDomain } from 'aws-cdk-lib/aws-opensearchservice';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { wildcardFinding } from '../findings';

/** A folder of a bucket. */
export interface DeliveryFolder {
  readonly bucket: IBucket;
  /** Ends in a slash. What cannot be delivered goes into `undelivered/` in it. */
  readonly folder: string;
}

export interface HttpDelivery {
  /** Must be HTTPS. */
  readonly url: string;
  /** Whose endpoint it is, as shown in the console. */
  readonly name: string;
  /** Holds the endpoint's access key, as JSON: `{"api_key": "…"}`. */
  readonly secret: ISecret;
  /** Where records go that the endpoint did not take. */
  readonly failures: DeliveryFolder;
}

export interface SplunkDelivery {
  /** The HTTP event collector; must be HTTPS. */
  readonly url: string;
  /** Holds the collector's token, as JSON: `{"hec_token": "…"}`. */
  readonly secret: ISecret;
  /** Where records go that Splunk did not take. */
  readonly failures: DeliveryFolder;
}

export interface OpenSearchDelivery {
  readonly domain: IDomain;
  /** A new index begins each day, with the date at its end. */
  readonly index: string;
  /** Where documents go that the domain did not take. */
  readonly failures: DeliveryFolder;
}

export interface RedshiftDelivery {
  /** `jdbc:redshift://<cluster>:5439/<database>` */
  readonly jdbcUrl: string;
  readonly table: string;
  /** Holds user and password, as JSON: `{"username": "…", "password": "…"}`. */
  readonly secret: ISecret;
  /** Where records lie first, for Redshift to copy them from; they stay, and so do those it did not take. */
  readonly staging: DeliveryFolder;
}

/** What a pipe gives its destination. */
export interface DeliveryContext {
  /** Who delivers. */
  readonly role: IRole;
  readonly bufferingHints: { readonly intervalInSeconds: number; readonly sizeInMBs: number };
  /** What all destinations have: the transform, and where errors are logged. */
  readonly common: {
    readonly processingConfiguration?: CfnDeliveryStream.ProcessingConfigurationProperty;
    readonly cloudWatchLoggingOptions?: CfnDeliveryStream.CloudWatchLoggingOptionsProperty;
  };
}

interface Kind {
  /** The beginning of its figures' names, such as `DeliveryToS3`. */
  readonly metric: string;
  /** The longest time and the most MiB it may gather. */
  readonly longestSeconds: number;
  readonly mostMebibytes: number;
}

/**
 * Where a delivery stream puts what it gathers: a bucket, or something else with a bucket for what that did not take.
 * Credentials come from a secret, which only the pipe may read.
 *
 * @claims messaging-delivery-destinations
 */
export class DeliveryDestination {
  /** A folder of a bucket, in files compressed with gzip, in folders by year, month, day and hour (UTC). */
  static bucket(bucket: IBucket, folder: string): DeliveryDestination {
    return new DeliveryDestination(
      { metric: 'DeliveryToS3', longestSeconds: 900, mostMebibytes: 128 },
      folderFaults('folder', folder),
      bucket,
      (context) => ({
        extendedS3DestinationConfiguration: { ...toFolder({ bucket, folder }, context), ...context.common },
      }),
    );
  }

  static httpEndpoint({ url, name, secret, failures }: HttpDelivery): DeliveryDestination {
    return new DeliveryDestination(
      { metric: 'DeliveryToHttpEndpoint', longestSeconds: 900, mostMebibytes: 64 },
      [...httpsFaults(url), ...folderFaults('failures', failures.folder)],
      failures.bucket,
      (context) => ({
        httpEndpointDestinationConfiguration: {
          endpointConfiguration: { url, name },
          requestConfiguration: { contentEncoding: 'GZIP' },
          roleArn: context.role.roleArn,
          secretsManagerConfiguration: credentials(secret, context),
          s3BackupMode: 'FailedDataOnly',
          s3Configuration: toFolder(failures, context),
          bufferingHints: context.bufferingHints,
          ...context.common,
        },
      }),
    );
  }

  static splunk({ url, secret, failures }: SplunkDelivery): DeliveryDestination {
    return new DeliveryDestination(
      { metric: 'DeliveryToSplunk', longestSeconds: 60, mostMebibytes: 5 },
      [...httpsFaults(url), ...folderFaults('failures', failures.folder)],
      failures.bucket,
      (context) => ({
        splunkDestinationConfiguration: {
          hecEndpoint: url,
          hecEndpointType: 'Event',
          secretsManagerConfiguration: credentials(secret, context),
          s3BackupMode: 'FailedEventsOnly',
          s3Configuration: toFolder(failures, context),
          bufferingHints: context.bufferingHints,
          ...context.common,
        },
      }),
    );
  }

  static openSearch({ domain, index, failures }: OpenSearchDelivery): DeliveryDestination {
    return new DeliveryDestination(
      { metric: 'DeliveryToAmazonOpenSearchService', longestSeconds: 900, mostMebibytes: 100 },
      folderFaults('failures', failures.folder),
      failures.bucket,
      (context) => {
        const documents = `${domain.domainArn}/*`;
        context.role.addToPrincipalPolicy(
          new PolicyStatement({
            actions: ['es:DescribeDomain', 'es:DescribeDomainConfig', 'es:DescribeDomains', 'es:ESHttpGet'],
            resources: [domain.domainArn, documents],
          }),
        );
        context.role.addToPrincipalPolicy(
          new PolicyStatement({ actions: ['es:ESHttpPost', 'es:ESHttpPut'], resources: [documents] }),
        );
        Validations.of(context.role).acknowledge({
          id: wildcardFinding(context.role, documents),
          reason:
            'Firehose names the index of a day and looks at the state of the domain below paths of its own, so the role may go to any path of this one domain.',
        });
        return {
          amazonopensearchserviceDestinationConfiguration: {
            domainArn: domain.domainArn,
            indexName: index,
            indexRotationPeriod: 'OneDay',
            roleArn: context.role.roleArn,
            s3BackupMode: 'FailedDocumentsOnly',
            s3Configuration: toFolder(failures, context),
            bufferingHints: context.bufferingHints,
            ...context.common,
          },
        };
      },
    );
  }

  static redshift({ jdbcUrl, table, secret, staging }: RedshiftDelivery): DeliveryDestination {
    return new DeliveryDestination(
      { metric: 'DeliveryToRedshift', longestSeconds: 900, mostMebibytes: 128 },
      [
        ...folderFaults('staging', staging.folder),
        !Token.isUnresolved(jdbcUrl) &&
          !jdbcUrl.startsWith('jdbc:redshift://') &&
          `jdbcUrl is ${jdbcUrl}; give jdbc:redshift://<cluster>:5439/<database>`,
      ],
      staging.bucket,
      (context) => ({
        redshiftDestinationConfiguration: {
          clusterJdbcurl: jdbcUrl,
          copyCommand: { dataTableName: table, copyOptions: "JSON 'auto' GZIP" },
          roleArn: context.role.roleArn,
          secretsManagerConfiguration: credentials(secret, context),
          s3Configuration: toFolder(staging, context),
          ...context.common,
        },
      }),
    );
  }

  private constructor(
    readonly kind: Kind,
    private readonly found: readonly (string | false)[],
    /** What it writes to in any case. */
    readonly bucket: IBucket,
    /** Lets the role do what it takes, and gives what CloudFormation calls it. */
    readonly bind: (context: DeliveryContext) => Partial<CfnDeliveryStreamProps>,
  ) {}

  /** What is wrong with it, as sentences. */
  faults(): readonly (string | false)[] {
    return this.found;
  }
}

/** Lets the role write below the folder. */
function toFolder({ bucket, folder }: DeliveryFolder, { role, bufferingHints }: DeliveryContext) {
  const objects = bucket.arnForObjects(`${folder}*`);
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['s3:AbortMultipartUpload', 's3:PutObject'], resources: [objects] }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
  );
  bucket.encryptionKey?.grantEncryptDecrypt(role);
  Validations.of(role).acknowledge({
    id: wildcardFinding(role, objects),
    reason:
      'Firehose names each file by the time it writes it, so the role may write any name below the folder of this stream, and nothing beside it.',
  });
  return {
    bucketArn: bucket.bucketArn,
    roleArn: role.roleArn,
    prefix: folder,
    errorOutputPrefix: `${folder}undelivered/`,
    compressionFormat: 'GZIP',
    bufferingHints,
  };
}

function credentials(
  secret: ISecret,
  { role }: DeliveryContext,
): CfnDeliveryStream.SecretsManagerConfigurationProperty {
  secret.grantRead(role);
  return { enabled: true, secretArn: secret.secretArn, roleArn: role.roleArn };
}

/** A prefix with expressions of its own would leave where failures go to chance. */
const folderFaults = (name: string, folder: string): (string | false)[] => [
  !Token.isUnresolved(folder) &&
    (!/^[^/].*\/$/.test(folder) || folder.includes('!{')) &&
    `${name} is "${folder}"; name one that ends in a slash and holds no expression, such as "orders-api/"`,
];

const httpsFaults = (url: string): (string | false)[] => [
  !Token.isUnresolved(url) && !url.startsWith('https://') && `url is ${url}; give one that begins with https://`,
];
