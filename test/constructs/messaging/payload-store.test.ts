import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PayloadStore, type PayloadStoreProps } from '../../../lib/constructs/messaging/payload-store';
import { WorkQueue, type WorkQueueProps } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testStack } from '../../support/app';
import { decide, type PolicyDocument } from '../../support/decide';

function make(stack: Stack, props: Partial<PayloadStoreProps> = {}, queue: Partial<WorkQueueProps> = {}): PayloadStore {
  return new PayloadStore(stack, 'Payloads', {
    queue: new WorkQueue(stack, 'Jobs', { alarms: new AlarmTopic(stack, 'Alarms'), ...queue }),
    accessLogs: new LogBucket(stack, 'AccessLogs', { writtenByBuckets: true }).bucket,
    ...props,
  });
}
const synthesise = (props: Partial<PayloadStoreProps> = {}, queue: Partial<WorkQueueProps> = {}) => {
  const stack = testStack();
  make(stack, props, queue);
  return Template.fromStack(stack);
};
const refusal =
  (props: Partial<PayloadStoreProps>, queue: Partial<WorkQueueProps> = {}) =>
  () =>
    make(testStack(), props, queue);

describe('PayloadStore', () => {
  const expiring = (days: number) =>
    ({
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'payloads/', ExpirationInDays: days, Status: 'Enabled' })]),
      },
    }) as const;

  test('keeps a body for longer than its message can live: the queue, the dead letters, the queue once more, a day [messaging-large-payload]', () => {
    synthesise().hasResourceProperties('AWS::S3::Bucket', expiring(23));
    const short = { retentionPeriod: Duration.hours(12), deadLetterRetentionPeriod: Duration.days(1) };
    synthesise({}, short).hasResourceProperties('AWS::S3::Bucket', expiring(3));
    synthesise({ expiration: Duration.days(60) }).hasResourceProperties('AWS::S3::Bucket', expiring(60));
  });

  test('fails when a message could come for a body that is gone [messaging-large-payload]', () => {
    expect(refusal({ expiration: Duration.days(22) })).toThrow(
      'Stack/Payloads:\n  expiration is 22 days, but a message may live for 22 days, redriven once; give at least 23 days, or it may come for a body that is gone',
    );
    expect(refusal({ expiration: Duration.hours(36) })).toThrow(
      'expiration is 1 day 12 hours; S3 looks once a day, so give whole days',
    );
  });

  test('fails when a body would go to the bucket only after the queue had refused its message', () => {
    expect(refusal({ threshold: 2000 }, { maxMessageSizeBytes: 1024 })).toThrow(
      'threshold is 2000 bytes; give a whole number from 1 to 1024 bytes',
    );
  });

  test('tells programs where bodies lie, and from which size on', () => {
    const { environment, bucket } = make(testStack(), { threshold: 5000 });
    expect(environment).toEqual({ PAYLOAD_BUCKET: bucket.bucketName, PAYLOAD_THRESHOLD_BYTES: '5000' });
  });

  test("who sends and who receives go no further than the folder of bodies, and neither reads what is the other's to do [messaging-large-payload]", () => {
    const stack = testStack();
    const store = make(stack);
    const role = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    store.grantSend(role('Sender'));
    store.grantReceive(role('Receiver'));
    const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
    const policyOf = (id: string) =>
      Object.entries(policies).find(([key]) => key.startsWith(id))![1].Properties.PolicyDocument as PolicyDocument;
    const [bucket] = Object.keys(Template.fromStack(stack).findResources('AWS::S3::Bucket')).filter((id) =>
      id.startsWith('Payloads'),
    );
    const may = (who: string, action: string, key: string) =>
      decide(policyOf(who), { action: `s3:${action}`, resource: `<${bucket}.Arn>/${key}` }) === 'allow';
    const table = ['PutObject', 'GetObject', 'DeleteObject'].map((action) =>
      ['Sender', 'Receiver'].flatMap((who) => [may(who, action, 'payloads/a'), may(who, action, 'other/a')]),
    );
    expect(table).toEqual([
      [true, false, false, false],
      [false, false, true, false],
      [true, false, true, false],
    ]);
  });
});
