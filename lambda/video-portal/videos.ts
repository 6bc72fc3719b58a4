import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { Links } from '../shared/links';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { parsed, restHandler, type RestRequest } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { logger, metrics } from './runtime';
import { identity } from './upload';
import { VideoTable, type Entry } from './video-table';

const { videoTable, mediaBucket, linkSeconds } = variables({
  videoTable: environment.videoTable,
  mediaBucket: environment.mediaBucket,
  linkSeconds: environment.linkSeconds,
});
const videos = new VideoTable(tableClient(), videoTable);
const links = new Links(new S3Client(patience), mediaBucket, Number(linkSeconds));

const nothing = z.strictObject({});
const name = z.string().check(z.minLength(1), z.maxLength(100));
const listQuery = z.strictObject({ after: z.optional(name) });
const pageLength = 100;

/** Somebody's videos: which there are, and links to one. Whose they are follows from the credentials a request was signed with. */
export const handler = restHandler(
  {
    'GET /videos': async (request) => {
      const { after } = parsed(listQuery, request.query, 'query');
      const page = await videos.of(personOf(request), pageLength, after);
      return { status: 200, body: { videos: page.videos.map(shown), ...(page.next && { next: page.next }) } };
    },

    'GET /videos/{video}': async (request) => {
      parsed(nothing, request.query, 'query');
      const video = name.safeParse(request.path.video);
      const entry = video.success ? await videos.get(personOf(request), video.data) : undefined;
      if (!entry) throw new Problem(404, { detail: 'You have no such video.' });
      return {
        status: 200,
        body: { ...shown(entry), ...(entry.state === 'ready' && { links: await linksTo(entry) }) },
      };
    },
  },
  // Any page may read the answers: what counts is the signature, and browsers send none by themselves.
  { logger, metrics, cors: { origins: ['*'] } },
);

/** @throws Problem 403 when the request was signed with other credentials than those of a person */
function personOf({ identityId }: RestRequest): string {
  if (identityId === undefined || !identity.test(identityId))
    throw new Problem(403, { detail: 'Sign with the credentials that you got for your token; others have no videos.' });
  return identityId;
}

const shown = (entry: Entry) => {
  const { video, uploadedAt, state } = entry;
  if (entry.state === 'failed') return { video, uploadedAt, state, reason: entry.reason };
  return { video, uploadedAt, state, ...(entry.state === 'ready' && { seconds: entry.seconds }) };
};

const linksTo = ({ renditions }: Extract<Entry, { state: 'ready' }>) =>
  Promise.all(
    renditions.map(async ({ name: rendition, key, width, height }) => {
      const { url, expiresAt } = await links.toDownload(key);
      return { rendition, width, height, url, expiresAt };
    }),
  );
