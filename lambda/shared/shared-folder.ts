import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that several functions see at once, such as a mounted file system; its files are whole or not there. */
export class SharedFolder {
  constructor(private readonly root: string) {}

  /** Puts a file in place of what is there. Whoever reads meanwhile gets the old one or the new one, never a part. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = this.pathOf(name);
    const unfinished = join(this.root, `.${randomUUID()}`);
    try {
      await writeFile(unfinished, content, { flush: true });
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  /** What the file holds as text, or nothing where there is none. */
  async read(name: string): Promise<string | undefined> {
    return (await this.readBytes(name))?.toString('utf8');
  }

  /** What the file holds, or nothing where there is none. */
  async readBytes(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.pathOf(name));
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
