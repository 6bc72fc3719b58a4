import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { synthesised } from '../support/architecture';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const lambda = new LambdaClient({
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
/** A zip file without a file. */
const nothing = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

/** A role, which a function needs to be made. */
async function roleOf(name: string): Promise<string> {
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const form = {
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  };
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';
  await fetch(emulatorEndpoint(), { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
  return `arn:aws:iam::${account}:role/${name}`;
}

test('an alarm stops the queue of its purpose, though calls are lost and answers too, and a second one changes nothing [messaging-email-reputation]', async () => {
  const wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised('newsletter-and-receipts')['newsletter-and-receipts'], aws, 'pause');
  const EventSourceArn = stack.find('AWS::SQS::Queue', /^NewslettersMailsQueue/).arn;
  const FunctionName = 'pause-sends';
  const Role = await roleOf('sends');
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role,
      Code: { ZipFile: nothing },
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
    }),
  );
  const { UUID } = await lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName }));
  const definition = stack.function(/^NewslettersPauseFunction/, 'mail-purpose/pause', {
    environment: { MAIL_MAPPING_ID: UUID! },
  });
  const pool = new FunctionPool(definition, wire);
  const faults = [throttled, () => lostBefore, () => answerLost];
  for (const fault of faults) {
    wire.plan = (call, nth) => (call.operation === 'PUT' && nth === 1 ? fault(call) : undefined);
    expect((await pool.invoke({ detail: { state: { value: 'ALARM' } } })).error).toBeUndefined();
    wire.clear();
  }
  const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
  expect(State).toBe('Disabled');
  pool.stop();
  await wire.stop();
  lambda.destroy();
  aws.stop();
});
