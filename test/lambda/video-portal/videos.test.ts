import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ada, asked, bob, capture, start } from './portal';

const table = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  table.reset();
  capture();
});

const entry = {
  owner: ada,
  video: 'holiday.mp4',
  sequencer: '0',
  uploadedAt: '2026-11-28T10:00:00Z',
  job: '1764324000000-abc123',
  state: 'ready',
  seconds: 90.5,
  renditions: [{ name: '720p', key: 'videos/0a1b2c/video-720p.mp4', width: 1280, height: 720 }],
};
const ask = async (...of: Parameters<typeof asked>) => {
  const { statusCode, body, headers } = await start('videos')(asked(...of));
  return { status: statusCode, body: JSON.parse(body) as Record<string, any>, headers };
};

test('people see their videos, and of each how far it is and what went wrong', async () => {
  table.on(QueryCommand).resolves({
    Items: [
      entry,
      { ...entry, video: 'new.mp4', state: 'processing' },
      { ...entry, video: 'odd.mp4', state: 'failed', reason: 'The file is empty.' },
    ],
  });
  const { status, body } = await ask('/videos', ada);
  expect(status).toBe(200);
  const uploadedAt = '2026-11-28T10:00:00Z';
  expect(body).toEqual({
    videos: [
      { video: 'holiday.mp4', uploadedAt, state: 'ready', seconds: 90.5 },
      { video: 'new.mp4', uploadedAt, state: 'processing' },
      { video: 'odd.mp4', uploadedAt, state: 'failed', reason: 'The file is empty.' },
    ],
  });
});

test('whose videos are looked for follows from who signed, and from nothing in the request [serverless-video-portal]', async () => {
  table.on(QueryCommand).resolves({ Items: [] });
  table.on(GetCommand).resolves({});
  await ask('/videos', bob);
  await ask('/videos/{video}', bob, { video: 'holiday.mp4' });
  expect(table.commandCalls(QueryCommand)[0].args[0].input.ExpressionAttributeValues).toEqual({ ':owner': bob });
  expect(table.commandCalls(GetCommand)[0].args[0].input.Key).toEqual({ owner: bob, video: 'holiday.mp4' });
});

test('a video that is ready has links that are good for a quarter of an hour [serverless-video-portal]', async () => {
  table.on(GetCommand).resolves({ Item: entry });
  const { body } = await ask('/videos/{video}', ada, { video: 'holiday.mp4' });
  expect(body.links).toEqual([
    expect.objectContaining({ rendition: '720p', width: 1280, height: 720, expiresAt: expect.stringMatching(/Z$/) }),
  ]);
  const url = new URL((body.links as { url: string }[])[0].url);
  expect([url.host, url.pathname, url.searchParams.get('X-Amz-Expires')]).toEqual([
    'the-media.s3.us-east-1.amazonaws.com',
    '/videos/0a1b2c/video-720p.mp4',
    '900',
  ]);
});

test('one that is not has none', async () => {
  table.on(GetCommand).resolves({ Item: { ...entry, state: 'processing' } });
  expect((await ask('/videos/{video}', ada, { video: 'holiday.mp4' })).body).not.toHaveProperty('links');
});

test('a long list comes in pages', async () => {
  table.on(QueryCommand).resolves({ Items: [entry], LastEvaluatedKey: { owner: ada, video: 'holiday.mp4' } });
  expect((await ask('/videos', ada)).body.next).toBe('holiday.mp4');
  await ask('/videos', ada, { query: { after: 'holiday.mp4' } });
  expect(table.commandCalls(QueryCommand)[1].args[0].input.ExclusiveStartKey).toEqual({
    owner: ada,
    video: 'holiday.mp4',
  });
});

test.each([
  ['a video they do not have', 404, '/videos/{video}', ada, { video: 'surprise.mp4' }, 'You have no such video.'],
  ['a name that can be none', 404, '/videos/{video}', ada, { video: 'a'.repeat(101) }, 'You have no such video.'],
  [
    'with the credentials of a machine',
    403,
    '/videos',
    null,
    {},
    'Sign with the credentials that you got for your token',
  ],
  ['with an id that can be nobody', 403, '/videos', 'admin', {}, 'Sign with the credentials'],
  ['with a query of their own', 400, '/videos', ada, { query: { owner: bob } }, 'The query does not have the form'],
] as const)('who asks for %s is told so with %s', async (_, status, resource, identity, more, detail) => {
  table.on(GetCommand).resolves({});
  const answer = await ask(resource, identity, more);
  expect([answer.status, answer.headers['Content-Type']]).toEqual([status, 'application/problem+json']);
  expect(answer.body.detail).toContain(detail);
});

test('any page may read the answers, as a signature is no cookie', async () => {
  table.on(QueryCommand).resolves({ Items: [] });
  expect((await ask('/videos', ada)).headers['Access-Control-Allow-Origin']).toBe('*');
});
