import { Token } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SubscriptionProtocol, type HealthyRetryPolicy } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IQueuePair } from './queue-pair';

/** Who hears a topic, and over which protocol. */
export class Subscriber {
  /**
   * A queue; its own dead-letter queue also takes what the topic could not deliver.
   *
   * @param undelivered takes that instead: needed for a standard queue on a FIFO topic, which gives up its messages to FIFO queues only
   */
  static queue(
    pair: Pick<IQueuePair, 'queue' | 'deadLetterQueue'>,
    undelivered: IQueue = pair.deadLetterQueue,
  ): Subscriber {
    return new Subscriber({
      protocol: SubscriptionProtocol.SQS,
      endpoint: pair.queue.queueArn,
      queue: pair.queue,
      deadLetterQueue: undelivered,
    });
  }

  /** A function, called asynchronously. */
  static function(handler: IFunction, deadLetterQueue: IQueue): Subscriber {
    return new Subscriber({
      protocol: SubscriptionProtocol.LAMBDA,
      endpoint: handler.functionArn,
      handler,
      deadLetterQueue,
    });
  }

  /** A Data Firehose stream, by its ARN, with the role that may write to it. */
  static firehose(streamArn: string, role: IRole, deadLetterQueue: IQueue): Subscriber {
    return new Subscriber({ protocol: SubscriptionProtocol.FIREHOSE, endpoint: streamArn, role, deadLetterQueue });
  }

  /** An HTTPS address, which must confirm; `retries` says how failed deliveries are tried again. */
  static https(url: string, deadLetterQueue: IQueue, retries?: HealthyRetryPolicy): Subscriber {
    return new Subscriber({
      protocol: SubscriptionProtocol.HTTPS,
      endpoint: url,
      deadLetterQueue,
      ...(retries && { retries }),
      fault:
        Token.isUnresolved(url) || url.startsWith('https://')
          ? undefined
          : `url is ${url}; give an address that begins with https://`,
    });
  }

  /** A person's mailbox; the person must confirm. */
  static email(address: string, deadLetterQueue: IQueue): Subscriber {
    return new Subscriber({ protocol: SubscriptionProtocol.EMAIL, endpoint: address, deadLetterQueue });
  }

  /** A telephone, by its number in international form. */
  static sms(number: string, deadLetterQueue: IQueue): Subscriber {
    return new Subscriber({
      protocol: SubscriptionProtocol.SMS,
      endpoint: number,
      deadLetterQueue,
      fault:
        Token.isUnresolved(number) || /^\+[1-9]\d{6,14}$/.test(number)
          ? undefined
          : `number is ${number}; write it in international form, such as +4915112345678`,
    });
  }

  /** An app on a phone, by the ARN of its endpoint at a platform application. */
  static push(endpointArn: string, deadLetterQueue: IQueue): Subscriber {
    return new Subscriber({ protocol: SubscriptionProtocol.APPLICATION, endpoint: endpointArn, deadLetterQueue });
  }

  private constructor(readonly details: SubscriberDetails) {}
}

export interface SubscriberDetails {
  readonly protocol: SubscriptionProtocol;
  readonly endpoint: string;
  readonly deadLetterQueue: IQueue;
  readonly queue?: IQueue;
  readonly handler?: IFunction;
  readonly role?: IRole;
  readonly retries?: HealthyRetryPolicy;
  readonly fault?: string;
}
