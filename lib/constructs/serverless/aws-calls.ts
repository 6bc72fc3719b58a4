import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { escaped, type ApiValue } from './api-value';
import { queuePath, type AwsCall } from './aws-target';
import { problemInstead } from './mapped-answers';
import type { ApiTargetOptions } from './target-kind';

/** How DynamoDB writes a value: text or number. */
export type ItemType = 'S' | 'N';

export interface GetItemOptions extends ApiTargetOptions {
  /** The key of the item: its attributes with their types and what they are in the request. */
  readonly key: Readonly<Record<string, readonly [ItemType, ApiValue]>>;
  /** The attributes that are answered; no other leaves the table. */
  readonly attributes: Readonly<Record<string, ItemType>>;
  /** What a caller is told of an item that is not there, such as `There is no such pickup.` */
  readonly missing: string;
}

export interface PutItemOptions extends ApiTargetOptions {
  /** The partition key, by which an item is written once and never again. */
  readonly key: string;
  /** Every attribute, with its type and what it is in the request. */
  readonly item: Readonly<Record<string, readonly [ItemType, ApiValue]>>;
  /** What a caller is told when there is such an item already. */
  readonly taken: string;
}

export interface StartExecutionOptions extends ApiTargetOptions {
  /**
   * The members of the input, a JSON object, by name.
   * @default - the body of the request as it is
   */
  readonly input?: Readonly<Record<string, ApiValue>>;
  /**
   * A name by which the same start counts once, of a header such as `Idempotency-Key`: at most 80 letters, digits, hyphens and
   * underscores. Only for machines of the standard kind.
   * @default - a new execution at each call
   */
  readonly name?: ApiValue;
}

type Values = Readonly<Record<string, readonly [ItemType, ApiValue]>>;

/** What values read of the request, and what is wrong with their names. */
const read = (values: readonly ApiValue[]): Pick<AwsCall, 'parameters' | 'faults'> => ({
  parameters: values.flatMap(({ parameter }) => parameter ?? []),
  faults: values.map(({ fault }) => fault),
});
const object = (members: readonly (readonly [name: string, text: string])[]): string =>
  `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
const itemOf = (values: Values): string =>
  object(Object.entries(values).map(([name, [type, value]]) => [name, `{"${type}":${value.json}}`]));

/** A message whose id the caller gets, with 202: it is taken, not yet worked. */
export const sendMessage = (queue: IQueue): AwsCall => ({
  on: queue,
  service: 'sqs',
  uri: queuePath(queue.queueName),
  action: 'sqs:SendMessage',
  resource: queue.queueArn,
  ...(queue.encryptionMasterKey && {
    key: queue.encryptionMasterKey,
    keyGrant: (key, role) => key.grantEncryptDecrypt(role),
  }),
  contentType: 'application/x-www-form-urlencoded',
  // Without urlEncode a body with an ampersand would write parameters of the call.
  request: 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)',
  status: 202,
  answer: `{"id":$input.json('$.SendMessageResponse.SendMessageResult.MessageId')}`,
  parameters: [],
  faults: [
    queue.fifo &&
      'queue is FIFO, which wants a group with each message; send to it from a function that knows the groups',
  ],
});

/** One item by its key, or 404. */
export function getItem(table: ITable, { key, attributes, missing }: GetItemOptions): AwsCall {
  const all = { ...Object.fromEntries(Object.entries(key).map(([name, [type]]) => [name, type])), ...attributes };
  const values = Object.values(key).map(([, value]) => value);
  const at = (name: string): string => `$.Item.${name}.${all[name]}`;
  const valueOf = (name: string): string =>
    all[name] === 'N' ? `$input.path('${at(name)}')` : `$input.json('${at(name)}')`;
  const [first, ...others] = Object.keys(all);
  const optional = others.map(
    (name) => `#if("$!input.path('${at(name)}')" != ""),${JSON.stringify(name)}:${valueOf(name)}#end`,
  );
  return {
    on: table,
    service: 'dynamodb',
    uri: 'action/GetItem',
    action: 'dynamodb:GetItem',
    resource: table.tableArn,
    ...(table.encryptionKey && { key: table.encryptionKey, keyGrant: (own, role) => own.grantDecrypt(role) }),
    contentType: 'application/x-amz-json-1.0',
    request: `{"TableName":"${table.tableName}","ConsistentRead":true,"Key":${itemOf(key)}}`,
    status: 200,
    answer: `#if("$!input.path('${at(first)}')" == "")${problemInstead(404, 'Not Found', missing)}#{else}{${JSON.stringify(first)}:${valueOf(first)}${optional.join('')}}#end`,
    more: [404],
    parameters: read(values).parameters,
    faults: [...nameFaults(Object.keys(all)), ...read(values).faults],
  };
}

/** One item, written if there is none of its key, with 201; else 409. */
export function putItem(table: ITable, { key, item, taken }: PutItemOptions): AwsCall {
  const values = Object.values(item).map(([, value]) => value);
  const condition = `"ConditionExpression":"attribute_not_exists(\${hash}key)","ExpressionAttributeNames":{"\${hash}key":"${key}"}`;
  return {
    on: table,
    service: 'dynamodb',
    uri: 'action/PutItem',
    action: 'dynamodb:PutItem',
    resource: table.tableArn,
    ...(table.encryptionKey && { key: table.encryptionKey, keyGrant: (own, role) => own.grantEncryptDecrypt(role) }),
    contentType: 'application/x-amz-json-1.0',
    // A hash would begin a directive.
    request: `#set($hash = '#'){"TableName":"${table.tableName}",${condition},"Item":${itemOf(item)}}`,
    status: 201,
    answer: '{}',
    more: [409],
    refused: (otherwise) =>
      `#if($input.body.contains("ConditionalCheckFailed"))${problemInstead(409, 'Conflict', taken)}#{else}${otherwise}#end`,
    parameters: read(values).parameters,
    faults: [
      ...nameFaults(Object.keys(item)),
      !Object.hasOwn(item, key) && `item has no ${key}, its key; say what it is in the request`,
      ...read(values).faults,
    ],
  };
}

/** An execution whose name the caller gets, with 202: it has begun, and nobody waits for it. */
export function startExecution(machine: IStateMachine, { input, name }: StartExecutionOptions): AwsCall {
  const values = [...Object.values(input ?? {}), ...(name ? [name] : [])];
  // The input is a text that holds JSON, so what stands in it is escaped twice.
  const document = input
    ? `{${Object.entries(input)
        .map(([member, value]) => `\\"${member}\\":${value.jsonWithin}`)
        .join(',')}}`
    : escaped("$input.json('$')");
  const named = name ? `"name":${name.json},` : '';
  return {
    on: machine,
    service: 'states',
    uri: 'action/StartExecution',
    action: 'states:StartExecution',
    resource: machine.stateMachineArn,
    contentType: 'application/x-amz-json-1.0',
    request: `{"stateMachineArn":"${machine.stateMachineArn}",${named}"input":"${document}"}`,
    status: 202,
    answer: `{"execution":$input.json('$.executionArn')}`,
    more: [400, 409],
    refused: (otherwise) =>
      `#if($input.body.contains("ExecutionAlreadyExists"))${problemInstead(409, 'Conflict', 'An execution of this name was started with another input.')}` +
      `#elseif($input.body.contains("InvalidName"))${problemInstead(400, 'Bad Request', 'The name has to be 1 to 80 letters, digits, hyphens and underscores.')}` +
      `#{else}${otherwise}#end`,
    parameters: read(values).parameters,
    faults: [...nameFaults(Object.keys(input ?? {})), ...read(values).faults],
  };
}

const nameFaults = (names: readonly string[]): (string | false)[] =>
  names.map(
    (name) =>
      !/^[A-Za-z][A-Za-z0-9_]*$/.test(name) &&
      `the name "${name}" cannot stand in a template; use letters, digits and underscores`,
  );
