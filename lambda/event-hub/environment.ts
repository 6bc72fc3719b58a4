/** Names of the environment variables by which the stack tells the three services their parts. */
export const environment = {
  /** The bus all of them speak on. */
  bus: 'EVENT_BUS',
  /** The only bucket photos may come from. */
  uploadBucket: 'UPLOAD_BUCKET',
  /** What intake knows of each photo. */
  uploadsTable: 'UPLOADS_TABLE',
  /** What readers see. */
  feedTable: 'FEED_TABLE',
  /** What each day took. */
  usageTable: 'USAGE_TABLE',
  /** By whose clock days end, such as `Europe/Berlin`. */
  zone: 'DAY_ZONE',
} as const;

/** What the key of a photo begins with. */
export const uploadPrefix = 'uploads/';
/** What the key of its description begins with instead. */
export const descriptionPrefix = 'descriptions/';
/** How often a photo is tried before it is left to a person. */
export const mostAttempts = 3;

/** The names producers send under, one each; the bus takes no other from them. */
export const sources = { intake: 'photos.intake', usage: 'photos.usage', clock: 'photos.clock' } as const;

/** What happens, and who says it. `contracts.ts` has what each of them holds. */
export const kinds = {
  stored: { source: sources.intake, detailType: 'upload.stored', version: 1 },
  failed: { source: sources.intake, detailType: 'upload.failed', version: 1 },
  dayClosed: { source: sources.usage, detailType: 'day.closed', version: 1 },
  hourPassed: { source: sources.clock, detailType: 'hour.passed', version: 1 },
  announcement: { source: sources.clock, detailType: 'announcement.due', version: 1 },
} as const;
