import { Duration, Validations } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { BackoffFunction } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/alert-broadcast/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import type { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { Subscriber } from '../../constructs/messaging/subscriber';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { FunctionUrl } from '../../constructs/serverless/function-url';
import { handlerCode } from '../../handlers';

export interface ReceiverProps {
  readonly alarms: AlarmTopic;
  readonly news: NoticeTopic;
  /** Where news goes that the receiver did not take in an hour. */
  readonly undelivered: FailureQueue;
  readonly deletionProtection: boolean;
}

/** At once, then six times within half a minute, then ever more slowly: within the hour that SNS lets a policy last. */
export const retries = {
  numRetries: 18,
  numNoDelayRetries: 1,
  minDelayTarget: Duration.seconds(5),
  numMinDelayRetries: 6,
  maxDelayTarget: Duration.minutes(5),
  numMaxDelayRetries: 8,
  backoffFunction: BackoffFunction.EXPONENTIAL,
} as const;

/** A system that hears the news at an HTTPS address, and writes each piece down once. */
export class Receiver extends Construct {
  readonly function: AppFunction;
  readonly book: DocumentTable;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ReceiverProps) {
    super(scope, id);
    const { alarms, news, undelivered } = props;
    this.book = new DocumentTable(this, 'Book', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      expiryAttribute: 'expires',
      alarms,
      deletionProtection: props.deletionProtection,
    });
    this.function = new AppFunction(this, 'Function', {
      description: 'Takes news that SNS has signed, and writes it down',
      code: handlerCode('alert-broadcast', 'receive'),
      service: 'alert-broadcast',
      // Anybody may call it: this is all that anybody can make of it at a time.
      reservedConcurrentExecutions: 5,
      environment: {
        [environment.topic]: news.topic.topicArn,
        [environment.book]: this.book.table.tableName,
      },
    });
    this.book.grantPut(this.function.role);
    new FunctionAlarms(this, 'Alarms', { alarms, function: this.function });
    Validations.of(this.function.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'SNS waits for its answer and tries again itself, and what was never taken goes to the dead-letter queue of the subscription.',
    });
    const door = new FunctionUrl(this, 'Door', {
      function: this.function,
      authType: FunctionUrlAuthType.NONE,
      acceptPublic:
        'SNS signs what it posts and not its requests, so that the function itself looks at the signature before it does anything.',
    });
    this.url = door.url;
    // SNS asks for a confirmation at once, and only for a few times.
    news
      .subscribe('Receiver', Subscriber.https(door.url, undelivered.queue, retries))
      .node.addDependency(door, this.function);
  }
}
