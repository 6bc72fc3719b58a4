import { Token } from 'aws-cdk-lib';
import type { EventType, IBucket, IBucketNotificationDestination } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/** Which objects S3 tells of; every one, where neither is given. */
export interface ObjectFilter {
  /** What keys begin with, such as `incoming/`. */
  readonly prefix?: string;
  /** What keys end with, such as `.jpg`. */
  readonly suffix?: string;
}

/** What S3 tells one listener. */
export interface Announcement {
  readonly events: readonly EventType[];
  readonly filters: readonly ObjectFilter[];
}

interface Told extends Announcement {
  readonly by: IConstruct;
}

/** What each bucket tells already, and by which block. */
const told = new WeakMap<IBucket, Told[]>();

/**
 * Why S3 would refuse the announcement beside those that a bucket makes already, or beside itself: of one event about one key it
 * tells one listener.
 *
 * @claims storage-events-overlap
 */
export function overlapFaults(by: IConstruct, bucket: IBucket, { events, filters }: Announcement): string[] {
  const own = filters.flatMap((filter, i) =>
    filters
      .slice(0, i)
      .filter((other) => overlap(filter, other))
      .map((other) => `${shown(other)} and ${shown(filter)} overlap; leave one of them out`),
  );
  const twice = events.flatMap((event, i) =>
    events
      .slice(0, i)
      .filter((other) => sameEvent(event, other))
      .map((other) => `${other} and ${event} overlap; leave one of them out`),
  );
  const others = (told.get(bucket) ?? [])
    .filter((other) => other.by !== by)
    .flatMap((other) =>
      events
        .filter((event) => other.events.some((one) => sameEvent(event, one)))
        .flatMap((event) =>
          filters.flatMap((filter) =>
            other.filters
              .filter((one) => overlap(filter, one))
              .map(
                (one) =>
                  `${event} of ${shown(filter)} is announced, and ${other.by.node.path} hears of ${shown(one)} already; S3 tells one listener of each object, so choose filters that do not overlap, or let EventBridge tell both`,
              ),
          ),
        ),
    );
  return [...twice, ...own, ...others];
}

/** Has a bucket tell a listener. */
export function announce(
  by: IConstruct,
  bucket: IBucket,
  announcement: Announcement,
  listener: IBucketNotificationDestination,
): void {
  told.set(bucket, [...(told.get(bucket) ?? []), { ...announcement, by }]);
  for (const event of announcement.events)
    for (const { prefix, suffix } of announcement.filters) {
      const filter = { ...(prefix !== undefined && { prefix }), ...(suffix !== undefined && { suffix }) };
      bucket.addEventNotification(event, listener, ...(Object.keys(filter).length > 0 ? [filter] : []));
    }
}

function overlap(one: ObjectFilter, other: ObjectFilter): boolean {
  const [prefix, otherPrefix] = [one.prefix ?? '', other.prefix ?? ''];
  const [suffix, otherSuffix] = [one.suffix ?? '', other.suffix ?? ''];
  if (Token.isUnresolved([prefix, otherPrefix, suffix, otherSuffix])) return false;
  return (
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

/** `s3:ObjectCreated:*` is every event that begins so. */
function sameEvent(one: EventType, other: EventType): boolean {
  const [stem, otherStem] = [one, other].map((event) => event.replace(/\*$/, ''));
  return stem.startsWith(otherStem) || otherStem.startsWith(stem);
}

function shown({ prefix = '', suffix = '' }: ObjectFilter): string {
  return prefix === '' && suffix === '' ? 'every object' : `${prefix}*${suffix}`;
}
