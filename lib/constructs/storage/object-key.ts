const longestKey = 1024;
const gib = 1024 ** 3;
/** 48.8 TiB, about 50 TB: 10,000 parts of 5 GiB. */
export const largestObject: number = 10_000 * 5 * gib;

/**
 * The key of an object: names of folders and of the file, joined by slashes. S3 knows no folders: a key is one text, and what
 * looks like a folder is how it begins.
 *
 * @throws when a name is empty, so that keys would begin with a slash or have two of them, or when the key is too long
 * @claims storage-object-key-rules
 */
export function objectKey(...segments: readonly string[]): string {
  const key = segments.map((segment) => segment.replace(/\/$/, '')).join('/');
  const bytes = Buffer.byteLength(key);
  if (key.startsWith('/'))
    throw new Error(`the key ${key} begins with a slash, before which S3 sees a folder without a name; leave it out`);
  if (key.split('/').includes(''))
    throw new Error(`the key "${key}" has an empty name between its slashes; give each folder and the file a name`);
  if (bytes > longestKey)
    throw new Error(
      `the key ${key.slice(0, 40)}… has ${bytes} bytes in UTF-8; S3 takes ${longestKey}, so shorten a name`,
    );
  return key;
}

/**
 * Refuses sizes that no object can have.
 *
 * @throws below 0 and above 48.8 TiB
 * @claims storage-object-key-rules
 */
export function assertObjectSize(bytes: number): void {
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= largestObject) return;
  throw new Error(`an object would have ${bytes} bytes; S3 takes whole bytes from 0 to ${largestObject} (48.8 TiB)`);
}
