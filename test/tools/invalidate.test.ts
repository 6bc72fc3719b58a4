import { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../tools/invalidate';
import { listening } from '../support/console';

const client = mockClient(CloudFrontClient);
const edge = 'E2QWRUHAPOMQZL';
const said = listening();
const ask = (...args: readonly string[]) => run(args, () => new CloudFrontClient({ region: 'us-east-1' }), 0.001);
const asked = () => client.commandCalls(CreateInvalidationCommand).map(({ args }) => args[0].input);
const invalidation = (Status: string): any => ({ Invalidation: { Id: 'I1', Status } });

beforeEach(() => {
  client.reset();
  client.on(CreateInvalidationCommand).resolves(invalidation('InProgress'));
});

describe('groundplan invalidate', () => {
  test.each(['/images/whiskers1.jpg', '/images/whiskers*', '/images/*', '/*'])(
    'ends the copies of %s, of one distribution, as one path [edge-invalidate-paths]',
    async (path) => {
      expect(await ask(edge, path, '--apply')).toBe(0);
      expect(asked()).toEqual([
        {
          DistributionId: edge,
          InvalidationBatch: {
            CallerReference: expect.stringMatching(/^groundplan-[0-9a-f-]{36}$/),
            Paths: { Quantity: 1, Items: [path] },
          },
        },
      ]);
      expect(said.join('\n')).toBe(`ends the copies of ${path} at the edges of ${edge}, as I1`);
    },
  );

  test('asks under another reference each time, or CloudFront would take it for the same wish [edge-invalidate-paths]', async () => {
    await ask(edge, '/', '--apply');
    await ask(edge, '/', '--apply');
    expect(new Set(asked().map(({ InvalidationBatch }) => InvalidationBatch!.CallerReference)).size).toBe(2);
  });

  test('waits until the last edge has forgotten, when told to [edge-invalidate-paths]', async () => {
    client
      .on(GetInvalidationCommand)
      .resolvesOnce(invalidation('InProgress'))
      .resolvesOnce(invalidation('InProgress'))
      .resolves(invalidation('Completed'));
    expect(await ask(edge, '/', '--apply', '--wait')).toBe(0);
    expect(client.commandCalls(GetInvalidationCommand).map(({ args }) => args[0].input)).toEqual(
      Array.from({ length: 3 }, () => ({ DistributionId: edge, Id: 'I1' })),
    );
    expect(said.join('\n')).toBe(`ended the copies of / at the edges of ${edge}`);
  });

  test('only tells without --apply, with what it costs', async () => {
    expect(await ask(edge, '/a', '/b/*')).toBe(0);
    expect(said.join('\n')).toBe(
      `would end the copies of /a, /b/* at the edges of ${edge}, billed as 2 paths\nNothing was done; add --apply to do it.`,
    );
    expect(client.calls()).toHaveLength(0);
  });

  test('tells as JSON where asked', async () => {
    await ask(edge, '/a', '--apply', '--json');
    expect(JSON.parse(said.join('\n'))).toEqual({
      distribution: edge,
      paths: ['/a'],
      id: 'I1',
      status: 'InProgress',
      result: 'under way',
    });
  });

  test('fails when CloudFront does, with what to do', async () => {
    client
      .on(CreateInvalidationCommand)
      .rejects(Object.assign(new Error('Too many.'), { name: 'TooManyInvalidationsInProgress' }));
    expect(await ask(edge, '/', '--apply')).toBe(1);
    expect(said.join('\n')).toBe(
      `cannot end the copies of ${edge}: TooManyInvalidationsInProgress: Too many. Wait until those under way are done, and ask again.`,
    );
  });

  const many = (count: number, end = '') => Array.from({ length: count }, (_, i) => `/${i}${end}`);
  test.each([
    [[edge, 'images/*'], 'the path images/* does not begin with a slash; write /images/*'],
    [[edge, '/a*/b'], 'the path /a*/b has a * before its end; a * stands only as the last character'],
    [[edge, '/a b'], 'the path /a b has characters that no URL has; write them as a browser does, /a%20b'],
    [[edge, `/${'a'.repeat(4000)}`], 'a path has 4001 characters; CloudFront takes 4000, so end it with a * sooner'],
    [[edge, ...many(3001)], '3001 paths are named; 3000 can be under way at a time, so name a folder with * instead'],
    [[edge, ...many(16, '*')], '16 paths end with *; 15 such can be under way at a time, so name a folder further up'],
    [[edge], 'no path is named; name some, such as /images/*'],
    [['d111.cloudfront.net', '/'], 'the distribution is "d111.cloudfront.net"; give its id, such as E2QWRUHAPOMQZL'],
    [[edge, '/', '--wait'], '--wait has nothing to wait for without --apply; add it'],
    [[edge, '/', '--now'], "Unknown option '--now'"],
  ])('fails when it is told %# [edge-invalidate-paths]', async (args, fault) => {
    expect(await ask(...args)).toBe(2);
    expect(said.join('\n')).toContain(fault);
    expect(said.join('\n')).toContain('groundplan invalidate <distribution id> <path> ...');
    expect(client.calls()).toHaveLength(0);
  });

  test('takes as many as can be under way [edge-invalidate-paths]', async () => {
    expect(await ask(edge, ...many(2985), ...many(15, '*'), '--apply')).toBe(0);
    expect(asked()[0].InvalidationBatch!.Paths!.Quantity).toBe(3000);
  });
});
