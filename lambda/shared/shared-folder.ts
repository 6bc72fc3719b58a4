import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that several functions see at once, such as a mounted file system; its files are whole or not there. */
export class SharedFolder {
  constructor(private readonly root: string) {}

  /** Puts a file in place of what is there. Whoever reads meanwhile gets the old one or the new one, never a part. */
  async write(name: string, content: string): Promise<void> {
    const path = this.pathOf(name);
    const unfinished = join(this.root, `.${randomUUID()}`);
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  }

  /** What the file holds, or nothing where there is none. */
  async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(this.pathOf(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private pathOf(name: string): string {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(name))
      throw new RangeError(
        `name is ${JSON.stringify(name)}; give up to 200 letters, digits and ._-, without a dot first`,
      );
    return join(this.root, name);
  }
}
