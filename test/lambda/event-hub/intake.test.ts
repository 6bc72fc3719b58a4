import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { photo, start, World } from './world';

const world = new World();
const described = (name: string, text = '{"title":"On the beach"}') =>
  world.descriptions.set(`descriptions/${name}`, text);
const says = () => world.said.map(({ 'detail-type': type, detail }) => [type, detail]);

beforeEach(() => {
  world.reset();
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});

describe('a new photo', () => {
  test('with its description is stored, and the others are told [messaging-event-contract]', async () => {
    described('ann/beach.jpg');
    await start('intake')(photo('ann/beach.jpg'));
    const upload = { key: 'uploads/ann/beach.jpg', version: 'v1', bytes: 4_000_000, at: '2026-11-28T09:00:00Z' };
    expect(world.items('uploads')).toEqual([{ ...upload, attempt: 1, state: 'stored', title: 'On the beach' }]);
    expect(says()).toEqual([
      [
        'upload.stored',
        { id: 'uploads/ann/beach.jpg@v1#1', version: 1, attempt: 1, data: { ...upload, title: 'On the beach' } },
      ],
    ]);
  });

  test.each([
    ['without its description', undefined, 1, 'there is no descriptions/ann/beach.jpg yet'],
    ['with a description that is none', 'a nice day', 1, 'the description is no JSON with a title'],
    ['with a description without a title', '{}', 1, 'the description is no JSON with a title'],
    ['that is empty', '{"title":"x"}', 0, 'the photo is empty'],
  ])('%s fails, which is news and no error', async (_, text, bytes, reason) => {
    if (text !== undefined) described('ann/beach.jpg', text);
    await start('intake')(photo('ann/beach.jpg', { bytes }));
    expect(world.items('uploads')).toEqual([expect.objectContaining({ state: 'failed', attempt: 1, reason })]);
    expect(says()).toEqual([
      ['upload.failed', expect.objectContaining({ attempt: 1, data: expect.objectContaining({ reason }) })],
    ]);
  });

  test('told twice, in another environment too, is written the same and told under the same id', async () => {
    described('a.jpg');
    const [one, other] = [start('intake'), start('intake')];
    await one(photo('a.jpg'));
    await other(photo('a.jpg'));
    expect(world.items('uploads')).toHaveLength(1);
    expect(says()[1]).toEqual(says()[0]);
    await one(photo('a.jpg', { version: 'v2' }));
    expect(world.items('uploads')).toHaveLength(2);
  });

  test('whose news the bus does not take is looked at again when Lambda tries again', async () => {
    described('a.jpg');
    const taken = world.events
      .on(PutEventsCommand)
      .resolvesOnce({ Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'no' }] });
    taken.resolves({ Entries: [{ EventId: 'one' }] });
    const intake = start('intake');
    await expect(intake(photo('a.jpg'))).rejects.toThrow('1 of 1 events were not taken');
    await intake(photo('a.jpg'));
    expect(world.events.commandCalls(PutEventsCommand)).toHaveLength(2);
  });

  test('fails when the table is throttled, and is looked at again', async () => {
    described('a.jpg');
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    world.database.on(PutItemCommand, { TableName: 'uploads' }).rejectsOnce(throttled).resolves({});
    const intake = start('intake');
    await expect(intake(photo('a.jpg'))).rejects.toThrow('slow down');
    await intake(photo('a.jpg'));
    expect(says()).toHaveLength(1);
  });
});

describe('refuses', () => {
  test.each([
    ['an object of another bucket', photo('a.jpg', { bucket: 'other' }), 'the object is in other, not in the-photos'],
    [
      'an object elsewhere',
      {
        ...photo('a.jpg'),
        detail: { ...photo('a.jpg').detail, object: { key: 'private/a.jpg', size: 1, 'version-id': 'v' } },
      },
      'the key private/a.jpg does not begin with uploads/',
    ],
    [
      'another event of S3',
      { ...photo('a.jpg'), 'detail-type': 'Object Deleted' },
      'not an event of S3 about a new object: detail-type: ',
    ],
  ])('%s', async (_, event, message) => {
    await expect(start('intake')(event)).rejects.toThrow(message);
    expect([world.items('uploads'), says()]).toEqual([[], []]);
  });

  test('whatever else it is told [serverless-untrusted-input]', async () => {
    const intake = start('intake');
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        await expect(intake(event)).rejects.toThrow('not an event of S3 about a new object');
      }),
      { numRuns: 50 },
    );
  });
});
