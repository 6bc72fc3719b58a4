import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handOver } from '../../../lambda/shared/hand-over';

const lambda = mockClient(LambdaClient);
const client = new LambdaClient({ region: 'eu-west-1' });
beforeEach(() => lambda.reset());

describe('handOver', () => {
  test('sends an event that nobody waits for [serverless-async-invoke]', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    await handOver(client, 'worker:live', { n: 1 });
    expect(lambda.commandCalls(InvokeCommand)[0].args[0].input).toEqual({
      FunctionName: 'worker:live',
      InvocationType: 'Event',
      Payload: Buffer.from('{"n":1}'),
    });
  });

  test('an event of 1 MiB is sent, one byte more is refused before Lambda is asked [serverless-async-invoke]', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    const most = 1_048_576 - '{"text":""}'.length;
    await handOver(client, 'worker:live', { text: 'x'.repeat(most) });
    await expect(handOver(client, 'worker:live', { text: 'x'.repeat(most + 1) })).rejects.toThrow(
      'the event holds 1048577 bytes; put its content into a bucket and send its address',
    );
    expect(lambda.calls()).toHaveLength(1);
  });

  test('fails when Lambda does not say that it has the event', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 200 });
    await expect(handOver(client, 'worker:live', {})).rejects.toThrow(
      'Lambda answered 200 to an event for worker:live, not 202',
    );
  });
});
