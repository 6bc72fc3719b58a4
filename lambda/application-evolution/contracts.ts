import * as z from 'zod/mini';
import { contract, type Contract } from '../shared/event-contract';
import { document, type Document } from './document';
import { kinds } from './environment';

/** Told by the upload service: the whole document, so that nobody has to ask it. */
export const uploaded: Contract<Document> = contract({ ...kinds.uploaded, data: document });
/** Told by the process service: which document, and why. */
export const failed: Contract<{ id: string; reason: string }> = contract({
  ...kinds.failed,
  data: z.object({ id: document.shape.id, reason: z.string().check(z.maxLength(1000)) }),
});
/** What makes two events about one try at one document the same. */
export const tryId = (id: string, attempt: number): string => `${id}#${attempt}`;
