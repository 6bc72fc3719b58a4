import fc from 'fast-check';
import {
  fileSource,
  loadConfig,
  matching,
  parameterSource,
  wholeNumber,
  type ConfigSource,
} from '../../../lambda/shared/load-config';

const shape = {
  size: { default: 10, check: wholeNumber(1, 100) },
  colour: { default: 'grey', check: matching(/[a-z]+/) },
};
const report = { unknown: jest.fn(), failed: jest.fn() };
beforeEach(() => jest.resetAllMocks());

/** A source whose content and condition can be changed, and that counts how often it was read. */
function store(name: string, values: Record<string, unknown> = {}) {
  const made = {
    name,
    values,
    down: false,
    reads: 0,
    read: () => {
      made.reads += 1;
      return made.down ? Promise.reject(new Error('down')) : Promise.resolve(made.values);
    },
  };
  return made;
}
let time = 0;
const load = (...sources: ConfigSource[]) => loadConfig({ shape, sources, timeToLive: 1000, report, now: () => time });

describe('loadConfig', () => {
  test('the code has the defaults, and of the sources the later goes before the earlier [serverless-config-layers]', async () => {
    expect(await load()()).toEqual({ size: 10, colour: 'grey' });
    const file = store('file', { size: 20, colour: 'red' });
    expect(await load(file, store('parameters', { size: '30' }))()).toEqual({ size: 30, colour: 'red' });
    expect(await load(store('parameters', { size: '30' }), file)()).toEqual({ size: 20, colour: 'red' });
    expect(report.failed).not.toHaveBeenCalled();
  });

  test('whatever sources hold, each setting is what the last of them says that says anything [serverless-config-layers]', async () => {
    const layer = fc.record(
      { size: fc.integer({ min: 1, max: 100 }), colour: fc.constantFrom('red', 'blue') },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { maxLength: 4 }), async (layers) => {
        const config = await load(...layers.map((values, i) => store(`${i}`, values)))();
        const last = <K extends 'size' | 'colour'>(key: K) => layers.findLast((one) => one[key] !== undefined)?.[key];
        expect(config).toEqual({ size: last('size') ?? 10, colour: last('colour') ?? 'grey' });
      }),
    );
  });

  test('what was read is kept for its time, also among those who ask at once [serverless-config-layers]', async () => {
    const file = store('file', { size: 20 });
    const config = load(file);
    await Promise.all([config(), config()]);
    file.values = { size: 21 };
    time += 999;
    expect((await config()).size).toBe(20);
    expect(file.reads).toBe(1);
    time += 1;
    expect((await config()).size).toBe(21);
    expect(file.reads).toBe(2);
  });

  test('while a store is down, what it said last counts, and the default before it said anything [serverless-config-layers]', async () => {
    const file = store('file', { size: 20, colour: 'red' });
    const parameters = store('parameters', { size: '30' });
    const config = load(file, parameters);
    parameters.down = file.down = true;
    expect(await config()).toEqual({ size: 10, colour: 'grey' });
    file.down = parameters.down = false;
    time += 1000;
    expect(await config()).toEqual({ size: 30, colour: 'red' });
    parameters.down = true;
    file.values = { colour: 'blue' };
    time += 1000;
    expect(await config()).toEqual({ size: 30, colour: 'blue' });
    expect(report.failed.mock.calls.map(([name]) => name)).toEqual(['file', 'parameters', 'parameters']);
  });

  test('what was removed from a store counts no longer [serverless-config-layers]', async () => {
    const file = store('file', { size: 20 });
    const config = load(file);
    await config();
    file.values = {};
    time += 1000;
    expect((await config()).size).toBe(10);
  });

  test('keys that no code reads are reported by source, for pruning, and change nothing [serverless-config-layers]', async () => {
    const file = store('file', { size: 20, shape: 'round', toString: 'x' });
    expect(await load(file)()).toEqual({ size: 20, colour: 'grey' });
    expect(report.unknown.mock.calls).toEqual([['file', ['shape', 'toString']]]);
  });

  test('a value that does not match its pattern is reported without being told, and the last good one counts [serverless-config-layers]', async () => {
    const parameters = store('/shop', { size: '30', colour: 'red' });
    const config = load(parameters);
    await config();
    parameters.values = { size: '101', colour: 'S3CRET' };
    time += 1000;
    expect(await config()).toEqual({ size: 30, colour: 'red' });
    const messages = report.failed.mock.calls.map(([, cause]: [string, Error]) => cause.message);
    expect(messages).toEqual([
      'size of /shop is no value this setting takes; correct it there',
      'colour of /shop is no value this setting takes; correct it there',
    ]);
  });
});

describe('sources', () => {
  test('a file holds a JSON object, and anything else is a failure of the file [serverless-config-layers]', async () => {
    expect(await fileSource('s3', () => Promise.resolve('{"size": 5}')).read()).toEqual({ size: 5 });
    for (const text of ['[]', 'null', '3'])
      await expect(fileSource('s3', () => Promise.resolve(text)).read()).rejects.toThrow(
        's3 holds no JSON object; write the settings as {"key": value}',
      );
    expect(await load(fileSource('s3', () => Promise.resolve('{')))()).toEqual({ size: 10, colour: 'grey' });
    expect(report.failed).toHaveBeenCalledTimes(1);
  });

  test.each(['/shop/prod', '/shop/prod/'])(
    'parameters are named by their place below %s [serverless-config-layers]',
    async (path) => {
      const byPath = jest.fn().mockResolvedValue({ '/shop/prod/size': '7', '/shop/prod/page/size': '8' });
      expect(await parameterSource(path, byPath).read()).toEqual({ size: '7', 'page/size': '8' });
      expect(byPath).toHaveBeenCalledWith(path);
      expect(await parameterSource(path, () => Promise.resolve({ size: '7' })).read()).toEqual({ size: '7' });
      expect(await parameterSource(path, () => Promise.resolve(undefined)).read()).toEqual({});
    },
  );

  test.each([['1.5'], [''], ['x1'], [0], [101], [true], [NaN]])('%p is no whole number from 1 to 100', (value) => {
    expect(() => wholeNumber(1, 100)(value)).toThrow('is no whole number from 1 to 100');
  });

  test('a pattern is for the whole text', () => {
    expect(matching(/[a-z]+/)('red')).toBe('red');
    expect(() => matching(/[a-z]+/)('red1')).toThrow('does not match');
    expect(() => matching(/[a-z]+/)(5)).toThrow('does not match');
  });
});
