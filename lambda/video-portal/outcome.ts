import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { faultsOf, identity, json } from './upload';

/** One file that was made of a video. */
export interface Rendition {
  /** `720p` */
  readonly name: string;
  readonly key: string;
  readonly width: number;
  readonly height: number;
}

/** How the job for an upload ended. */
export interface Outcome {
  readonly owner: string;
  readonly video: string;
  readonly sequencer: string;
  readonly at: string;
  readonly job: string;
  readonly ended: Ready | Failed;
}

export interface Ready {
  readonly state: 'ready';
  readonly seconds: number;
  readonly renditions: readonly Rendition[];
}

export interface Failed {
  readonly state: 'failed';
  /** For the owner to read. */
  readonly reason: string;
}

export interface OutcomeRules {
  readonly bucket: string;
  readonly prefix: string;
}

const output = z.object({
  outputFilePaths: z.array(z.string()).check(z.length(1)),
  durationInMs: z.int().check(z.gte(0)),
  videoDetails: z.object({ widthInPx: z.int(), heightInPx: z.int() }),
});
const common = {
  jobId: z.string().check(z.regex(/^\d{13}-[A-Za-z0-9]{6}$/)),
  userMetadata: z.object({
    owner: z.string().check(z.regex(identity)),
    video: z.string().check(z.minLength(1), z.maxLength(100)),
    sequencer: z.string().check(z.regex(/^[0-9A-F]{32}$/)),
    uploadedAt: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)),
  }),
};
const stateChange = z.object({
  source: z.literal('aws.mediaconvert'),
  'detail-type': z.literal('MediaConvert Job State Change'),
  detail: z.discriminatedUnion('status', [
    z.object({
      ...common,
      status: z.literal('COMPLETE'),
      outputGroupDetails: z.array(z.object({ outputDetails: z.array(output) })),
    }),
    z.object({ ...common, status: z.literal('ERROR'), errorCode: z.int(), errorMessage: z.string() }),
  ]),
});

/**
 * How a job ended, by the event MediaConvert sends.
 *
 * @throws Refused when it is no such event, or tells of files that are not where this portal has them
 * @claims serverless-untrusted-input
 */
export function outcomeIn(body: string, rules: OutcomeRules): Outcome {
  const event = stateChange.safeParse(json(body));
  if (!event.success) throw new Refused(`not an event of a job that ended: ${faultsOf(event.error)}`);
  const { detail } = event.data;
  const { owner, video, sequencer, uploadedAt } = detail.userMetadata;
  const about = { owner, video, sequencer, at: uploadedAt, job: detail.jobId };
  if (detail.status === 'ERROR') {
    const reason = `The file could not be made into a video (MediaConvert's error ${detail.errorCode}).`;
    return { ...about, ended: { state: 'failed', reason } };
  }
  const made = detail.outputGroupDetails.flatMap(({ outputDetails }) => outputDetails);
  if (made.length === 0) throw new Refused(`job ${detail.jobId} ended well and made nothing`);
  const renditions = made.map(({ outputFilePaths: [path], videoDetails }) => ({
    ...placeOf(path, rules),
    width: videoDetails.widthInPx,
    height: videoDetails.heightInPx,
  }));
  const seconds = Math.max(...made.map(({ durationInMs }) => durationInMs)) / 1000;
  return { ...about, ended: { state: 'ready', seconds, renditions } };
}

function placeOf(path: string, { bucket, prefix }: OutcomeRules): Pick<Rendition, 'name' | 'key'> {
  const [, from, key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const [, name] = /-(\d+p)\.mp4$/.exec(key) ?? [];
  if (from !== bucket || !key.startsWith(prefix) || name === undefined)
    throw new Refused(`${path} is not where this portal keeps its videos, s3://${bucket}/${prefix}`);
  return { name, key };
}
