import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { tmpCache, type Fetch } from '../../../lambda/shared/tmp-cache';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const of = (text: string): jest.Mock<ReturnType<Fetch>> => jest.fn(() => Promise.resolve(Buffer.from(text)));
/** Makes a file look unused for a while. */
const age = (path: string, seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(path, then, then);
};
async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await Promise.resolve();
    if (text === 'broken') throw new Error('connection lost');
    yield Buffer.from(text);
  }
}

describe('tmpCache', () => {
  test('fetches a file once, and later runs find it, those of a new process of the same environment too [serverless-tmp-cache]', async () => {
    const fetch = of('a large model');
    const cached = tmpCache({ bytes: 100, folder });
    const path = await cached('model@1', fetch);
    expect(readFileSync(path, 'utf8')).toBe('a large model');
    expect(await cached('model@1', fetch)).toBe(path);
    expect(await tmpCache({ bytes: 100, folder })('model@1', fetch)).toBe(path);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('another version is another file [serverless-tmp-cache]', async () => {
    const cached = tmpCache({ bytes: 100, folder });
    const old = await cached('model@1', of('old'));
    const young = await cached('model@2', of('young'));
    expect([readFileSync(old, 'utf8'), readFileSync(young, 'utf8')]).toEqual(['old', 'young']);
  });

  test('who asks while it is fetched waits for the same [serverless-tmp-cache]', async () => {
    const fetch = of('once');
    const cached = tmpCache({ bytes: 100, folder });
    const [one, two] = await Promise.all([cached('a', fetch), cached('a', fetch)]);
    expect(one).toBe(two);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('a download that breaks off leaves nothing, and the next who asks tries again [serverless-tmp-cache]', async () => {
    const cached = tmpCache({ bytes: 100, folder });
    await expect(cached('a', () => Promise.resolve(pieces('half of ', 'broken')))).rejects.toThrow('connection lost');
    expect(readdirSync(folder)).toEqual([]);
    const path = await cached('a', () => Promise.resolve(pieces('all ', 'of it')));
    expect(readFileSync(path, 'utf8')).toBe('all of it');
  });

  test('what a run that died had begun is cleared away, and never taken for the file [serverless-tmp-cache]', async () => {
    const path = await tmpCache({ bytes: 100, folder })('a', of('whole'));
    rmSync(path);
    writeFileSync(`${path}.part`, 'half');
    writeFileSync(join(folder, 'other.part'), 'half');
    await tmpCache({ bytes: 100, folder })('a', of('whole'));
    expect(readdirSync(folder)).toEqual([path.slice(folder.length + 1)]);
    expect(readFileSync(path, 'utf8')).toBe('whole');
  });

  test('what was not used for longest makes room [serverless-tmp-cache]', async () => {
    const cached = tmpCache({ bytes: 10, folder });
    const [a, b] = [await cached('a', of('aaaa')), await cached('b', of('bbbb'))];
    age(a, 60);
    age(b, 120);
    const c = await cached('c', of('cccc'));
    expect(readdirSync(folder).sort()).toEqual([a, c].map((path) => path.slice(folder.length + 1)).sort());
    age(a, 60);
    age(c, 30);
    // Being asked for counts as use.
    await cached('a', of('never fetched'));
    const d = await cached('d', of('dddd'));
    expect(readdirSync(folder).sort()).toEqual([a, d].map((path) => path.slice(folder.length + 1)).sort());
  });

  test('fails for a file that is larger than the cache, and keeps the others [serverless-tmp-cache]', async () => {
    const cached = tmpCache({ bytes: 10, folder });
    const small = await cached('small', of('small'));
    await expect(cached('large@1', () => Promise.resolve(pieces('12345', '678901')))).rejects.toThrow(
      'large@1 is larger than the 10 bytes the cache may take; give it more, or do not cache it',
    );
    expect(readFileSync(small, 'utf8')).toBe('small');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('never takes more than it may, and never gives another content than was fetched [serverless-tmp-cache]', async () => {
    const asked = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 3 })), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(asked, async (keys) => {
        const mine = mkdtempSync(join(folder, 'run-'));
        const cached = tmpCache({ bytes: 20, folder: mine });
        for (const [name, version] of keys) {
          const content = `${name}${version}`.repeat(version);
          expect(readFileSync(await cached(`${name}@${version}`, of(content)), 'utf8')).toBe(content);
          const taken = readdirSync(mine).reduce((sum, file) => sum + statSync(join(mine, file)).size, 0);
          expect(taken).toBeLessThanOrEqual(20);
        }
      }),
      { numRuns: 25 },
    );
  });
});
