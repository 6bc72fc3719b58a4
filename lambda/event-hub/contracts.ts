import * as z from 'zod/mini';
import { contract, type Contract } from '../shared/event-contract';
import { kinds } from './environment';

const time = z.iso.datetime();
const upload = z.object({
  key: z.string().check(z.minLength(1), z.maxLength(1024)),
  version: z.string().check(z.minLength(1), z.maxLength(1024)),
  bytes: z.int().check(z.gte(0)),
  /** When S3 had it. */
  at: time,
});

/** One version of one photo. */
export type Upload = z.output<typeof upload>;

/** What makes two news about a photo news about the same photo. */
export const uploadId = ({ key, version }: Upload): string => `${key}@${version}`;

export const stored: Contract<Upload & { title: string }> = contract({
  ...kinds.stored,
  data: z.extend(upload, { title: z.string().check(z.minLength(1), z.maxLength(200)) }),
});
export const failed: Contract<{ upload: Upload; reason: string }> = contract({
  ...kinds.failed,
  data: z.object({ upload, reason: z.string().check(z.maxLength(1000)) }),
});
export const dayClosed: Contract<{ day: string; uploads: number; bytes: number; at: string }> = contract({
  ...kinds.dayClosed,
  data: z.object({ day: z.iso.date(), uploads: z.int(), bytes: z.int(), at: time }),
});
export const hourPassed: Contract<{ at: string }> = contract({ ...kinds.hourPassed, data: z.object({ at: time }) });
export const announcement: Contract<{ text: string; at: string }> = contract({
  ...kinds.announcement,
  data: z.object({ text: z.string().check(z.minLength(1), z.maxLength(500)), at: time }),
});
