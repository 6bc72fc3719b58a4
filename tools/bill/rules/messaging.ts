import { gigabytes, type Load, type Rules } from '../rule';
import type { Part } from '../site';
import { runsInMonth } from './serverless';

export const messaging: Rules = {
  'AWS::SQS::Queue': (part) => ({
    usage: [
      {
        price: `sqs.${part.is('FifoQueue') ? 'fifo' : 'standard'}.request`,
        words: 'a message is sent, received and deleted: 3 requests, fewer in batches',
        units: keepsFailures(part) ? undefined : ({ events }) => events * 3,
      },
    ],
  }),
  'AWS::SNS::Topic': (part) => {
    const tells = !hearsAlarmsOnly(part);
    if (part.is('FifoTopic'))
      return { usage: [{ price: 'sns.fifo.publish', words: 'each message', units: ({ events }) => events }] };
    return {
      usage: [{ price: 'sns.publish', words: 'each message', units: tells ? ({ events }) => events : undefined }],
    };
  },
  'AWS::SNS::Subscription': (part) => {
    const protocol = part.text('Protocol') ?? '';
    if (protocol.startsWith('email')) return { usage: [{ price: 'sns.email', words: 'each mail' }] };
    if (protocol.startsWith('http'))
      return { usage: [{ price: 'sns.http', words: 'each delivery', units: ({ events }) => events }] };
    // Deliveries to queues, functions and streams of Firehose in the same region are free or cost next to nothing.
    return {};
  },
  'AWS::Events::EventBus': () => ({
    usage: [{ price: 'eventbridge.event', words: 'each event, each 64 KB', units: ({ events }) => events }],
  }),
  'AWS::Events::Archive': () => ({
    usage: [
      { price: 'eventbridge.archive.gb', words: 'each GB it takes in', units: gigabytes },
      { price: 'eventbridge.archive.gb-month', words: 'each GB kept', units: gigabytes },
    ],
  }),
  'AWS::Pipes::Pipe': () => ({
    usage: [
      { price: 'eventbridge.pipe.request', words: 'each event that passes its filter', units: ({ events }) => events },
    ],
  }),
  'AWS::Scheduler::Schedule': (part) => {
    const runs = runsInMonth(part.text('ScheduleExpression'));
    const price = 'eventbridge.scheduler.invocation';
    return runs
      ? { fixed: [{ price, units: runs, words: `${runs} runs` }] }
      : { usage: [{ price, words: 'each run' }] };
  },
  'AWS::IoT::TopicRule': (part) => {
    const actions = part.list('TopicRulePayload.Actions').length;
    const pieces = ({ events, kilobytes }: Load): number => events * Math.max(1, Math.ceil(kilobytes / 5));
    return {
      usage: [
        { price: 'iot.message', words: 'each message of a device, each 5 KB of it', units: pieces },
        { price: 'iot.rule', words: 'each message it chooses, each 5 KB of it', units: pieces },
        { price: 'iot.action', words: 'each action of it, each 5 KB', units: (load) => pieces(load) * actions },
      ],
    };
  },
  'AWS::SES::ConfigurationSet': () => ({
    usage: [{ price: 'ses.mail', words: 'each mail to one recipient', units: ({ events }) => events }],
  }),
};

/** Whether nothing but failures comes into a queue. */
function keepsFailures(queue: Part): boolean {
  const keeps = [
    'RedrivePolicy',
    'DeadLetterConfig',
    'DestinationConfig',
    'Target.DeadLetterConfig',
    'SourceParameters',
  ];
  return queue.site.parts.some((other) => other !== queue && keeps.some((property) => other.mentions(property, queue)));
}

/** Whether a topic is there for alarms, so that no call from outside comes to it. */
const hearsAlarmsOnly = (topic: Part): boolean =>
  topic.site
    .ofType('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm')
    .some((alarm) => alarm.mentions('AlarmActions', topic));
