import { Token } from 'aws-cdk-lib';

/** What decides what a bucket is called. */
export interface BucketNaming {
  readonly bucketName?: string;
  readonly bucketNamePrefix?: string;
  readonly accelerated?: boolean;
}

/** What S3 does not take as the name of a bucket, or not for what the bucket is to do. */
export function nameFaults({ bucketName, bucketNamePrefix, accelerated }: BucketNaming): (string | false)[] {
  return [
    bucketName !== undefined &&
      bucketNamePrefix !== undefined &&
      `bucketName is ${bucketName} and bucketNamePrefix is ${bucketNamePrefix}; give one of them, or none`,
    isBadName(bucketName, 63) &&
      `bucketName is ${bucketName}; use 3 to 63 lower-case letters, digits, hyphens and single dots, with a letter or digit at both ends, and no IP address`,
    isBadName(bucketNamePrefix, 37) &&
      `bucketNamePrefix is ${bucketNamePrefix}; use 3 to 37 lower-case letters, digits and hyphens, with a letter or digit at both ends`,
    ...[bucketName, bucketNamePrefix].map(
      (name) =>
        accelerated === true &&
        name !== undefined &&
        !Token.isUnresolved(name) &&
        name.includes('.') &&
        `accelerated is true and the bucket is called ${name}, whose dots no certificate of the edge covers; use hyphens, or leave accelerated out`,
    ),
  ];
}

function isBadName(name: string | undefined, longest: number): boolean {
  if (name === undefined || Token.isUnresolved(name)) return false;
  const shaped = /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name) && name.length >= 3 && name.length <= longest;
  return !shaped || name.includes('..') || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

/**
 * What a bucket of `bucketNamePrefix` is called. It can be written down in another stack, of another region too, with no reference
 * between the two.
 *
 * @param account 12 digits, or `Aws.ACCOUNT_ID`
 */
export const accountRegionalName = (prefix: string, account: string, region: string): string =>
  `${prefix}-${account}-${region}-an`;

/** The region that such a name ends with. */
export const regionOfName = (name: string): string | undefined => /-([a-z]{2}(?:-[a-z]+)+-\d)-an$/.exec(name)?.[1];
