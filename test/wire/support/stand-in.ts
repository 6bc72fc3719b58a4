import { resolve } from 'node:path';
import {
  CreateTableCommand,
  UpdateTimeToLiveCommand,
  type CreateTableCommandInput,
  type TimeToLiveSpecification,
} from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueUrlCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { HandlerBundle } from '../../../lib/constructs/serverless/handler-bundle';
import type { CfnTemplate, CfnTemplateResource } from '../../support/architecture';
import { account, region, type Aws } from './aws';
import type { FunctionDefinition } from './execution-environment';

type Properties = Readonly<Record<string, any>>;

/**
 * The buckets, tables, streams, queues and topics of a template, made in the emulator exactly as the template defines them, with their
 * policies and what buckets announce, and its functions with the environment it gives them. Nothing else of it is made.
 */
export class StandIn {
  readonly #names = new Map<string, string>();

  private constructor(
    private readonly template: CfnTemplate,
    private readonly prefix: string,
  ) {}

  /** @param prefix of every name; keeps test files apart that make the same template */
  static async make(template: CfnTemplate, aws: Aws, prefix: string): Promise<StandIn> {
    const made = new StandIn(template, prefix);
    const all = (...types: string[]) =>
      Object.entries(template.Resources).filter(([, { Type }]) => types.includes(Type));
    const properties = ({ Properties = {} }: CfnTemplateResource) => made.resolve(Properties) as Properties;
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      made.#names.set(id, physicalName(id, Type, Properties ?? {}, prefix));

    for (const [id, resource] of all('AWS::S3::Bucket')) {
      const Bucket = made.nameOf(id);
      await aws.s3.send(new CreateBucketCommand({ Bucket }));
      const { VersioningConfiguration } = properties(resource);
      if (VersioningConfiguration)
        await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    for (const [id, resource] of all('AWS::Kinesis::Stream')) {
      const { ShardCount } = properties(resource);
      await aws.kinesis.send(new CreateStreamCommand({ StreamName: made.nameOf(id), ShardCount }));
    }
    for (const [id, resource] of all('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'))
      await makeTable(aws, made.nameOf(id), properties(resource));
    // A queue names its dead letters, which therefore come first.
    const queues = all('AWS::SQS::Queue').map(([id, resource]) => [id, properties(resource)] as const);
    for (const [id, queue] of [...queues].sort(
      (a, b) => Number('RedrivePolicy' in a[1]) - Number('RedrivePolicy' in b[1]),
    ))
      await aws.sqs.send(new CreateQueueCommand({ QueueName: made.nameOf(id), Attributes: attributesOf(queue) }));
    for (const [id, resource] of all('AWS::SNS::Topic')) {
      const { FifoTopic } = properties(resource);
      const Attributes = { ...(FifoTopic === true && { FifoTopic: 'true' }) };
      await aws.sns.send(new CreateTopicCommand({ Name: made.nameOf(id), Attributes }));
    }
    for (const [, resource] of all('AWS::SNS::Subscription')) {
      const { TopicArn, Protocol, Endpoint, ...rest } = properties(resource);
      await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes: attributesOf(rest) }));
    }
    for (const [, resource] of all('AWS::SQS::QueuePolicy')) {
      const { Queues, PolicyDocument } = properties(resource);
      for (const QueueName of Queues as string[]) {
        const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName }));
        const Attributes = { Policy: JSON.stringify(overPlainHttp(PolicyDocument)) };
        await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      }
    }
    for (const [, resource] of all('AWS::SNS::TopicPolicy')) {
      const { Topics, PolicyDocument } = properties(resource);
      for (const TopicArn of Topics as string[]) {
        const AttributeValue = JSON.stringify(overPlainHttp(PolicyDocument));
        const policy = { TopicArn, AttributeName: 'Policy', AttributeValue };
        await aws.sns.send(new SetTopicAttributesCommand(policy));
      }
    }
    for (const [, resource] of all('Custom::S3BucketNotifications')) {
      const { BucketName: Bucket, NotificationConfiguration } = properties(resource);
      // S3 refuses to tell functions that are not there; a test announces to them by itself.
      const { LambdaFunctionConfigurations: _functions, ...others } = NotificationConfiguration as Properties;
      await aws.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: others }));
    }
    return made;
  }

  /** The one resource of this type whose logical id looks so. */
  find(type: string, id: RegExp): { id: string; name: string; arn: string; properties: Properties } {
    const found = Object.entries(this.template.Resources).filter(([key, { Type }]) => Type === type && id.test(key));
    if (found.length !== 1)
      throw new Error(
        `${found.length} resources of type ${type} look like ${id}: ${found.map(([key]) => key).join(', ')}`,
      );
    const [[key, { Properties = {} }]] = found;
    return {
      id: key,
      name: this.nameOf(key),
      arn: this.arnOf(key),
      properties: this.resolve(Properties) as Properties,
    };
  }

  /**
   * A function of the template with its real bundle.
   *
   * @param handler file below `lambda`, such as `orders-api/orders`
   */
  function(id: RegExp, handler: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
    const { name, arn, properties } = this.find('AWS::Lambda::Function', id);
    return {
      name,
      arn,
      bundle: new HandlerBundle(resolve('lambda', `${handler}.ts`)).folder(),
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      environment: properties.Environment.Variables,
      ...overrides,
    };
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }

  arnOf(id: string): string {
    const name = this.nameOf(id);
    const { Type, Properties } = this.template.Resources[id];
    switch (Type) {
      case 'AWS::S3::Bucket':
        return `arn:aws:s3:::${name}`;
      case 'AWS::SQS::Queue':
        return `arn:aws:sqs:${region}:${account}:${name}`;
      case 'AWS::Kinesis::Stream':
        return `arn:aws:kinesis:${region}:${account}:stream/${name}`;
      case 'AWS::SNS::Topic':
        return `arn:aws:sns:${region}:${account}:${name}`;
      case 'AWS::MediaConvert::Queue':
        return `arn:aws:mediaconvert:${region}:${account}:queues/${name}`;
      case 'AWS::Lambda::Function':
        return `arn:aws:lambda:${region}:${account}:function:${name}`;
      case 'AWS::Lambda::Alias':
        return `arn:aws:lambda:${region}:${account}:function:${this.resolve(Properties!.FunctionName) as string}:${name}`;
      default:
        return `arn:aws:${Type.split('::')[1].toLowerCase()}:${region}:${account}:${name}`;
    }
  }

  /** The value with references replaced by what was made. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (typeof value !== 'object' || value === null) return value;
    const [[first, argument], ...others] = [...Object.entries(value), ['', undefined] as [string, unknown]];
    if (others.length === 1) {
      if (first === 'Ref') return this.#reference(argument as string);
      if (first === 'Fn::GetAtt') return this.arnOf((argument as string[])[0]);
      if (first === 'Fn::Join') {
        const [separator, parts] = argument as [string, unknown[]];
        return parts.map((part) => this.resolve(part) as string).join(separator);
      }
      if (first === 'Fn::Sub') return `${this.prefix}-substituted`;
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.resolve(one)]));
  }

  #reference(name: string): string {
    const pseudo: Record<string, string> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::StackName': this.prefix,
    };
    if (pseudo[name]) return pseudo[name];
    const type = this.template.Resources[name]?.Type;
    return type === 'AWS::SNS::Topic' || type === 'AWS::Lambda::Alias' ? this.arnOf(name) : this.nameOf(name);
  }
}

function physicalName(id: string, type: string, properties: Properties, prefix: string): string {
  if (type === 'AWS::Lambda::Alias') return properties.Name;
  const name = `${prefix}-${id}`;
  if (type === 'AWS::S3::Bucket') return name.toLowerCase().slice(0, 63);
  if (type === 'AWS::SNS::Topic') return `${name}${properties.FifoTopic === true ? '.fifo' : ''}`;
  if (type !== 'AWS::SQS::Queue') return name;
  return `${name.slice(0, 75)}${properties.FifoQueue === true ? '.fifo' : ''}`;
}

async function makeTable(aws: Aws, TableName: string, properties: Properties): Promise<void> {
  const { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, StreamSpecification } = properties;
  const input = { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, StreamSpecification };
  await aws.dynamodb.send(
    new CreateTableCommand({ TableName, ...(input as Omit<CreateTableCommandInput, 'TableName'>) }),
  );
  const { TimeToLiveSpecification } = properties as { TimeToLiveSpecification?: TimeToLiveSpecification };
  if (TimeToLiveSpecification)
    await aws.dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

/** The emulator speaks HTTP, which the policies of every queue and topic forbid. */
const overPlainHttp = (policy: { Statement: readonly any[] }) => ({
  ...policy,
  Statement: policy.Statement.filter(({ Condition }) => Condition?.Bool?.['aws:SecureTransport'] !== 'false'),
});

/** Attributes of queues and subscriptions are texts on the wire; names and tags are none. */
const attributesOf = ({ QueueName: _name, Tags: _tags, ...attributes }: Properties): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
