import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { callerKeyFields, fieldsOf, written, type ObjectAddress } from './address';

export interface Piece {
  readonly content: Uint8Array;
  /** The size of the whole object. */
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A whole object.
 *
 * @throws when it lies in an archive, with what to do first
 */
export const readObject = (s3: S3Client, address: ObjectAddress): Promise<Piece> => get(s3, address);

/**
 * Bytes of an object, from one up to, and without, another: only these are transferred and paid for.
 *
 * @claims storage-range-read
 */
export async function readRange(s3: S3Client, address: ObjectAddress, from: number, to: number): Promise<Piece> {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to > from))
    throw new Error(`the bytes are ${from} to ${to}; give whole numbers, the second above the first`);
  return get(s3, address, `bytes=${from}-${to - 1}`);
}

/** How far a line is read on that goes beyond the bytes asked for. */
const stride = 65_536;

/**
 * The lines that begin within bytes of an object, each whole. Ranges that follow each other give every line once, so that a large
 * object can be worked in pieces by many.
 *
 * @claims storage-range-read
 */
export async function readLines(s3: S3Client, address: ObjectAddress, from: number, to: number): Promise<string[]> {
  // The byte before tells whether a line begins at the first one.
  const begin = Math.max(0, from - 1);
  const { content, size } = await readRange(s3, address, begin, to);
  let text = Buffer.from(content);
  if (from > 0) {
    const first = text.indexOf('\n');
    if (first < 0) return [];
    text = text.subarray(first + 1);
  }
  if (text.length === 0) return [];
  for (let at = begin + content.length; at < size && text.at(-1) !== newline;) {
    const more = await readRange(s3, address, at, at + stride);
    at += more.content.length;
    const end = more.content.indexOf(newline);
    text = Buffer.concat([text, end < 0 ? more.content : more.content.subarray(0, end + 1)]);
  }
  return text.toString().replace(/\n$/, '').split('\n');
}

const newline = 10;

async function get(s3: S3Client, address: ObjectAddress, Range?: string): Promise<Piece> {
  const key = await callerKeyFields(s3, address);
  try {
    const answer = await s3.send(new GetObjectCommand({ ...fieldsOf(address), ...key, ...(Range && { Range }) }));
    const content = await answer.Body!.transformToByteArray();
    const size = Number(answer.ContentRange?.split('/').at(-1) ?? content.length);
    if (Range && answer.ContentRange === undefined)
      throw new Error(`${written(address)} came whole instead of the bytes asked for`);
    return { content, size, metadata: answer.Metadata ?? {} };
  } catch (cause) {
    if ((cause as Error).name !== 'InvalidObjectState') throw cause;
    throw new Error(`${written(address)} lies in an archive; restore it first: groundplan objects restore`, { cause });
  }
}
