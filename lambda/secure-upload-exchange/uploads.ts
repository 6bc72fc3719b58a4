import { randomUUID } from 'node:crypto';
import { parsed, restHandler } from '../shared/rest';
import { folders } from './environment';
import { links, restOptions } from './runtime';
import { keyOf, newUpload, ownFolder } from './upload';

/**
 * Makes links to upload one file each: below the caller's own folder, of the type and the size that were named, once, and for a
 * while. All of it is signed; S3 refuses what differs.
 *
 * @claims storage-presigned-url, storage-cors-two-origins
 */
export const handler = restHandler(
  {
    'POST /uploads': async ({ client, json }) => {
      const { fileName, contentType, bytes, expiresIn } = parsed(newUpload, json(), 'body');
      const upload = randomUUID().replaceAll('-', '');
      const key = keyOf(folders.arrivals, { client: ownFolder(client), upload, fileName });
      const link = await links.toUpload({ key, contentType, bytes }, expiresIn);
      return { status: 201, body: { file: `/uploads/${upload}/${fileName}`, ...link } };
    },
  },
  restOptions,
);
