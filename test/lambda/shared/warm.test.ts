import { warm } from '../../../lambda/shared/warm';

describe('warm', () => {
  test('makes nothing until it is needed, and then one for all runs [serverless-warm-client]', async () => {
    const create = jest.fn(() => Promise.resolve({}));
    const client = warm(create);
    expect(create).not.toHaveBeenCalled();
    const [one, two] = await Promise.all([client.get(), client.get()]);
    expect(one).toBe(two);
    expect(await client.get()).toBe(one);
    expect(create).toHaveBeenCalledTimes(1);
  });

  test('tries again after a failure, thrown or rejected [serverless-warm-client]', async () => {
    let attempt = 0;
    const client = warm((): string | Promise<string> => {
      attempt += 1;
      if (attempt === 1) throw new Error('thrown');
      return attempt === 2 ? Promise.reject(new Error('rejected')) : 'made';
    });
    await expect(client.get()).rejects.toThrow('thrown');
    await expect(client.get()).rejects.toThrow('rejected');
    expect(await client.get()).toBe('made');
  });

  test('makes a new one when the old has broken [serverless-warm-client]', async () => {
    let count = 0;
    const client = warm(() => (count += 1));
    expect(await client.get()).toBe(1);
    client.renew();
    expect(await client.get()).toBe(2);
    expect(await client.get()).toBe(2);
  });

  test('a failure that comes late does not throw away what was made since', async () => {
    let fail!: (error: Error) => void;
    const answers: (string | Promise<string>)[] = [new Promise<string>((_, reject) => (fail = reject)), 'second'];
    const client = warm(() => answers.shift()!);
    const first = client.get();
    client.renew();
    expect(await client.get()).toBe('second');
    fail(new Error('late'));
    await expect(first).rejects.toThrow('late');
    expect(await client.get()).toBe('second');
  });
});
