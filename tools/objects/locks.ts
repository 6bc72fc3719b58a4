import {
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { fieldsOf, written, type ObjectAddress } from './address';

/**
 * Puts a legal hold on a version, or takes it off. It has no end and goes beside any retention.
 *
 * @claims storage-object-lock-legal-hold
 */
export async function legalHold(s3: S3Client, address: ObjectAddress, state: 'ON' | 'OFF'): Promise<void> {
  await s3.send(
    new PutObjectLegalHoldCommand({
      ...fieldsOf(address),
      LegalHold: { Status: state },
      ChecksumAlgorithm: 'CRC32',
    }),
  );
}

/**
 * Deletes one version for good. A retained one in governance mode goes only if an officer says that it is meant.
 *
 * @claims storage-object-lock-governance
 * @throws when it is locked, with the reason S3 gives
 */
export async function deleteVersion(s3: S3Client, address: ObjectAddress, asOfficer: boolean): Promise<void> {
  if (address.version === undefined)
    throw new Error(
      `${written(address)} names no version, and without one nothing would be deleted but hidden; give one`,
    );
  try {
    await s3.send(
      new DeleteObjectCommand({ ...fieldsOf(address), ...(asOfficer && { BypassGovernanceRetention: true }) }),
    );
  } catch (cause) {
    if ((cause as Error).name !== 'AccessDenied') throw cause;
    const hint = asOfficer
      ? 'only officers may override, and nobody a hold or compliance mode'
      : 'officers add --as-officer';
    throw new Error(`${written(address)} was not deleted: ${(cause as Error).message}; ${hint}`, { cause });
  }
}

export interface SecondFactor {
  /** The serial number of the device, for a virtual one its ARN. */
  readonly serial: string;
  /** The six digits it shows. */
  readonly code: string;
}

/**
 * Switches MFA Delete on or off: from then on nobody deletes a version or stops versioning without a code of the root user's device.
 * Only the root user may do this, by the API and not in the console, and not on a bucket with lifecycle rules.
 *
 * @claims storage-mfa-delete
 */
export async function mfaDelete(
  s3: S3Client,
  bucket: string,
  { serial, code }: SecondFactor,
  state: 'Enabled' | 'Disabled',
  apply: boolean,
): Promise<void> {
  if (!/^\d{6}$/.test(code)) throw new Error(`the code is "${code}"; give the six digits that the device shows`);
  if (!/^([\w-]{9,256}|arn:[\w-]+:iam::\d{12}:mfa\/.+)$/.test(serial))
    throw new Error(`the serial is "${serial}"; give the number of the device, or arn:aws:iam::<account>:mfa/<name>`);
  const rules = await lifecycleRules(s3, bucket);
  if (rules.length > 0)
    throw new Error(
      `${bucket} has the lifecycle rules ${rules.join(', ')}, with which MFA Delete does not go; take a bucket without, or deny deletion without MFA in its policy`,
    );
  if (!apply) return;
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: bucket,
      MFA: `${serial} ${code}`,
      VersioningConfiguration: { Status: 'Enabled', MFADelete: state },
    }),
  );
}

async function lifecycleRules(s3: S3Client, Bucket: string): Promise<string[]> {
  try {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    return Rules.map(({ ID = 'without an id' }) => ID);
  } catch (cause) {
    if ((cause as Error).name === 'NoSuchLifecycleConfiguration') return [];
    throw cause;
  }
}
