import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedFolder } from '../../../lambda/shared/shared-folder';

describe('SharedFolder', () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'shared-'))));
  afterEach(() => rm(root, { recursive: true }));

  test('what one function writes another reads, whole at every time [serverless-efs]', async () => {
    const [writer, reader] = [new SharedFolder(root), new SharedFolder(root)];
    expect(await reader.read('report.txt')).toBeUndefined();
    const [one, two] = ['1'.repeat(1_000_000), '2'.repeat(1_000_000)];
    await writer.write('report.txt', one);
    const [, ...seen] = await Promise.all([
      writer.write('report.txt', two),
      ...Array.from({ length: 20 }, () => reader.read('report.txt')),
    ]);
    expect(seen.every((text) => text === one || text === two)).toBe(true);
    expect(await reader.read('report.txt')).toBe(two);
    expect(await readdir(root)).toEqual(['report.txt']);
  });

  test('names that lead out of the folder are refused', async () => {
    const folder = new SharedFolder(root);
    await expect(folder.read('../secret')).rejects.toThrow(
      'name is "../secret"; give up to 200 letters, digits and ._-, without a dot first',
    );
    await expect(folder.write('.hidden', '')).rejects.toThrow('name is ".hidden"');
  });
});
