import { Token, Validations, type Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { announce, overlapFaults } from '../storage/announcements';
import { objectEvents } from '../storage/object-events';
import type { AppFunction } from './app-function';
import type { AsyncDestination } from './async-destination';
import { AsyncInvocation } from './async-invocation';

/** Folders of a bucket. */
export interface Folders {
  readonly bucket: IBucket;
  /** What keys begin with, each ending in a slash, such as `resized/`. */
  readonly prefixes: readonly string[];
}

export interface FileTriggerProps {
  /** Where files arrive: a bucket that `announces`. */
  readonly bucket: IBucket;
  /** The folder in it, such as `incoming/`; what lies elsewhere starts nothing. */
  readonly incoming: string;
  /**
   * How the names of files end that start the function, with a dot and in small letters, such as `.jpg`; in capital letters they count too.
   * @default - every file does
   */
  readonly suffixes?: readonly string[];
  /**
   * Where the function writes. Folders that overlap with `incoming` in the same bucket are refused: each result would start the
   * function again.
   */
  readonly outgoing: Folders;
  /** The function; it gets the right to read `incoming` and to write `outgoing`. */
  readonly function: AppFunction;
  /**
   * What of it is started.
   * @default - the newest code of the function
   */
  readonly alias?: IAlias;
  /** Where the announcement of a file goes whose attempts all failed, with the reason. */
  readonly onFailure: AsyncDestination;
  /**
   * Attempts after the first, 0 to 2.
   * @default 2
   */
  readonly retryAttempts?: number;
  /**
   * How long an announcement is kept while there is no success, 1 minute to 6 hours.
   * @default Duration.hours(6)
   */
  readonly maxEventAge?: Duration;
}

/**
 * A file that is put into a folder of a bucket starts a function, which nobody waits for: S3 announces it to Lambda, which tries three
 * times and then keeps the announcement with the reason. S3 announces each file at least once, now and then twice, and in any order.
 *
 * @claims serverless-file-processing, storage-events-destinations, storage-events-loop, storage-events-overlap
 */
export class FileTrigger extends Construct {
  constructor(scope: Construct, id: string, props: FileTriggerProps) {
    super(scope, id);
    const { bucket, incoming, suffixes = [], outgoing, function: called, alias } = props;
    refuse(this, [
      !isFolder(incoming) && `incoming is "${incoming}"; name a folder with a slash at its end, such as incoming/`,
      outgoing.prefixes.length === 0 && 'outgoing.prefixes is empty; name the folders the function writes to',
      ...outgoing.prefixes
        .filter((prefix) => !isFolder(prefix))
        .map((prefix) => `outgoing.prefixes has "${prefix}"; name a folder with a slash at its end, such as resized/`),
      ...(bucket === outgoing.bucket ? outgoing.prefixes.filter((prefix) => overlap(prefix, incoming)) : []).map(
        (prefix) =>
          `outgoing.prefixes has ${prefix}, which overlaps with incoming ${incoming} of the same bucket, so that each result would start the function again; choose a folder beside it, or another bucket`,
      ),
      ...suffixFaults(suffixes),
    ]);
    const ends = suffixes.flatMap((suffix) => [{ suffix }, { suffix: suffix.toUpperCase() }]);
    const filters = (ends.length > 0 ? ends : [{}]).map((end) => ({ prefix: incoming, ...end }));
    const announcement = { events: [objectEvents.created], filters };
    refuse(this, overlapFaults(this, bucket, announcement));

    announce(this, bucket, announcement, new LambdaDestination(alias ?? called.function));
    this.mayRead(props);
    this.mayWrite(props);
    new AsyncInvocation(this, 'Runs', {
      function: called,
      ...(alias && { alias }),
      onFailure: props.onFailure,
      ...(props.retryAttempts !== undefined && { retryAttempts: props.retryAttempts }),
      ...(props.maxEventAge && { maxEventAge: props.maxEventAge }),
    });
  }

  private mayRead({ bucket, incoming, function: { role } }: FileTriggerProps): void {
    const files = bucket.arnForObjects(`${incoming}*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [files] }));
    // Without it S3 says of what is not there that it is forbidden, not that it is missing.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
    if (bucket.encryptionKey)
      role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['kms:Decrypt'], resources: [bucket.encryptionKey.keyArn] }),
      );
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, files),
      reason: `Whoever puts a file chooses its name, so the function may read any object below ${incoming}, and nothing beside it.`,
    });
  }

  private mayWrite({ outgoing: { bucket, prefixes }, function: { role } }: FileTriggerProps): void {
    const folders = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
    // Reading, to see what is there already: an announcement may come twice, and late.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: folders }));
    if (bucket.encryptionKey)
      role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [bucket.encryptionKey.keyArn],
        }),
      );
    prefixes.forEach((prefix, i) =>
      Validations.of(role).acknowledge({
        id: wildcardFinding(this, folders[i]),
        reason: `A result is named after its file, whose name is known only when it arrives; the function writes below ${prefix}, and nothing beside it.`,
      }),
    );
  }
}

const isFolder = (prefix: string): boolean => Token.isUnresolved(prefix) || /^[^/].*\/$/.test(prefix);
const overlap = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

function suffixFaults(suffixes: readonly string[]): string[] {
  return suffixes.flatMap((suffix, i) => [
    ...(/^\.[a-z0-9.]*[a-z][a-z0-9.]*$/.test(suffix)
      ? []
      : [`suffixes has "${suffix}"; write a dot and small letters, such as .jpg`]),
    ...suffixes
      .slice(0, i)
      .filter((other) => other.endsWith(suffix) || suffix.endsWith(other))
      .map(
        (other) => `suffixes has ${other} and ${suffix}, both of which one name can end with; leave one of them out`,
      ),
  ]);
}
