import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ExchangeStore } from './exchange-store';
import { Inspection } from './inspection';
import { News } from './news';
import { Transfer } from './transfer';

export interface SecureUploadExchangeProps extends ArchitectureProps {
  /**
   * Whether uploads may enter AWS's network at the nearest edge.
   * @default false
   */
  readonly accelerated?: boolean;
  /**
   * An account whose identities fetch by themselves what was accepted, 12 digits.
   * @default - none
   */
  readonly partnerAccount?: string;
}

/** Where pages come from that somebody tries on their own machine. */
const ownMachine = 'http://localhost:8080';

/** Outsiders upload files by links that take one file of one type and size; each is looked at before anybody may have it. */
export class SecureUploadExchange extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'accelerated-exchange': {
      what: 'links lead to the nearest edge of AWS, for senders far away',
      props: { accelerated: true } satisfies Partial<SecureUploadExchangeProps>,
    },
    'shared-exchange': {
      what: 'another account fetches by itself what was accepted',
      props: { partnerAccount: '111122223333' } satisfies Partial<SecureUploadExchangeProps>,
    },
  };

  constructor(scope: Construct, id: string, props: SecureUploadExchangeProps) {
    super(scope, id, props);
    const { profile, settings, accelerated = false, partnerAccount } = props;
    const origins = [settings.domainName === undefined ? ownMachine : `https://${settings.domainName}`];
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const store = new ExchangeStore(this, 'Store', {
      accessLogs,
      origins,
      accelerated,
      ...(partnerAccount !== undefined && { partnerAccount }),
    });
    const { api } = new Transfer(this, 'Transfer', {
      alarms,
      accessLogs,
      store,
      origins,
      accelerated,
      strategy: profile.name === 'production' ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
    });
    const { failures } = new Inspection(this, 'Inspection', { alarms, store });
    const news = new News(this, 'News', { alarms, failures, store });

    const outputs = {
      ApiUrl: ['Where partners ask for links', api.url],
      ApiKeyId: ['Id of the key of the first partner', api.key!.keyId],
      ExchangeBucket: ['Where the files are', store.bucket.bucketName],
      DeliveriesUrl: ['Files that were accepted, for systems to work', news.deliveries.queue.queueUrl],
      SupportUrl: ['Files that were refused, for people to look after', news.support.queue.queueUrl],
      JournalUrl: ['Everything that arrived', news.journal.queue.queueUrl],
      FailureQueueUrl: ['What could not be inspected, with the reason', failures.queue.queueUrl],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
