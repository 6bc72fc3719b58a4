import { queued, start, told, World } from './world';

const world = new World();
const upload = { key: 'uploads/a.jpg', version: 'v1', bytes: 10, at: '2026-11-28T09:00:00Z' };
const failedOf = (attempt: number) =>
  told(
    'photos.intake',
    'upload.failed',
    { upload, reason: 'there is no descriptions/a.jpg yet' },
    { id: `x#${attempt}`, attempt },
  );
const says = () =>
  world.said.map(({ 'detail-type': type, detail }) => `${type} ${(detail as { attempt: number }).attempt}`);

beforeEach(() => {
  world.reset();
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});

describe('a photo that failed before', () => {
  test('is stored when its description has come meanwhile [messaging-event-retry-flow]', async () => {
    world.descriptions.set('descriptions/a.jpg', '{"title":"a"}');
    expect(await start('retry')(queued(failedOf(1)))).toEqual({ batchItemFailures: [] });
    expect(says()).toEqual(['upload.stored 2']);
    expect(world.items('uploads')).toEqual([expect.objectContaining({ state: 'stored', attempt: 2 })]);
  });

  test('counts one attempt more when it fails again [messaging-event-retry-flow]', async () => {
    await start('retry')(queued(failedOf(1), failedOf(2)));
    expect(says().sort()).toEqual(['upload.failed 2', 'upload.failed 3']);
  });

  test('is not tried a fourth time, whatever a rule lets through [messaging-event-retry-flow]', async () => {
    const batch = queued(failedOf(3));
    expect(await start('retry')(batch)).toEqual({
      batchItemFailures: [{ itemIdentifier: batch.Records[0].messageId }],
    });
    expect(says()).toEqual([]);
  });

  test('counts no attempt more, however often it is told [messaging-event-retry-flow]', async () => {
    await start('retry')(queued(failedOf(1)));
    await start('retry')(queued(failedOf(1), failedOf(1)));
    expect(new Set(says())).toEqual(new Set(['upload.failed 2']));
    expect(world.items('uploads')).toEqual([expect.objectContaining({ attempt: 2 })]);
  });

  test('changes nothing when it comes late, behind a later attempt', async () => {
    world.descriptions.set('descriptions/a.jpg', '{"title":"a"}');
    await start('retry')(queued(failedOf(2)));
    world.descriptions.clear();
    await start('retry')(queued(failedOf(1)));
    expect(says()).toEqual(['upload.stored 3']);
  });

  test('bad messages fail alone, with a reason in the log', async () => {
    const said: string[] = [];
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
    const batch = queued('no JSON', told('photos.intake', 'upload.failed', { upload }), failedOf(1));
    expect(await start('retry')(batch)).toEqual({
      batchItemFailures: [batch.Records[0], batch.Records[1]].map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    expect(said.map((line) => (JSON.parse(line) as { reason: string }).reason).sort()).toEqual([
      'not JSON',
      expect.stringContaining('photos.intake upload.failed breaks its contract: reason: '),
    ]);
    expect(says()).toEqual(['upload.failed 2']);
  });
});
