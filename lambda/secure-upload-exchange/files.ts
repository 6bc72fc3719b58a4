import { S3Client } from '@aws-sdk/client-s3';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { restHandler } from '../shared/rest';
import { folders } from './environment';
import { ExchangeFiles } from './exchange-files';
import { exchangeBucket, links, restOptions } from './runtime';
import { keyOf, ownFile } from './upload';

const files = new ExchangeFiles(new S3Client(patience), exchangeBucket);

/** Tells callers what became of a file of theirs: a link to it once it was accepted, or why it was refused. */
export const handler = restHandler(
  {
    'GET /uploads/{upload}/{fileName}': async ({ client, path }) => {
      const file = ownFile(client, path);
      const accepted = keyOf(folders.accepted, file);
      if (await files.look(accepted))
        return { status: 200, body: { state: 'accepted', ...(await links.toDownload(accepted)) } };
      const reason = await files.reasonAt(`${keyOf(folders.refused, file)}.json`);
      if (reason !== undefined) return { status: 200, body: { state: 'refused', reason } };
      throw new Problem(404, { detail: 'You have uploaded no such file, or it was not looked at yet.' });
    },
  },
  restOptions,
);
