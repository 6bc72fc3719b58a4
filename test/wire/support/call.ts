import type { IncomingMessage } from 'node:http';

/** One call of AWS, as far as a line can tell. */
export interface Call {
  /** The execution environment it came from: the application the SDK says it works for. */
  readonly environment: string;
  readonly service:
    | 'autoscaling'
    | 'dynamodb'
    | 's3'
    | 'cloudfront'
    | 'sqs'
    | 'lambda'
    | 'ec2'
    | 'elasticloadbalancing'
    | 'kinesis'
    | 'events'
    | 'mediaconvert'
    | 'secretsmanager'
    | 'ses'
    | 'states'
    | 'other';
  /** `PutItem`, `GetObject` */
  readonly operation: string;
  /** The table, bucket, queue, function, stream or state machine. */
  readonly target: string;
  /** The item, object or execution; empty where the call is about none. */
  readonly key: string;
  /** What was sent. */
  readonly body: Buffer;
}

const s3Operations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

export function callOf({ headers, method = '', url = '/' }: IncomingMessage, body: Buffer): Call {
  const { pathname, searchParams } = new URL(url, 'http://wire');
  const signer = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  const environment = /\bapp\/(env-\d+)/.exec(headers['user-agent'] ?? '')?.[1] ?? 'nobody';
  const [service, name] = String(headers['x-amz-target'] ?? '').split('.');
  if (service.startsWith('DynamoDB'))
    return { environment, service: 'dynamodb', operation: name, ...itemOf(body), body };
  if (service === 'AmazonSQS') return { environment, service: 'sqs', operation: name, ...queueOf(body), body };
  if (service.startsWith('Kinesis_'))
    return { environment, service: 'kinesis', operation: name, ...streamOf(body), body };
  if (service === 'AWSStepFunctions')
    return { environment, service: 'states', operation: name, ...executionOf(body), body };
  if (service === 'secretsmanager') return { environment, service, operation: name, ...secretOf(body), body };
  if (service === 'AWSEvents') return { environment, service: 'events', operation: name, ...busOf(body), body };
  const lambda = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname);
  if (lambda)
    return {
      environment,
      service: 'lambda',
      operation: 'Invoke',
      target: decodeURIComponent(lambda[1]),
      key: '',
      body,
    };
  if (signer === 's3' || searchParams.has('X-Amz-Signature')) {
    const [, target, ...rest] = pathname.split('/').map(decodeURIComponent);
    return { environment, service: 's3', operation: s3Operations[method] ?? method, target, key: rest.join('/'), body };
  }
  if (signer === 'cloudfront')
    return { environment, service: 'cloudfront', operation: method, target: pathname, key: '', body };
  if (signer === 'mediaconvert') return { environment, service: 'mediaconvert', ...jobOf(method, body), body };
  if (signer === 'ses') return { environment, service: 'ses', ...mailOf(pathname, method, body), body };
  if (signer === 'ec2' || signer === 'autoscaling' || signer === 'elasticloadbalancing')
    return { environment, service: signer, ...actionOf(body), body };
  if (service !== '') return { environment, service: 'other', operation: name, target: service, key: '', body };
  return { environment, service: 'other', operation: method, target: pathname, key: '', body };
}

function itemOf(body: Buffer): { target: string; key: string } {
  // A transaction is about several tables.
  const { TableName, Key, Item } = JSON.parse(body.toString()) as {
    TableName?: string;
    Key?: Names;
    Item?: Names;
  };
  const { id, owner, video, customer, order } = Key ?? Item ?? {};
  const texts = (...names: readonly ({ readonly S: string } | undefined)[]) => names.flatMap((name) => name?.S ?? []);
  const named = texts(id, owner, video);
  // Where there is an id, a customer is one of the item's attributes and no part of its key.
  return { target: TableName ?? '', key: (named.length > 0 ? named : texts(customer, order)).join('/') };
}

/** The keys of the tables there are. */
interface Names {
  readonly id?: { readonly S: string };
  readonly owner?: { readonly S: string };
  readonly video?: { readonly S: string };
  readonly customer?: { readonly S: string };
  readonly order?: { readonly S: string };
}

function jobOf(method: string, body: Buffer): { operation: string; target: string; key: string } {
  if (method !== 'POST') return { operation: method, target: '', key: '' };
  const { queue = '', clientRequestToken = '' } = JSON.parse(body.toString()) as {
    queue?: string;
    clientRequestToken?: string;
  };
  return { operation: 'CreateJob', target: queue.split('/').at(-1)!, key: clientRequestToken };
}

/** EC2 and those that are older than JSON take their calls as forms. */
function actionOf(body: Buffer): { operation: string; target: string; key: string } {
  const form = new URLSearchParams(body.toString());
  const [target = ''] = [
    'NetworkInterfaceId',
    'NetworkInterfaceId.1',
    'AttachmentId',
    'InstanceId.1',
    'ServiceId',
    'AutoScalingGroupName',
  ]
    .map((name) => form.get(name))
    .filter((value) => value !== null);
  return { operation: form.get('Action') ?? '', target, key: form.get('InstanceId') ?? '' };
}

/** A mail is known by the tag it carries. */
function mailOf(pathname: string, method: string, body: Buffer): { operation: string; target: string; key: string } {
  if (pathname !== '/v2/email/outbound-emails') return { operation: method, target: pathname, key: '' };
  const { ConfigurationSetName = '', EmailTags = [] } = JSON.parse(body.toString()) as {
    ConfigurationSetName?: string;
    EmailTags?: { Name: string; Value: string }[];
  };
  const key = EmailTags.find(({ Name }) => Name === 'mail')?.Value ?? '';
  return { operation: 'SendEmail', target: ConfigurationSetName, key };
}

function streamOf(body: Buffer): { target: string; key: string } {
  const { StreamName, StreamARN } = JSON.parse(body.toString()) as { StreamName?: string; StreamARN?: string };
  return { target: StreamName ?? StreamARN?.split('/').at(-1) ?? '', key: '' };
}

function executionOf(body: Buffer): { target: string; key: string } {
  const given = JSON.parse(body.toString()) as { stateMachineArn?: string; executionArn?: string; name?: string };
  const [machine, execution = given.name ?? ''] = (given.stateMachineArn ?? given.executionArn ?? '')
    .split(':')
    .slice(6);
  return { target: machine, key: execution };
}

/** A call with several events is known by the first. */
function busOf(body: Buffer): { target: string; key: string } {
  const { Entries = [] } = JSON.parse(body.toString()) as { Entries?: { EventBusName: string; Detail: string }[] };
  const [first] = Entries;
  if (!first) return { target: '', key: '' };
  return { target: first.EventBusName, key: (JSON.parse(first.Detail) as { id?: string }).id ?? '' };
}

function secretOf(body: Buffer): { target: string; key: string } {
  const { SecretId = '' } = JSON.parse(body.toString()) as { SecretId?: string };
  return { target: SecretId, key: '' };
}

function queueOf(body: Buffer): { target: string; key: string } {
  const { QueueUrl = '' } = JSON.parse(body.toString()) as { QueueUrl?: string };
  return { target: QueueUrl.split('/').at(-1)!, key: '' };
}
