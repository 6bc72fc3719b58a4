import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageSize, type Listed, type Shelf } from './shelf';

/** A folder of the machine's own disk, with a file for each thing. */
export class DiskShelf<Thing> implements Shelf<Thing>, Listed {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Written beside and then put in its place, so that nobody reads half of it and a machine that dies leaves none. */
  async put(id: string, thing: Thing): Promise<void> {
    const draft = join(this.folder, `.${randomUUID()}`);
    await writeFile(draft, JSON.stringify(thing));
    await rename(draft, this.fileOf(id));
  }

  async get(id: string): Promise<Thing | undefined> {
    try {
      return JSON.parse(await readFile(this.fileOf(id), 'utf8')) as Thing;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async list(after: string): Promise<string[]> {
    const files = await readdir(this.folder);
    const ids = files
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .map((file) => file.slice(0, -5));
    return ids
      .filter((id) => id > after)
      .sort()
      .slice(0, pageSize);
  }

  private fileOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}
