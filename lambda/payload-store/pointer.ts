import { Refused } from '../shared/batch';
import { payloadPrefix } from './environment';

/** Where a body lies that was too large for its message. */
export interface Pointer {
  readonly bucket: string;
  readonly key: string;
}

/** The name under which the message says how many bytes its body has. */
export const sizeAttribute = 'ExtendedPayloadSize';
/** What the extended client libraries of AWS for Java and Python write, so that they read these messages and we read theirs. */
const mark = 'software.amazon.payloadoffloading.PayloadS3Pointer';
const ownKey = new RegExp(`^${payloadPrefix}[0-9a-f-]{36}$`);

export const pointerText = ({ bucket, key }: Pointer): string =>
  JSON.stringify([mark, { s3BucketName: bucket, s3Key: key }]);

/**
 * The pointer a body is; undefined when it is a body itself. Whoever can send a message can write a pointer, so it may lead
 * nowhere but into the store.
 *
 * @throws Refused when it leads elsewhere
 */
export function pointerIn(body: string, bucket: string): Pointer | undefined {
  if (!body.startsWith(`["${mark}"`)) return undefined;
  const place = placeIn(body);
  if (typeof place?.s3BucketName !== 'string' || typeof place.s3Key !== 'string')
    throw new Refused('the message points to a body, but does not say where');
  const { s3BucketName, s3Key } = place;
  if (s3BucketName !== bucket) throw new Refused(`the message points to the bucket ${s3BucketName}, not to ${bucket}`);
  if (!ownKey.test(s3Key)) throw new Refused(`the message points to ${s3Key}, where no body is kept`);
  return { bucket, key: s3Key };
}

function placeIn(body: string): { readonly s3BucketName?: unknown; readonly s3Key?: unknown } | undefined {
  try {
    const [, place] = JSON.parse(body) as unknown[];
    return typeof place === 'object' && place !== null ? place : undefined;
  } catch {
    return undefined;
  }
}
