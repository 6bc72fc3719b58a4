import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ada, batch, capture, completed, failed, start } from './portal';

const table = mockClient(DynamoDBDocumentClient);
let output: ReturnType<typeof capture>;
beforeEach(() => {
  table.reset();
  output = capture();
});
const puts = () => table.commandCalls(PutCommand).map(({ args: [{ input }] }) => input);
const counted = () => output.lines().flatMap(({ _aws, ...rest }) => (_aws === undefined ? [] : Object.keys(rest)));

test('the end of a job becomes the entry by which the video is found [serverless-video-portal]', async () => {
  expect(await start('record-outcome')(batch(completed()))).toEqual({ batchItemFailures: [] });
  expect(puts()[0].Item).toEqual({
    owner: ada,
    video: 'holiday.mp4',
    sequencer: '00661D2C91B1F39C8100000000000000',
    uploadedAt: '2026-11-28T10:00:00Z',
    job: '1764324000000-abc123',
    state: 'ready',
    seconds: 90.5,
    renditions: [
      { name: '720p', key: 'videos/0a1b2c/video-720p.mp4', width: 1280, height: 720 },
      { name: '480p', key: 'videos/0a1b2c/video-480p.mp4', width: 854, height: 480 },
    ],
  });
  expect(counted()).toContain('VideosReady');
});

test('so does its failure, with a reason for the owner', async () => {
  await start('record-outcome')(batch(failed()));
  expect(puts()[0].Item).toMatchObject({ state: 'failed', reason: expect.stringContaining('1030') });
  expect(counted()).toContain('VideosFailed');
});

test('an end that is told again, or after a newer upload, changes nothing and is not counted', async () => {
  table.on(PutCommand).rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'no' }));
  expect(await start('record-outcome')(batch(completed()))).toEqual({ batchItemFailures: [] });
  expect(counted()).not.toContain('VideosReady');
});

test('the end of an upload takes the place of its beginning and of older uploads, and of nothing else', async () => {
  await start('record-outcome')(batch(completed()));
  expect(puts()[0].ConditionExpression).toBe(
    'attribute_not_exists(video) OR sequencer < :sequencer OR (sequencer = :sequencer AND #state = :processing)',
  );
});

test('poison comes back alone', async () => {
  const event = batch(completed({ bucket: 'somebody-elses' }), completed());
  expect(await start('record-outcome')(event)).toEqual({
    batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }],
  });
  expect(puts()).toHaveLength(1);
});
