import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateJobCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ada, batch, capture, start, uploaded } from './portal';

const table = mockClient(DynamoDBDocumentClient);
const mediaConvert = mockClient(MediaConvertClient);
let output: ReturnType<typeof capture>;

beforeEach(() => {
  table.reset();
  mediaConvert.reset();
  mediaConvert.on(CreateJobCommand).resolves({ Job: { Id: '1764324000000-abc123' } as never });
  output = capture();
});

const overtaken = () =>
  new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
const jobs = () => mediaConvert.commandCalls(CreateJobCommand).map(({ args: [{ input }] }) => input);
const entries = () => table.commandCalls(PutCommand).map(({ args: [{ input }] }) => input.Item);
const counted = () => output.lines().flatMap(({ _aws, ...rest }) => (_aws === undefined ? [] : Object.keys(rest)));

test('an upload is noted, becomes a job from where it lies, and its job is noted [serverless-video-portal]', async () => {
  expect(await start('start-transcoding')(batch(uploaded()))).toEqual({ batchItemFailures: [] });

  expect(entries()).toEqual([
    {
      owner: ada,
      video: 'holiday.mp4',
      sequencer: '00661D2C91B1F39C8100000000000000',
      uploadedAt: '2026-11-28T10:00:00Z',
      state: 'processing',
    },
  ]);
  const [job] = jobs();
  expect(job).toMatchObject({
    Queue: 'arn:aws:mediaconvert:us-east-1:111122223333:queues/portal',
    Role: 'arn:aws:iam::111122223333:role/transcoder',
    UserMetadata: { owner: ada, video: 'holiday.mp4' },
    Settings: { Inputs: [{ FileInput: `s3://the-uploads/uploads/${ada}/holiday.mp4` }] },
  });
  const [group] = job.Settings!.OutputGroups!;
  expect(group.OutputGroupSettings?.FileGroupSettings?.Destination).toMatch(
    /^s3:\/\/the-media\/videos\/[0-9a-f]{40}\/video$/,
  );
  expect(group.Outputs?.map(({ NameModifier, VideoDescription }) => [NameModifier, VideoDescription?.Height])).toEqual([
    ['-720p', 720],
    ['-480p', 480],
  ]);
  expect(table.commandCalls(UpdateCommand)[0].args[0].input.ExpressionAttributeValues).toMatchObject({
    ':job': '1764324000000-abc123',
  });
  expect(counted()).toContain('JobsStarted');
});

test('the same upload asks for the same job, another version for another, so that one can be taken for the other never', async () => {
  const handler = start('start-transcoding');
  await handler(batch(uploaded(), uploaded(), uploaded(undefined, { sequencer: '00661D2C91B1F39C82' })));
  const [first, again, newer] = jobs().map(({ ClientRequestToken, Settings }) => [ClientRequestToken, Settings]);
  expect(again).toEqual(first);
  expect(newer[0]).not.toBe(first[0]);
});

test('an upload that has its job, or was followed by a newer one, asks for none', async () => {
  table.on(PutCommand).rejects(overtaken());
  expect(await start('start-transcoding')(batch(uploaded()))).toEqual({ batchItemFailures: [] });
  expect(jobs()).toEqual([]);
});

test('a job that ended before it was noted is left as it ended', async () => {
  table.on(UpdateCommand).rejects(overtaken());
  expect(await start('start-transcoding')(batch(uploaded()))).toEqual({ batchItemFailures: [] });
});

test('of what can be no video its owner is told, and MediaConvert is not asked', async () => {
  await start('start-transcoding')(batch(uploaded(`uploads/${ada}/notes.txt`)));
  expect(entries()).toEqual([
    expect.objectContaining({ state: 'failed', reason: 'The name does not end with .mp4, .mov, .mkv, .webm.' }),
  ]);
  expect(jobs()).toEqual([]);
  expect(counted()).toContain('UploadsRefused');
});

test('poison comes back alone, with its reason in the log', async () => {
  const event = batch(uploaded(), '{"half', uploaded(`uploads/${ada}/second.mp4`));
  const { batchItemFailures } = await start('start-transcoding')(event);
  expect(batchItemFailures).toEqual([{ itemIdentifier: event.Records[1].messageId }]);
  expect(output.lines()).toContainEqual(expect.objectContaining({ message: 'message refused', reason: 'not JSON' }));
  expect(jobs()).toHaveLength(2);
});

test.each(['MediaConvert', 'the table'])('what %s turns away comes back to be tried again', async (who) => {
  const busy = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  if (who === 'MediaConvert') mediaConvert.on(CreateJobCommand).rejects(busy);
  else table.on(PutCommand).rejects(busy);
  const event = batch(uploaded());
  expect(await start('start-transcoding')(event)).toEqual({
    batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }],
  });
});

test('the same event meets the same answer in another environment of the function [serverless-stateless]', async () => {
  const warm = start('start-transcoding');
  await warm(batch(uploaded()));
  await warm(batch(uploaded()));
  await start('start-transcoding')(batch(uploaded()));
  const [first, second, third] = jobs();
  expect([second, third]).toEqual([first, first]);
});

test('fails at start when a variable is missing, with its name', () => {
  expect(() => start('start-transcoding', 'TRANSCODER_ROLE')).toThrow('environment variables missing: TRANSCODER_ROLE');
});

test('clients are made once for all events of an environment', async () => {
  const made = jest.spyOn(DynamoDBDocumentClient, 'from');
  const handler = start('start-transcoding');
  await handler(batch(uploaded()));
  await handler(batch(uploaded()));
  expect(made).toHaveBeenCalledTimes(1);
  expect(made.mock.calls[0][0]).toBeInstanceOf(DynamoDBClient);
});
