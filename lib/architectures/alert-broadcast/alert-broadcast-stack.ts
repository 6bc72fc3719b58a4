import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { tellPeople } from './people';
import { Publishers } from './publishers';
import { Receiver } from './receiver';
import { samples } from './samples';

/** Operational news reaches people and systems by every channel, and it is known what reached whom. */
export class AlertBroadcast extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    // What is wrong with the broadcast itself is told past it.
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const undelivered = new FailureQueue(this, 'Undelivered', { alarms });
    const news = new NoticeTopic(this, 'News', { alarms, samples, successSampleRate: 100 });
    const publishers = new Publishers(this, 'Publishers', { alarms, news, undelivered });
    const receiver = new Receiver(this, 'Receiver', {
      alarms,
      news,
      undelivered,
      deletionProtection: profile.deletionProtection,
    });
    tellPeople(news, undelivered, settings);

    const outputs = {
      NewsTopicArn: ['Where news is published', news.topic.topicArn],
      ErrorsAlarm: ['An alarm that is news', publishers.functionErrors.alarmName],
      ReceiverUrl: ['Where the receiver listens', receiver.url],
      ReceiverFunction: ['What answers there', receiver.function.function.functionName],
      BookTable: ['What it received', receiver.book.table.tableName],
      UndeliveredQueueUrl: ['News that could not be delivered', undelivered.queue.queueUrl],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
