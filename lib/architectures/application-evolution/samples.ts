import { kinds, mostAttempts } from '../../../lambda/application-evolution/environment';
import type { BusEvent } from '../../constructs/messaging/bus-pattern';

const id = 'note-0123456789ab';
const event = (
  { source, detailType, version }: (typeof kinds)[keyof typeof kinds],
  data: object,
  attempt: number,
): BusEvent => ({
  source,
  'detail-type': detailType,
  detail: { id: `${id}#${attempt}`, version, attempt, data },
});

/** One event of each kind that comes to the bus; a route that hears none of them is refused. */
export const events = {
  uploaded: event(kinds.uploaded, { id, name: 'note', text: 'A word' }, 1),
  failedOnce: event(kinds.failed, { id, reason: 'there is no word in the document' }, 1),
  failedForGood: event(kinds.failed, { id, reason: 'there is no word in the document' }, mostAttempts),
} as const;
