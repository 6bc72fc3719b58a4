import { assertObjectSize, largestObject, objectKey } from '../../../lib/constructs/storage/object-key';

describe('the key of an object', () => {
  test.each([
    [['file.txt'], 'file.txt'],
    [['f1', 'file1.txt'], 'f1/file1.txt'],
    [['f1/', 'file1.txt'], 'f1/file1.txt'],
    [['a/b/', 'c', 'd.txt'], 'a/b/c/d.txt'],
    [['x'.repeat(1024)], 'x'.repeat(1024)],
    [['é'.repeat(512)], 'é'.repeat(512)],
  ])('%j is %s [storage-object-key-rules]', (segments, key) => {
    expect(objectKey(...segments)).toBe(key);
  });

  test.each([
    [['/f1', 'a'], 'the key /f1/a begins with a slash, before which S3 sees a folder without a name; leave it out'],
    [['f1', '', 'a'], 'the key "f1//a" has an empty name between its slashes; give each folder and the file a name'],
    [['f1//', 'a'], 'the key "f1//a" has an empty name between its slashes'],
    [[], 'the key "" has an empty name between its slashes'],
    [['x'.repeat(1025)], `the key ${'x'.repeat(40)}… has 1025 bytes in UTF-8; S3 takes 1024, so shorten a name`],
    [['é'.repeat(513)], 'has 1026 bytes in UTF-8'],
  ])('fails for %j [storage-object-key-rules]', (segments, fault) => {
    expect(() => objectKey(...segments)).toThrow(fault);
  });

  test('an object has 0 bytes to 48.8 TiB [storage-object-key-rules]', () => {
    expect(largestObject).toBe(53_687_091_200_000);
    for (const bytes of [0, 1, largestObject]) expect(() => assertObjectSize(bytes)).not.toThrow();
    for (const bytes of [-1, 0.5, largestObject + 1, NaN])
      expect(() => assertObjectSize(bytes)).toThrow(
        `an object would have ${bytes} bytes; S3 takes whole bytes from 0 to 53687091200000 (48.8 TiB)`,
      );
  });
});
