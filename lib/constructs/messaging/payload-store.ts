import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment, payloadPrefix } from '../../../lambda/payload-store/environment';
import { outsideRange, refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { PrivateBucket } from '../storage/private-bucket';
import type { IQueuePair } from './queue-pair';

export interface PayloadStoreProps {
  /** The queue whose messages have their bodies here. */
  readonly queue: IQueuePair;
  /** Where requests to the bucket are recorded, normally a `LogBucket`. */
  readonly accessLogs: IBucket;
  /**
   * How many bytes a message may hold, attributes included, before its body goes into the bucket: 1 up to what the queue takes.
   * @default - what the queue takes
   */
  readonly threshold?: number;
  /**
   * After how long a body that nobody removed is deleted, in whole days. It must outlive its message: the time in the queue, that among
   * the dead letters, and that in the queue again once it was redriven, which counts anew.
   * @default - all that, and a day
   */
  readonly expiration?: Duration;
}

/**
 * Where bodies lie that are too large for a message, up to 2 GiB each: a private bucket that forgets what nobody removed, but
 * never before its message.
 *
 * Give the program `environment` and one of the two grants, and use `Payloads` of `lambda/payload-store/payloads.ts`.
 *
 * @claims messaging-large-payload
 */
export class PayloadStore extends Construct {
  readonly bucket: IBucket;
  readonly expiration: Duration;
  /** The environment variables `Payloads` is made from. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: PayloadStoreProps) {
    super(scope, id);
    const { queue, accessLogs, threshold = queue.maxMessageSizeBytes } = props;
    const longest = 2 * queue.retentionPeriod.toSeconds() + queue.deadLetterRetentionPeriod.toSeconds();
    const needed = Duration.days(Math.ceil(longest / day) + 1);
    const { expiration = needed } = props;
    refuse(this, [
      outsideRange('threshold', threshold, 1, queue.maxMessageSizeBytes, 'bytes'),
      expiration.toSeconds() % day !== 0 &&
        `expiration is ${expiration.toHumanString()}; S3 looks once a day, so give whole days`,
      expiration.toSeconds() < needed.toSeconds() &&
        `expiration is ${expiration.toHumanString()}, but a message may live for ${Duration.seconds(longest).toHumanString()}, redriven once; give at least ${needed.toHumanString()}, or it may come for a body that is gone`,
    ]);

    this.bucket = new PrivateBucket(this, 'Bodies', {
      accessLogs,
      accessLogPrefix: 'payloads/',
      lifecycleRules: [{ id: 'Forgotten', prefix: payloadPrefix, expiration }],
    }).bucket;
    this.expiration = expiration;
    this.environment = {
      [environment.bucket]: this.bucket.bucketName,
      [environment.threshold]: `${threshold}`,
    };
  }

  /** Lets somebody store bodies, and remove those whose message could not be sent. */
  grantSend(grantee: IGrantable): void {
    this.grant(grantee, ['s3:PutObject', 's3:DeleteObject']);
  }

  /** Lets somebody load bodies, and remove those whose message is deleted. */
  grantReceive(grantee: IGrantable): void {
    this.grant(grantee, ['s3:GetObject', 's3:DeleteObject']);
    // Without it a body that is gone looks like one that is forbidden.
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
  }

  private grant({ grantPrincipal }: IGrantable, actions: string[]): void {
    const resource = this.bucket.arnForObjects(`${payloadPrefix}*`);
    grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
    if (!Construct.isConstruct(grantPrincipal)) return;
    Validations.of(grantPrincipal).acknowledge({
      id: wildcardFinding(this, resource),
      reason:
        'A body has its name only once it is sent, so its folder is named; nothing else of the bucket can be read, written or removed.',
    });
  }
}

const day = Duration.days(1).toSeconds();
