import fc from 'fast-check';
import { picture } from '../../support/pictures';
import { s3Error } from '../../support/fake-bucket';
import { Output } from '../../support/output';
import { FakeFiles } from './fake-files';
import { start } from './start';

const files = new FakeFiles();
const output = new Output();
let take: ReturnType<typeof start>;
let shot: string;
beforeAll(async () => {
  take = start('take-picture');
  shot = (await picture('image/jpeg', 20, 10)).toString('base64');
});
beforeEach(() => {
  files.reset();
  output.listen();
});
/** What the rule hands on of a message on `cameras/gate-7/pictures`. */
const message = (more: object = {}) => ({ device: 'gate-7', name: '2026-11-21_083000', picture: shot, ...more });
const key = 'incoming/devices/gate-7/2026-11-21_083000.jpg';

describe('a picture of a camera', () => {
  test('is put among the incoming files, below the camera [serverless-iot-rule, serverless-handler-contract]', async () => {
    expect(await take(message())).toEqual({ key, written: true });
    expect(files.objects.get(key)).toMatchObject({ body: Buffer.from(shot, 'base64'), type: 'image/jpeg' });
    const png = (await picture('image/png', 4, 4)).toString('base64');
    expect(await take(message({ name: 'b', picture: png }))).toMatchObject({ key: 'incoming/devices/gate-7/b.png' });
  });

  test('that comes twice is put once [serverless-iot-rule, serverless-idempotency]', async () => {
    await take(message());
    expect(await take(message())).toEqual({ key, written: false });
    expect(files.writes).toEqual([key]);
  });

  test.each<[object, string]>([
    [{ picture: Buffer.from('no picture').toString('base64') }, 'the file is neither a JPEG nor a PNG picture'],
    [{ picture: 'not base64!' }, 'not a picture of a device: picture: '],
    [{ picture: undefined }, 'not a picture of a device: picture: '],
    [{ name: '../../resized/8/cat' }, 'not a picture of a device: name: '],
    [{ device: 'a/b' }, 'not a picture of a device: device: '],
    [{ device: undefined }, 'not a picture of a device: device: '],
    [{ more: 1 }, 'not a picture of a device: message: '],
  ])(
    'fails with %j, so that the message and this reason end in the failure queue [serverless-untrusted-input]',
    async (wrong, reason) => {
      await expect(take(message(wrong))).rejects.toThrow(reason);
      expect(files.client.calls()).toEqual([]);
      expect(output.logs).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'picture refused' }));
    },
  );

  test('whatever a device sends, nothing is put anywhere but below its own folder [serverless-untrusted-input]', async () => {
    const anything = fc.record({ device: fc.string(), name: fc.string(), picture: fc.constant(shot) });
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, fc.anything()), async (event) => {
        await take(event).catch((error: Error) => expect(error.name).toBe('Refused'));
      }),
    );
    for (const each of files.writes) expect(each).toMatch(/^incoming\/devices\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\.jpg$/);
  });

  test('fails while the bucket does, and is right the next time', async () => {
    files.before = () => {
      throw s3Error('SlowDown', 503);
    };
    await expect(take(message())).rejects.toMatchObject({ name: 'SlowDown' });
    files.before = () => undefined;
    expect(await take(message())).toEqual({ key, written: true });
  });
});
