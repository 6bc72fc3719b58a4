import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warm } from './warm';

export interface TmpCacheOptions {
  /** What all files together may take, in bytes: all that one run needs, and less than the function has as `ephemeralStorage`. */
  readonly bytes: number;
  /**
   * Where they lie; the cache's alone.
   * @default '/tmp/cache'
   */
  readonly folder?: string;
}

/** Fetches a file for a cache: its content, whole or piece by piece. */
export type Fetch = () => Promise<Uint8Array | AsyncIterable<Uint8Array>>;

/** Large files that are fetched once and found again by later runs of the same environment. */
export interface TmpCache {
  /**
   * The path of a file, which is fetched if it is not there; whoever asks meanwhile waits for the same. What stood unused for
   * longest makes room for it.
   *
   * @param key what the file is, with its version: a file that is there is taken for right
   * @throws what `fetch` throws, after which nothing is left of the file, or that it is larger than all the cache may be
   */
  (key: string, fetch: Fetch): Promise<string>;
}

/** What is not finished ends so; a run that died may have left some. */
const unfinished = '.part';

/**
 * A cache in `/tmp`, which lives as long as the environment of a function, and no longer. Nothing secret belongs there.
 *
 * @claims serverless-tmp-cache
 */
export function tmpCache({ bytes, folder = '/tmp/cache' }: TmpCacheOptions): TmpCache {
  const opened = warm(() => open(folder));
  const fetching = new Map<string, Promise<string>>();

  const found = async (key: string, fetch: Fetch): Promise<string> => {
    const path = join(folder, createHash('sha256').update(key).digest('hex'));
    await opened.get();
    if (await touched(path)) return path;
    const part = path + unfinished;
    try {
      await writeFile(part, within(bytes, key, await fetch()));
      await makeRoom(folder, bytes - (await stat(part)).size);
      // A file has its name only when it is whole.
      await rename(part, path);
      return path;
    } finally {
      await rm(part, { force: true });
    }
  };
  return (key, fetch) => {
    const known = fetching.get(key);
    if (known) return known;
    const mine = found(key, fetch).finally(() => fetching.delete(key));
    fetching.set(key, mine);
    return mine;
  };
}

/** Makes the folder, and clears away what nobody will finish. */
async function open(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const left = (await readdir(folder)).filter((name) => name.endsWith(unfinished));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** Whether a file is there; it counts as used now. */
async function touched(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

async function* within(
  bytes: number,
  key: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    size += piece.length;
    if (size > bytes)
      throw new Error(`${key} is larger than the ${bytes} bytes the cache may take; give it more, or do not cache it`);
    yield piece;
  }
}

/** Removes what was not used for longest until the others take no more than that. */
async function makeRoom(folder: string, bytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(unfinished));
  const files = await Promise.all(names.map(async (name) => ({ name, ...(await shown(join(folder, name))) })));
  let taken = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (taken <= bytes) return;
    await rm(join(folder, name), { force: true });
    taken -= size;
  }
}

/** Of a file that was removed meanwhile, nothing. */
const shown = (path: string): Promise<{ size: number; mtimeMs: number }> =>
  stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
