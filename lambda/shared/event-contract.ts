import * as z from 'zod/mini';
import { Refused } from './batch';
import type { OutgoingEvent } from './put-events';

/** What every event of ours carries besides its data. */
export interface Envelope<Data> {
  /** Who sent it. */
  readonly source: string;
  /** What makes two events the same: chosen by the producer, the same whenever it sends again. */
  readonly id: string;
  /** Which try at the same piece of work this is about, from 1. */
  readonly attempt: number;
  readonly data: Data;
}

/** What producer and consumers agree on about one kind of event. */
export interface Contract<Data> {
  readonly source: string;
  readonly detailType: string;
  readonly version: number;
  /**
   * An event of this kind.
   *
   * @throws when the data is not what the contract says, or the event is not small
   */
  make(data: Data, about: { readonly id: string; readonly attempt?: number }): OutgoingEvent;
  /**
   * What an event of this kind says; fields that this version does not know are left out.
   *
   * @throws Refused when it is another event, another version, or breaks the contract
   */
  read(event: unknown): Envelope<Data>;
}

export interface ContractProps<Data> {
  readonly source: string;
  readonly detailType: string;
  /** Raised when a consumer of the last version could no longer read the event; new fields are no new version. */
  readonly version: number;
  readonly data: z.ZodMiniType<Data>;
}

/** The most a detail may hold: up to here EventBridge bills one event, and a queue behind it one request. */
export const largestDetail = 65_536;

/**
 * A kind of event with its type, its version, and the checks at both ends.
 *
 * @claims messaging-event-contract
 */
export function contract<Data>({ source, detailType, version, data }: ContractProps<Data>): Contract<Data> {
  const what = `${source} ${detailType}`;
  const envelope = z.object({
    source: z.literal(source),
    'detail-type': z.literal(detailType),
    detail: z.object({
      id: z.string().check(z.minLength(1), z.maxLength(256)),
      version: z.int(),
      attempt: z.int().check(z.gte(1)),
      data: z.unknown(),
    }),
  });
  return {
    source,
    detailType,
    version,
    make(given, { id, attempt = 1 }) {
      const checked = data.safeParse(given);
      if (!checked.success) throw new Error(`${what} cannot be sent: ${faultsOf(checked.error, 'data')}`);
      const detail = { id, version, attempt, data: checked.data };
      const bytes = Buffer.byteLength(JSON.stringify(detail));
      if (bytes > largestDetail)
        throw new Error(
          `${what} cannot be sent: it holds ${bytes} bytes; put the content into a bucket and send its address`,
        );
      return { source, detailType, detail };
    },
    read(event) {
      const outer = envelope.safeParse(event);
      if (!outer.success) throw new Refused(`not an event ${what}: ${faultsOf(outer.error, 'event')}`);
      const { detail } = outer.data;
      if (detail.version !== version)
        throw new Refused(`${what} has version ${detail.version}, and version ${version} is read here`);
      const inner = data.safeParse(detail.data);
      if (!inner.success) throw new Refused(`${what} breaks its contract: ${faultsOf(inner.error, 'data')}`);
      return { source, id: detail.id, attempt: detail.attempt, data: inner.data };
    },
  };
}

const faultsOf = (error: z.core.$ZodError, whole: string): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`).join('; ');
