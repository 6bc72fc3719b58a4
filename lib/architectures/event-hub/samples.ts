import { kinds, uploadPrefix } from '../../../lambda/event-hub/environment';
import type { BusEvent } from '../../constructs/messaging/bus-pattern';

/** What S3 tells the default bus of a new photo. */
export const arrival: BusEvent = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'uploads' }, object: { key: `${uploadPrefix}ann/beach.jpg`, size: 4_000_000 } },
};
const upload = { key: `${uploadPrefix}ann/beach.jpg`, version: 'v1', bytes: 4_000_000, at: '2026-11-28T09:00:00Z' };
const event = (
  { source, detailType, version }: (typeof kinds)[keyof typeof kinds],
  data: object,
  attempt = 1,
): BusEvent => ({
  source,
  'detail-type': detailType,
  detail: { id: 'one', version, attempt, data },
});

/** One event of each kind that comes to the bus; a route that hears none of them is refused. */
export const events = {
  stored: event(kinds.stored, { ...upload, title: 'On the beach' }),
  failedOnce: event(kinds.failed, { upload, reason: 'there is no description yet' }),
  failedForGood: event(kinds.failed, { upload, reason: 'there is no description yet' }, 3),
  dayClosed: event(kinds.dayClosed, { day: '2026-11-27', uploads: 1, bytes: 4_000_000, at: '2026-11-27T23:00:00Z' }),
  hourPassed: event(kinds.hourPassed, { at: '2026-11-28T09:00:00Z' }),
  announcement: event(kinds.announcement, { text: 'Closed on Sunday', at: '2026-11-28T09:00:00Z' }),
} as const;
