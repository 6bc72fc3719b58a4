import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'ordered-order-intake';
const sandbox = architecture(name);
type Properties = Record<string, any>;
const all = (type: string, template = sandbox): [string, Properties][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties ?? {}]);
const only = (type: string, id: RegExp, template = sandbox): Properties => {
  const found = all(type, template).filter(([key]) => id.test(key));
  expect([id, found.map(([key]) => key)]).toEqual([id, [expect.any(String)]]);
  return found[0][1];
};
const queue = /^WorkerQueue(?!DeadLetters)/;

describe('order', () => {
  test('holds from end to end: topic, queue and dead letters are FIFO, and no message is guessed to be the same as another [messaging-topic-fifo, messaging-queue-fifo]', () => {
    const topic = only('AWS::SNS::Topic', /^Events/);
    expect([topic.FifoTopic, topic.ContentBasedDeduplication]).toEqual([true, false]);
    for (const id of [queue, /^WorkerQueueDeadLetters/]) expect(only('AWS::SQS::Queue', id).FifoQueue).toBe(true);
    expect(only('AWS::SQS::Queue', queue)).toMatchObject({
      ContentBasedDeduplication: false,
      DeduplicationScope: 'queue',
    });
  });

  test('the queue gets messages as they were said, from this topic alone [messaging-topic-fifo]', () => {
    const [[, { Protocol, Endpoint, RawMessageDelivery, TopicArn }], ...others] = all('AWS::SNS::Subscription');
    expect(others).toEqual([]);
    expect([Protocol, Endpoint['Fn::GetAtt'][0], RawMessageDelivery]).toEqual([
      'sqs',
      expect.stringMatching(queue),
      true,
    ]);
    const allowed = all('AWS::SQS::QueuePolicy')
      .flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement as Properties[])
      .filter(({ Effect, Resource }) => Effect === 'Allow' && queue.test(Resource['Fn::GetAtt'][0]));
    expect(allowed).toEqual([
      expect.objectContaining({
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
        Principal: { Service: 'sns.amazonaws.com' },
      }),
    ]);
  });

  test('one message at a time is worked of a customer, those of others beside it; one that fails is tried before what stands behind it [messaging-queue-fifo, messaging-queue-dead-letter]', () => {
    expect(only('AWS::Lambda::EventSourceMapping', /^Worker/)).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
    const production = architecture(name, { profile: 'production' });
    expect(only('AWS::Lambda::EventSourceMapping', /^Worker/, production).ScalingConfig.MaximumConcurrency).toBe(50);
    const { RedrivePolicy, VisibilityTimeout } = only('AWS::SQS::Queue', queue);
    expect(RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]).toMatch(/^WorkerQueueDeadLetters/);
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * only('AWS::Lambda::Function', /^Worker/).Timeout);
  });
});

test('the desk is for callers that sign', () => {
  expect(all('AWS::Lambda::Url').map(([, { AuthType }]) => AuthType)).toEqual(['AWS_IAM']);
});

test('logs mask card numbers and addresses, should anything ever write one [messaging-sensitive-data]', () => {
  for (const id of [/^DeskFunctionLogs/, /^WorkerFunctionLogs/]) {
    const { Statement } = only('AWS::Logs::LogGroup', id).DataProtectionPolicy;
    for (const [i, operation] of ['Audit', 'Deidentify'].entries()) {
      expect(Object.keys(Statement[i].Operation as object)).toEqual([operation]);
      expect(JSON.stringify(Statement[i].DataIdentifier)).toMatch(/CreditCardNumber.*EmailAddress/);
    }
  }
});

describe('packing', () => {
  test('is told by the table itself what was written, in the order of each customer, and each change is known by its id', () => {
    expect(only('AWS::DynamoDB::GlobalTable', /^Orders/).StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' });
    const { Source, SourceParameters, Target, TargetParameters } = only('AWS::Pipes::Pipe', /./);
    expect(Source).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Orders/), 'StreamArn'] });
    expect(SourceParameters.FilterCriteria.Filters).toEqual([{ Pattern: '{"eventName":["INSERT","MODIFY"]}' }]);
    expect(Target['Fn::GetAtt'][0]).toMatch(/^PackingQueue(?!DeadLetters)/);
    expect(TargetParameters.SqsQueueParameters).toEqual({
      MessageGroupId: '$.dynamodb.Keys.customer.S',
      MessageDeduplicationId: '$.eventID',
    });
    expect(only('AWS::SQS::Queue', /^PackingQueue(?!DeadLetters)/)).toMatchObject({
      FifoQueue: true,
      ContentBasedDeduplication: false,
    });
  });

  test('hears what it needs to know of an order, and no note', () => {
    expect(JSON.parse(only('AWS::Pipes::Pipe', /./).TargetParameters.InputTemplate as string)).toEqual({
      customer: '<$.dynamodb.NewImage.customer.S>',
      order: '<$.dynamodb.NewImage.order.S>',
      number: '<$.dynamodb.NewImage.number.N>',
      status: '<$.dynamodb.NewImage.status.S>',
    });
  });

  test('a change that cannot be told lets those behind it pass, and somebody hears of it', () => {
    const { MaximumRetryAttempts, DeadLetterConfig } = only('AWS::Pipes::Pipe', /./).SourceParameters
      .DynamoDBStreamParameters;
    expect(MaximumRetryAttempts).toBe(10);
    expect(DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^PackingUntold/);
    only('AWS::CloudWatch::Alarm', /^PackingUntoldAlarm/);
  });
});

describe('templates', () => matchesItsSnapshots(name));
