import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Alias, Code, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import fc from 'fast-check';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import type { ApiRoute } from '../../../lib/constructs/serverless/api-route';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { ApiValue } from '../../../lib/constructs/serverless/api-value';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { RestFacade, type RestFacadeProps } from '../../../lib/constructs/serverless/rest-facade';
import { testStack } from '../../support/app';
import { answerOf, integrationOf, requestOf } from '../../support/mapping';

const reason = 'Anybody may ask, and is told nothing that is not public.';

function apiIn(stack: Stack, props: Partial<RestFacadeProps> = {}): RestFacade {
  return new RestFacade(stack, 'Api', {
    description: 'Things',
    access: ApiAccess.open({ reason }),
    accessLogs: ApiAccessLogs.toBucket(new Bucket(stack, 'Logs'), 'api/'),
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props,
  });
}

/** The method a target makes, and its template. */
function methodOf(
  route: string,
  target: (stack: Stack) => ApiTarget,
  props: Omit<ApiRoute, 'target'> = {},
): { readonly method: Record<string, any>; readonly template: Template } {
  const stack = testStack();
  const [verb] = route.split(' ');
  apiIn(stack).route(route, { target: target(stack), ...(verb === 'POST' && { body: false }), ...props });
  const template = Template.fromStack(stack);
  return { method: integrationOf(template, verb), template };
}
const refusal = (route: string, target: (stack: Stack) => ApiTarget) => () => methodOf(route, target);
const bodyOf = (text: string): unknown => JSON.parse(text);

describe('a mock', () => {
  const { method } = methodOf('GET /status', () =>
    ApiTarget.mock({ body: { status: 'open', id: '$context.requestId' } }),
  );

  test('answers a constant, with nothing behind it [serverless-integration-mock]', () => {
    expect(method.Integration).toMatchObject({ Type: 'MOCK', PassthroughBehavior: 'NEVER' });
    expect(method.Integration).not.toHaveProperty('Uri');
    expect(bodyOf(requestOf(method, {}))).toEqual({ statusCode: 200 });
    expect(answerOf(method, 200, '')).toMatchObject({ status: 200, type: 'application/json' });
    expect(method.MethodResponses).toEqual([expect.objectContaining({ StatusCode: '200' })]);
  });

  test('can answer an error, as a problem', () => {
    const gone = methodOf('GET /old', () => ApiTarget.mock({ status: 410, body: { title: 'Gone', status: 410 } }));
    expect(answerOf(gone.method, 410, '')).toMatchObject({ status: 410, type: 'application/problem+json' });
  });

  test('also answers the question of a browser before its request [serverless-integration-mock]', () => {
    const stack = testStack();
    apiIn(stack, { cors: { origins: ['https://shop.example.com'] } }).route('GET /things', {
      target: ApiTarget.mock({ body: [] }),
    });
    const options = Object.values(
      Template.fromStack(stack).findResources('AWS::ApiGateway::Method', { Properties: { HttpMethod: 'OPTIONS' } }),
    );
    expect(options.map(({ Properties }) => Properties.Integration.Type)).toEqual(['MOCK', 'MOCK']);
  });

  test('fails with a status that is none, or nothing to say', () => {
    expect(refusal('GET /x', () => ApiTarget.mock({ status: 199, body: undefined }))).toThrow(
      [
        'Stack/Api:',
        'GET /x: status is 199; give 200 to 599',
        'GET /x: body is undefined, which is no JSON; give what is answered, or null',
      ].join('\n  '),
    );
  });
});

describe('another web server', () => {
  const url = 'https://prices.example.com/rates/{country}';

  test('gets the request as it is and answers as it likes [serverless-integration-http]', () => {
    const { method } = methodOf('GET /rates/{country}', () => ApiTarget.httpProxy(url));
    expect(method.Integration).toEqual({
      Type: 'HTTP_PROXY',
      Uri: url,
      IntegrationHttpMethod: 'GET',
      TimeoutInMillis: 29_000,
      RequestParameters: { 'integration.request.path.country': 'method.request.path.country' },
    });
    expect(method.MethodResponses ?? []).toEqual([]);
    expect(method.RequestParameters).toEqual({ 'method.request.path.country': true });
  });

  test('or stands behind templates that know its form, and its errors go no further [serverless-integration-http]', () => {
    const { method } = methodOf('GET /rates/{country}', () =>
      ApiTarget.http(url, {
        query: { currency: ApiValue.query('in') },
        headers: { 'X-Trace': ApiValue.header('X-Request') },
        answer: { status: 200, template: '{"rate":$input.path(\'$.cents\')}' },
        errors: { 404: { pattern: '404', template: '{"status":404}' } },
      }),
    );
    expect(method.Integration).toMatchObject({
      Type: 'HTTP',
      PassthroughBehavior: 'NEVER',
      RequestParameters: {
        'integration.request.path.country': 'method.request.path.country',
        'integration.request.querystring.currency': 'method.request.querystring.in',
        'integration.request.header.X-Trace': 'method.request.header.X-Request',
      },
    });
    expect(answerOf(method, 200, '{"cents":450,"secret":1}').text).toBe('{"rate":450}');
    expect(answerOf(method, 404, '<h1>nginx</h1>')).toMatchObject({ status: 404, text: '{"status":404}' });
    const failed = answerOf(method, 500, 'Traceback: /srv/app.py');
    expect([failed.status, bodyOf(failed.text)]).toEqual([
      502,
      { type: 'about:blank', title: 'Bad Gateway', status: 502 },
    ]);
  });

  test('fails in the clear, or with what cannot be handed on', () => {
    const target = () => ApiTarget.httpProxy('http://prices.example.com', { query: { a: ApiValue.body('x') } });
    expect(refusal('GET /rates', target)).toThrow(
      [
        'Stack/Api:',
        'GET /rates: url is http://prices.example.com; give one that begins with https://, as what goes over the internet in the clear can be read and changed on the way',
        'GET /rates: a is made of the body or the context; only parameters of the path, query and headers are handed on so',
      ].join('\n  '),
    );
  });

  test('fails when API Gateway is to wait longer than it does', () => {
    expect(refusal('GET /rates', () => ApiTarget.httpProxy(url, { timeout: Duration.seconds(30) }))).toThrow(
      'timeout is 30 seconds; give 50 millis to 29 seconds',
    );
  });
});

describe('a queue', () => {
  const { method, template } = methodOf('POST /pickups', (stack) => ApiTarget.sendMessage(new Queue(stack, 'Pickups')));

  test('gets the body as a message by a role that may send to it, and nothing else [serverless-integration-aws]', () => {
    expect(method.Integration).toMatchObject({
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      PassthroughBehavior: 'NEVER',
      Credentials: { 'Fn::GetAtt': [expect.stringMatching(/^ApiPOSTPickupsRole/), 'Arn'] },
      RequestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
    });
    expect(JSON.stringify(method.Integration.Uri)).toContain(':sqs:path/');
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Pickups'), 'Arn'] },
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Principal: { Service: 'apigateway.amazonaws.com' } })],
      },
    });
  });

  test('a body cannot write parameters of the call [serverless-integration-aws]', () => {
    const sent = requestOf(method, { body: '{"a":1}&QueueUrl=https://elsewhere&Action=DeleteQueue' });
    expect([...new URLSearchParams(sent)]).toEqual([
      ['Action', 'SendMessage'],
      ['MessageBody', '{"a":1}&QueueUrl=https://elsewhere&Action=DeleteQueue'],
    ]);
  });

  test('whatever the body is, it is the message [serverless-integration-aws]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (body) => {
        expect(new URLSearchParams(requestOf(method, { body })).get('MessageBody')).toBe(body);
      }),
    );
  });

  test('the caller gets the id of the message with 202, and of an error nothing but that there was one', () => {
    const answer = answerOf(method, 200, '{"SendMessageResponse":{"SendMessageResult":{"MessageId":"m-1"}}}');
    expect([answer.status, answer.text]).toEqual([202, '{"id":"m-1"}']);
    const refused = answerOf(method, 403, '{"Error":{"Code":"AccessDenied","Message":"arn:aws:sqs:…"}}');
    expect([refused.status, bodyOf(refused.text)]).toEqual([
      502,
      { type: 'about:blank', title: 'Bad Gateway', status: 502 },
    ]);
    expect(answerOf(method, 400, '{"Error":{"Code":"RequestThrottled"}}').status).toBe(503);
    expect(answerOf(method, 500, '').status).toBe(503);
  });

  test('encrypted with a key of the account, the role may use the key', () => {
    const { template: encrypted } = methodOf('POST /pickups', (stack) =>
      ApiTarget.sendMessage(new Queue(stack, 'Pickups', { encryptionMasterKey: new Key(stack, 'Key') })),
    );
    encrypted.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['kms:Decrypt']) })]) },
    });
  });

  test('fails when it is FIFO', () => {
    expect(refusal('POST /x', (stack) => ApiTarget.sendMessage(new Queue(stack, 'Q', { fifo: true })))).toThrow(
      'POST /x: queue is FIFO, which wants a group with each message',
    );
  });
});

describe('a table', () => {
  const tableIn = (stack: Stack) =>
    new TableV2(stack, 'Pickups', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  const read = methodOf('GET /pickups/{pickupId}', (stack) =>
    ApiTarget.getItem(tableIn(stack), {
      key: { id: ['S', ApiValue.path('pickupId')] },
      attributes: { place: 'S', weight: 'N' },
      missing: 'There is no such pickup.',
    }),
  );
  const written = methodOf(
    'POST /notes/{noteId}',
    (stack) =>
      ApiTarget.putItem(tableIn(stack), {
        key: 'id',
        item: {
          id: ['S', ApiValue.path('noteId')],
          text: ['S', ApiValue.body('text')],
          stars: ['N', ApiValue.body('stars')],
          at: ['N', ApiValue.context('requestTimeEpoch')],
        },
        taken: 'There is a note of this name.',
      }),
    { body: { type: JsonSchemaType.OBJECT } },
  );
  const hostile = [
    '"},"Key":{"id":{"S":"other"}',
    "it's",
    '\\',
    'a"b',
    '\u0000\u2028',
    '$context.requestId',
    '#if(true)',
  ];

  test('gives one item by a role that may read this table by key, and nothing else [serverless-integration-aws]', () => {
    read.template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'dynamodb:GetItem',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Pickups'), 'Arn'] },
          },
        ],
      },
    });
    expect(JSON.stringify(read.method.Integration.Uri)).toContain(':dynamodb:action/GetItem');
    expect(read.method.RequestParameters).toEqual({ 'method.request.path.pickupId': true });
  });

  test.each(hostile)('%j in the path is a key, not a part of the call [serverless-integration-aws]', (pickupId) => {
    expect(bodyOf(requestOf(read.method, { params: { path: { pickupId } } }))).toEqual({
      TableName: expect.stringMatching(/^<Pickups/),
      ConsistentRead: true,
      Key: { id: { S: pickupId } },
    });
  });

  test.each(hostile)('%j in the body is a value, not a part of the call [serverless-integration-aws]', (text) => {
    const body = JSON.stringify({ text, stars: 5 });
    const context = { requestTimeEpoch: 1_790_000_000_000 };
    expect(bodyOf(requestOf(written.method, { body, params: { path: { noteId: text } }, context }))).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'id' },
      Item: { id: { S: text }, text: { S: text }, stars: { N: '5' }, at: { N: '1790000000000' } },
    });
  });

  test('answers the attributes that are named and no other, as JSON, without those that are not there', () => {
    const item = { id: { S: 'p-1' }, place: { S: 'Rue "du" Lac\n' }, weight: { N: '2.5' }, secret: { S: 'x' } };
    expect(bodyOf(answerOf(read.method, 200, JSON.stringify({ Item: item })).text)).toEqual({
      id: 'p-1',
      place: 'Rue "du" Lac\n',
      weight: 2.5,
    });
    expect(bodyOf(answerOf(read.method, 200, '{"Item":{"id":{"S":"p-2"}}}').text)).toEqual({ id: 'p-2' });
  });

  test('an item that is not there is 404, one that is there already 409, and a table with too much to do 503', () => {
    const missing = answerOf(read.method, 200, '{}');
    expect([missing.status, missing.type, bodyOf(missing.text)]).toEqual([
      404,
      'application/problem+json',
      { type: 'about:blank', title: 'Not Found', status: 404, detail: 'There is no such pickup.' },
    ]);
    const type = (name: string) => JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}` });
    const taken = answerOf(written.method, 400, type('ConditionalCheckFailedException'));
    expect([taken.status, bodyOf(taken.text)]).toEqual([409, expect.objectContaining({ title: 'Conflict' })]);
    expect(answerOf(written.method, 400, type('ProvisionedThroughputExceededException')).status).toBe(503);
    expect(answerOf(written.method, 400, type('ValidationException'))).toMatchObject({ status: 502 });
    expect(answerOf(written.method, 200, '{}')).toMatchObject({ status: 201, text: '{}' });
  });

  test('encrypted with a key of the account, the role may decrypt', () => {
    const { template } = methodOf('GET /x/{id}', (stack) =>
      ApiTarget.getItem(
        new Table(stack, 'Secret', {
          partitionKey: { name: 'id', type: AttributeType.STRING },
          encryptionKey: new Key(stack, 'Key'),
        }),
        { key: { id: ['S', ApiValue.path('id')] }, attributes: {}, missing: 'None.' },
      ),
    );
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt' })]) },
    });
  });

  test('fails with names that cannot stand in a template, or no value for the key', () => {
    expect(
      refusal('POST /x', (stack) =>
        ApiTarget.putItem(tableIn(stack), {
          key: 'id',
          item: { "a'b": ['S', ApiValue.body("x')$input.json('$")] },
          taken: 'Taken.',
        }),
      ),
    ).toThrow(
      [
        'Stack/Api:',
        'POST /x: the name "a\'b" cannot stand in a template; use letters, digits and underscores',
        'POST /x: item has no id, its key; say what it is in the request',
        'POST /x: "x\')$input" is no name of a parameter; use letters, digits, hyphens and underscores',
      ].join('\n  '),
    );
  });
});

describe('a state machine', () => {
  const machineIn = (stack: Stack) =>
    new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Done')) });
  const plain = methodOf('POST /runs', (stack) => ApiTarget.startExecution(machineIn(stack)), {
    body: { type: JsonSchemaType.OBJECT },
  });
  const named = methodOf('POST /runs', (stack) =>
    ApiTarget.startExecution(machineIn(stack), {
      input: { text: ApiValue.body('text'), from: ApiValue.context('identity.sourceIp') },
      name: ApiValue.header('Idempotency-Key'),
    }),
  );
  const texts = [
    'plain',
    'say "x"',
    "it's",
    'back\\slash',
    '\\"',
    '"},"stateMachineArn":"other"',
    'line\nline',
    'ü€😀',
  ];

  test('is started by a role that may start this one, and nothing else [serverless-integration-aws]', () => {
    plain.template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: Match.stringLikeRegexp('^Machine') } },
        ],
      },
    });
  });

  test.each(texts)('%j goes into the input as it is [serverless-integration-aws]', (text) => {
    const whole = bodyOf(requestOf(plain.method, { body: JSON.stringify({ text }) })) as Record<string, string>;
    expect(Object.keys(whole)).toEqual(['stateMachineArn', 'input']);
    expect(bodyOf(whole.input)).toEqual({ text });
    const parts = bodyOf(
      requestOf(named.method, {
        body: JSON.stringify({ text, more: 1 }),
        params: { header: { 'Idempotency-Key': text } },
        context: { identity: { sourceIp: '192.0.2.1' } },
      }),
    ) as Record<string, string>;
    expect(Object.keys(parts)).toEqual(['stateMachineArn', 'name', 'input']);
    expect([parts.name, bodyOf(parts.input)]).toEqual([text, { text, from: '192.0.2.1' }]);
  });

  test('the caller gets the execution with 202, 409 for a name that was taken, 400 for one that can be none', () => {
    const started = answerOf(named.method, 200, '{"executionArn":"arn:aws:states:x","startDate":1}');
    expect([started.status, started.text]).toEqual([202, '{"execution":"arn:aws:states:x"}']);
    expect(answerOf(named.method, 400, '{"__type":"ExecutionAlreadyExists"}').status).toBe(409);
    expect(answerOf(named.method, 400, '{"__type":"InvalidName"}').status).toBe(400);
    expect(answerOf(named.method, 400, '{"__type":"ExecutionLimitExceeded"}').status).toBe(503);
    expect(answerOf(named.method, 400, '{"__type":"InvalidArn"}').status).toBe(502);
  });
});

describe('an alias for each stage', () => {
  const stages = [{ name: 'prod' }, { name: 'dev' }];
  const scene = () => {
    const stack = testStack();
    const answer = new AppFunction(stack, 'Answer', {
      description: 'Answers',
      code: Code.fromInline('exports.handler = async () => 1'),
    });
    const alias = (name: string): IAlias =>
      new Alias(stack, `Alias${name}`, { aliasName: name, version: answer.currentVersion });
    return { stack, alias, api: apiIn(stack, { stages }) };
  };

  test('is picked by a variable of the stage, and each stage may call its own alone [serverless-stage-alias]', () => {
    const { stack, alias, api } = scene();
    api.route('GET /things', { target: ApiTarget.proxyByStage({ prod: alias('live'), dev: alias('next') }) });
    const template = Template.fromStack(stack);
    expect(JSON.stringify(integrationOf(template, 'GET').Integration.Uri)).toContain(
      ':${stageVariables.alias}/invocations',
    );
    for (const [StageName, name] of [
      ['prod', 'live'],
      ['dev', 'next'],
    ]) {
      template.hasResourceProperties('AWS::ApiGateway::Stage', { StageName, Variables: { alias: name } });
      template.hasResourceProperties('AWS::Lambda::Permission', {
        FunctionName: { Ref: Match.stringLikeRegexp(`^Alias${name}`) },
        SourceArn: {
          'Fn::Join': [
            '',
            Match.arrayWith([{ Ref: Match.stringLikeRegexp(`^ApiDeploymentStage${StageName}`) }, '/GET/things']),
          ],
        },
      });
    }
    template.resourceCountIs('AWS::Lambda::Permission', 2);
  });

  test('fails when a stage has none, or an alias no stage [serverless-stage-alias]', () => {
    const { alias, api } = scene();
    const target = ApiTarget.proxyByStage({ prod: alias('live'), test: alias('next') });
    expect(() => api.route('GET /things', { target })).toThrow(
      [
        'Stack/Api:',
        'GET /things: target has no alias for the stage dev; give one for each of prod, dev',
        'GET /things: target has an alias for test, which is no stage; the stages are prod, dev',
      ].join('\n  '),
    );
  });

  test('fails when two functions have aliases of other names for one stage [serverless-stage-alias]', () => {
    const { alias, api } = scene();
    api.route('GET /a', { target: ApiTarget.proxyByStage({ prod: alias('live'), dev: alias('next') }) });
    const other = ApiTarget.proxyByStage({ prod: alias('live2'), dev: alias('next2') });
    expect(() => api.route('GET /b', { target: other })).toThrow(
      'GET /b: target has the alias live2 for the stage prod, where another function has live; a stage picks aliases of one name, so name them alike',
    );
  });
});
