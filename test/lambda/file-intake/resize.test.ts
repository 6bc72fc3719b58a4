import { HeadObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { mostPixels, pictureIn } from '../../../lambda/file-intake/picture';
import { largestFile } from '../../../lambda/file-intake/resizing';
import { s3Error } from '../../support/fake-bucket';
import { picture, seen, turned } from '../../support/pictures';
import { Output } from '../../support/output';
import { FakeFiles } from './fake-files';
import { announced, context, start } from './start';

const files = new FakeFiles();
const output = new Output();
let resize: ReturnType<typeof start>;
let wide: Buffer;
let tall: Buffer;
let other: Buffer;
beforeAll(async () => {
  resize = start('resize');
  wide = await picture('image/jpeg', 40, 20);
  tall = await picture('image/png', 20, 60);
  other = await picture('image/jpeg', 40, 20, [0x2222ccff, 0xcc2222ff]);
});
beforeEach(() => {
  files.reset();
  output.listen();
});
const result = (key: string) => files.objects.get(key)!;
/** A PNG whose head says it is that large; there is nothing behind it. */
const headOf = (width: number, height: number): Buffer => {
  const file = Buffer.alloc(64);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]).copy(file);
  file.write('IHDR', 12, 'latin1');
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return file;
};

describe('a picture that arrives', () => {
  test('is made smaller in each width, in its own form and proportions, below resized/ [serverless-file-processing]', async () => {
    files.put('incoming/cat.jpg', wide);
    files.put('incoming/trips/tower.PNG', tall);
    expect(await resize(announced('incoming/cat.jpg'))).toEqual([
      { key: 'incoming/cat.jpg', state: 'resized', written: 2 },
    ]);
    await resize(announced('incoming/trips/tower.PNG'));
    expect(files.below('resized/')).toEqual([
      'resized/16/cat.jpg',
      'resized/16/trips/tower.PNG',
      'resized/8/cat.jpg',
      'resized/8/trips/tower.PNG',
    ]);
    expect(await seen(result('resized/16/cat.jpg').body)).toEqual({ width: 16, height: 8, left: 'red', right: 'blue' });
    expect(await seen(result('resized/8/trips/tower.PNG').body)).toMatchObject({ width: 8, height: 24 });
    expect([result('resized/8/cat.jpg').type, result('resized/8/trips/tower.PNG').type]).toEqual([
      'image/jpeg',
      'image/png',
    ]);
    expect(output.metrics).toMatchObject({ PicturesWritten: 2 });
  });

  test('is never made larger than it is', async () => {
    files.put('incoming/dot.png', await picture('image/png', 10, 10));
    await resize(announced('incoming/dot.png'));
    expect((await seen(result('resized/16/dot.png').body)).width).toBe(10);
    expect((await seen(result('resized/8/dot.png').body)).width).toBe(8);
  });

  test('stands upright, however the camera was held', async () => {
    files.put('incoming/turned.jpg', turned(wide, 3));
    files.put('incoming/sideways.jpg', turned(wide, 6));
    await resize(announced('incoming/turned.jpg', 'incoming/sideways.jpg'));
    expect(await seen(result('resized/16/turned.jpg').body)).toEqual({
      width: 16,
      height: 8,
      left: 'blue',
      right: 'red',
    });
    expect(await seen(result('resized/16/sideways.jpg').body)).toMatchObject({ width: 16, height: 32 });
  });

  test('has whatever name S3 allows, encoded in the announcement as a form would [serverless-file-processing]', async () => {
    for (const name of ['incoming/são joão & co/día 1+2=3 100%.jpg', 'incoming/a//b.jpg', 'incoming/新しい.jpg']) {
      files.put(name, wide);
      await resize(announced(name));
      expect(files.below('resized/8/')).toContain(name.replace('incoming/', 'resized/8/'));
    }
  });

  test('may be asked for by its key, as the sweep and the desk do [serverless-handler-contract]', async () => {
    files.put('incoming/100% +.jpg', wide);
    expect(await resize({ key: 'incoming/100% +.jpg' })).toMatchObject([{ state: 'resized', written: 2 }]);
  });
});

describe('done once', () => {
  test('the same announcement again writes nothing, in this environment and in another [serverless-idempotency, serverless-stateless]', async () => {
    files.put('incoming/cat.jpg', wide);
    await resize(announced('incoming/cat.jpg'));
    const again = { key: 'incoming/cat.jpg', state: 'resized', written: 0 };
    expect(await resize(announced('incoming/cat.jpg', 'incoming/cat.jpg'))).toEqual([again, again]);
    expect(await start('resize')(announced('incoming/cat.jpg'))).toEqual([again]);
    expect(files.writes).toEqual(['resized/8/cat.jpg', 'resized/16/cat.jpg']);
  });

  test('two runs at the same moment write each result once [serverless-idempotency]', async () => {
    files.put('incoming/cat.jpg', wide);
    const both = await Promise.all([resize(announced('incoming/cat.jpg')), resize(announced('incoming/cat.jpg'))]);
    expect(both.flat().map(({ state }) => state)).toEqual(['resized', 'resized']);
    expect(both.flat().reduce((sum, { written }) => sum + written, 0)).toBe(2);
    expect(files.writes.sort()).toEqual(['resized/16/cat.jpg', 'resized/8/cat.jpg']);
  });

  test('a run that died half-way is finished by the next [serverless-idempotency]', async () => {
    files.put('incoming/cat.jpg', wide);
    files.before = (operation, key) => {
      if (operation === 'PutObject' && key.startsWith('resized/16/')) throw s3Error('SlowDown', 503);
    };
    await expect(resize(announced('incoming/cat.jpg'))).rejects.toMatchObject({ name: 'SlowDown' });
    files.before = () => undefined;
    expect(await resize(announced('incoming/cat.jpg'))).toMatchObject([{ written: 1 }]);
  });

  test('a new content under the same key replaces the results of the old', async () => {
    files.put('incoming/cat.jpg', wide);
    await resize(announced('incoming/cat.jpg'));
    files.put('incoming/cat.jpg', other);
    expect(await resize(announced('incoming/cat.jpg'))).toMatchObject([{ written: 2 }]);
    expect(await seen(result('resized/16/cat.jpg').body)).toMatchObject({ left: 'blue' });
  });

  test('a file that changes while it is worked ends with the results of the newest content', async () => {
    files.put('incoming/cat.jpg', wide);
    files.before = (operation, key) => {
      if (operation === 'PutObject' && key.startsWith('resized/8/')) {
        files.before = () => undefined;
        files.put('incoming/cat.jpg', other);
      }
    };
    expect(await resize(announced('incoming/cat.jpg'))).toMatchObject([{ state: 'resized' }]);
    for (const width of [8, 16]) {
      expect(result(`resized/${width}/cat.jpg`).metadata).toEqual({
        'made-of': files.objects.get('incoming/cat.jpg')!.tag,
      });
      expect(await seen(result(`resized/${width}/cat.jpg`).body)).toMatchObject({ left: 'blue' });
    }
  });

  test('one that changes all the time is given up, for Lambda to try again later', async () => {
    files.put('incoming/cat.jpg', wide);
    let turn = 0;
    files.before = (operation) => {
      if (operation === 'GetObject') files.put('incoming/cat.jpg', (turn += 1) % 2 === 0 ? wide : other);
    };
    await expect(resize(announced('incoming/cat.jpg'))).rejects.toThrow(
      'incoming/cat.jpg changes faster than it can be resized',
    );
    expect(files.writes).toEqual([]);
  });

  test('a file that is gone by now needs nothing', async () => {
    expect(await resize(announced('incoming/cat.jpg'))).toEqual([
      { key: 'incoming/cat.jpg', state: 'gone', written: 0 },
    ]);
    files.put('incoming/dog.jpg', wide);
    files.before = (operation) => operation === 'GetObject' && files.objects.delete('incoming/dog.jpg');
    expect(await resize(announced('incoming/dog.jpg'))).toMatchObject([{ state: 'gone' }]);
    expect(files.below('')).toEqual([]);
  });

  test('whatever is put and announced, in whatever order and however often: the results are those of the newest content', async () => {
    const names = ['a', 'b'].map((name) => `incoming/${name}.jpg`);
    const step = fc.record({ name: fc.constantFrom(...names), put: fc.constantFrom('no', 'wide', 'other') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        files.reset();
        for (const { name, put } of steps) {
          if (put !== 'no') files.put(name, put === 'wide' ? wide : other);
          await resize(announced(name));
        }
        for (const name of names.filter((one) => files.objects.has(one))) {
          const madeOf = result(name.replace('incoming/', 'resized/8/')).metadata['made-of'];
          expect(madeOf).toBe(files.objects.get(name)!.tag);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('a file that can never be resized', () => {
  test.each<[string, () => Uint8Array, string]>([
    [
      'text with the name of a picture',
      () => Buffer.from('this is no picture'),
      'the file is neither a JPEG nor a PNG picture, whatever its name says',
    ],
    ['no byte', () => new Uint8Array(), 'the file is empty'],
    ['half a picture', () => tall.subarray(0, tall.length / 2), 'the picture is damaged: '],
    ['a head alone', () => headOf(20, 20), 'the picture is damaged: '],
    [
      'a small file that would fill all memory',
      () => headOf(60_000, 60_000),
      `the picture is 60000 by 60000 pixels; at most ${mostPixels} can be resized`,
    ],
    ['a picture of nothing', () => headOf(0, 20), 'the picture is 0 by 20 pixels; there is nothing in it'],
    [
      'more than is read',
      () => Buffer.concat([wide, Buffer.alloc(largestFile)]),
      `bytes; at most ${largestFile} are worked`,
    ],
  ])(
    'fails with the reason, which is put below refused/: %s [serverless-file-processing, serverless-untrusted-input]',
    async (_, content, reason) => {
      files.put('incoming/trips/cat.jpg', content());
      await expect(resize(announced('incoming/trips/cat.jpg'))).rejects.toMatchObject({ name: 'Refused' });
      expect(files.below('resized/')).toEqual([]);
      const refusal = JSON.parse(Buffer.from(result('refused/trips/cat.jpg.json').body).toString());
      expect(refusal).toEqual({ file: 'incoming/trips/cat.jpg', reason: expect.stringContaining(reason) });
      expect(output.metrics).toMatchObject({ FilesRefused: 1 });
      expect(output.logs).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'file refused' }));
      // Lambda tries twice more; the reason is written once.
      await expect(resize(announced('incoming/trips/cat.jpg'))).rejects.toMatchObject({ name: 'Refused' });
      expect(files.writes).toEqual(['refused/trips/cat.jpg.json']);
    },
  );

  test('which is no reason against a better one under its name', async () => {
    files.put('incoming/cat.jpg', Buffer.from('no picture'));
    await expect(resize(announced('incoming/cat.jpg'))).rejects.toThrow();
    files.put('incoming/cat.jpg', wide);
    expect(await resize(announced('incoming/cat.jpg'))).toMatchObject([{ state: 'resized', written: 2 }]);
  });

  test('what is larger than is worked is not even read', async () => {
    files.put('incoming/cat.jpg', Buffer.alloc(largestFile + 1));
    await expect(resize(announced('incoming/cat.jpg'))).rejects.toThrow('20971521 bytes');
    expect(files.client.calls().map(({ args }) => args[0].constructor.name)).not.toContain('GetObjectCommand');
  });
});

describe('an event that is none of its own', () => {
  test.each<[unknown, string]>([
    [{}, 'neither a request for one file nor what S3 announces: not an S3 event of a new object: Records: '],
    [null, 'neither a request for one file nor'],
    ['text', 'neither a request for one file nor'],
    [{ Records: [] }, 'neither a request for one file nor'],
    [{ key: '' }, 'neither a request for one file nor'],
    [{ key: 'incoming/a.jpg', more: 1 }, 'neither a request for one file nor'],
    [{ key: 'resized/8/a.jpg' }, 'resized/8/a.jpg does not lie below incoming/'],
    [{ key: 'incoming/' }, 'incoming/ does not lie below incoming/'],
    [announced('secrets/a.jpg'), 'secrets/a.jpg does not lie below incoming/'],
  ])('fails for %j, and touches no file [serverless-untrusted-input]', async (event, reason) => {
    await expect(resize(event)).rejects.toThrow(reason);
    expect(files.client.calls()).toEqual([]);
  });

  test('fails for a file of another bucket, and for a key that is not encoded [serverless-untrusted-input]', async () => {
    const strange = announced('incoming/a.jpg');
    strange.Records[0].s3.bucket.name = 'another';
    await expect(resize(strange)).rejects.toThrow('the object is in another, not in the-files');
    const broken = announced('incoming/a.jpg');
    broken.Records[0].s3.object.key = 'incoming/100%.jpg';
    await expect(resize(broken)).rejects.toThrow('the key incoming/100%.jpg is not URL-encoded');
  });

  test('whatever comes in, no file is touched and Refused is thrown [serverless-untrusted-input]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        await expect(resize(event)).rejects.toMatchObject({ name: 'Refused' });
      }),
    );
    expect(files.client.calls()).toEqual([]);
  });

  test('whatever a file holds, its head is read or refused, and never throws anything else', () => {
    const heads = [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], []].map((head) =>
      fc.uint8Array({ maxLength: 80 }).map((rest) => Uint8Array.from([...head, ...rest])),
    );
    fc.assert(
      fc.property(fc.oneof(...heads), (file) => {
        try {
          const { width, height } = pictureIn(file);
          expect(width * height).toBeLessThanOrEqual(mostPixels);
        } catch (error) {
          expect((error as Error).name).toBe('Refused');
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('a run whose call is never answered ends before Lambda ends it, and is tried again', async () => {
  files.client.on(HeadObjectCommand).callsFake(() => new Promise(() => undefined));
  const short = { ...context, getRemainingTimeInMillis: () => 30 };
  await expect(resize(announced('incoming/cat.jpg'), short)).rejects.toMatchObject({ name: 'OutOfTime' });
  expect(output.logs).toContainEqual(expect.objectContaining({ message: 'file failed' }));
});

test('fails at start, naming what it was not told', () => {
  expect(() => start('resize', { FILE_BUCKET: undefined, WIDTHS: '' })).toThrow(
    'environment variables missing: FILE_BUCKET, WIDTHS',
  );
});
