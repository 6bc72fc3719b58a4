import { NoticeFilter, type FilterPolicy, type Notice } from '../../constructs/messaging/filter-policy';
import { uploadPrefix } from './uploads';

/** The renditions every upload may become, smallest first. */
export const renditions = ['480p', '720p', '1080p'] as const;
export type Rendition = (typeof renditions)[number];

/**
 * Which part of the uploads each rendition is made of. Whoever uploads says how large the video is worth showing, by the
 * folder: `uploads/upto/480p/` becomes one rendition, `uploads/upto/720p/` two, every other place three.
 *
 * The size in bytes would be no guide: SNS compares numbers up to a billion only, so a filter for "at least 5 MB" would
 * silently drop every video above 1 GB.
 */
const keys: Readonly<Record<Rendition, FilterPolicy[string]>> = {
  '480p': [{ prefix: uploadPrefix }],
  '720p': [{ 'anything-but': { prefix: `${uploadPrefix}upto/480p/` } }],
  '1080p': [{ 'anything-but': { prefix: `${uploadPrefix}upto/` } }],
};

/** Only new objects, and only those this rendition is made of. S3's own test message passes no branch. */
export const filterFor = (rendition: Rendition): NoticeFilter =>
  NoticeFilter.byBody({
    Records: { eventName: [{ prefix: 'ObjectCreated:' }], s3: { object: { key: keys[rendition] } } },
  });

/** What S3 publishes for a new video, as far as filters look; a filter that drops this is refused at synthesis. */
export const announcement: Notice = {
  body: {
    Records: [
      {
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'uploads' }, object: { key: `${uploadPrefix}holiday.mp4`, size: 20_971_520 } },
      },
    ],
  },
};
