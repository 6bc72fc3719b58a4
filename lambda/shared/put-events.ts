import { PutEventsCommand, type EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { inCalls, offer, type Answer, type OfferOptions, type Untaken } from './offer';

/** An event for a bus. */
export interface OutgoingEvent {
  /** Who says it: the producer's own name; a bus takes no other from it. Names that begin with `aws.` are Amazon's. */
  readonly source: string;
  /** What happened, such as `upload.failed`. */
  readonly detailType: string;
  readonly detail: object;
  /** ARNs of what it is about. */
  readonly resources?: readonly string[];
  /**
   * When it happened.
   * @default - when the bus takes it
   */
  readonly time?: Date;
}

export interface PutEventsOptions extends OfferOptions {
  /**
   * The most one entry, and all entries of a call together, may hold, in bytes. Buses of older Regions and partitions took
   * 262,144.
   * @default largestEntry
   */
  readonly maxEntryBytes?: number;
}

/** The most one entry, and all entries of one call together, may hold. */
export const largestEntry = 1_048_576;
const mostEntries = 10;
/** What EventBridge counts for a time, whatever it is. */
const timeBytes = 14;
/** Reasons of the bus's own, that may be gone at the next attempt; every other is the sender's fault. */
const passing = ['InternalFailure', 'InternalException', 'ThrottlingException', 'LimitExceededException'];

/** What an entry weighs: source, type, detail and resources in UTF-8, and its time. */
export const entryBytes = ({ source, detailType, detail, resources = [], time }: OutgoingEvent): number =>
  [source, detailType, JSON.stringify(detail), ...resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0) +
  (time ? timeBytes : 0);

/**
 * Puts any number of events on a bus in as few calls as EventBridge allows (ten entries, 1 MiB). A call succeeds although some
 * of its entries failed: these alone are offered again, unless it is the sender's fault.
 *
 * A call whose answer got lost may have been taken, and is offered again: consumers may see the same event twice, under two
 * ids of EventBridge. What makes two of them one is the id within the event (`contract` of `event-contract.ts`).
 *
 * @param bus its name or ARN
 * @returns what the bus would not take in the end; empty when all is well
 * @throws one error with every event that no bus can take, before anything is sent
 * @claims messaging-event-contract
 */
export async function putEvents(
  client: EventBridgeClient,
  bus: string,
  events: readonly OutgoingEvent[],
  { maxEntryBytes = largestEntry, ...options }: PutEventsOptions = {},
): Promise<Untaken<OutgoingEvent>[]> {
  const faults = events.flatMap((event, i) => faultsOf(event, maxEntryBytes, i));
  if (faults.length > 0) throw new Error(['events cannot be put:', ...faults].join('\n  '));
  const limit = { items: mostEntries, bytes: maxEntryBytes };
  return offer(inCalls(events, entryBytes, limit), (batch) => put(client, bus, batch), options);
}

/**
 * Puts events on a bus, or fails: for handlers whose own caller tries again.
 *
 * @throws when the bus would not take all of them, with each reason
 */
export async function putAll(client: EventBridgeClient, bus: string, events: readonly OutgoingEvent[]): Promise<void> {
  const untaken = await putEvents(client, bus, events);
  if (untaken.length === 0) return;
  const reasons = untaken.map(({ item, reason }) => `${item.source} ${item.detailType}: ${reason}`);
  throw new Error([`${untaken.length} of ${events.length} events were not taken:`, ...reasons].join('\n  '));
}

async function put(
  client: EventBridgeClient,
  bus: string,
  batch: readonly OutgoingEvent[],
): Promise<Answer<OutgoingEvent>> {
  const { Entries = [] } = await client.send(
    new PutEventsCommand({ Entries: batch.map((event) => entry(bus, event)) }),
  );
  const untaken = Entries.flatMap(({ ErrorCode, ErrorMessage }, i) =>
    ErrorCode === undefined ? [] : [{ code: ErrorCode, item: batch[i], reason: `${ErrorCode}: ${ErrorMessage}` }],
  );
  const of = (isPassing: boolean) =>
    untaken.filter(({ code }) => passing.includes(code) === isPassing).map(({ item, reason }) => ({ item, reason }));
  return { refused: of(false), failed: of(true) };
}

const entry = (bus: string, event: OutgoingEvent): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: event.source,
  DetailType: event.detailType,
  Detail: JSON.stringify(event.detail),
  ...(event.resources && { Resources: [...event.resources] }),
  ...(event.time && { Time: event.time }),
});

function faultsOf(event: OutgoingEvent, maxEntryBytes: number, i: number): string[] {
  const size = entryBytes(event);
  return [
    size > maxEntryBytes &&
      `holds ${size} bytes, and a bus takes ${maxEntryBytes}; put the content into a bucket and send its address`,
    event.source === '' && 'has no source; say who sends it',
    event.source.startsWith('aws.') &&
      `has the source ${event.source}; names that begin with aws. are Amazon's, so give one of your own`,
    event.detailType === '' && 'has no detailType; say what happened',
    event.detailType.length > 128 && `has a detailType of ${event.detailType.length} characters; give at most 128`,
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `event ${i} ${fault}`);
}
