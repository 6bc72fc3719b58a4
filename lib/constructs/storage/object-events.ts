import { EventType } from 'aws-cdk-lib/aws-s3';

/**
 * What S3 tells of objects, by what happened.
 *
 * @claims storage-event-types
 */
export const objectEvents = {
  /** A new object, or a new content of one, whichever way it came. */
  created: EventType.OBJECT_CREATED,
  createdByPut: EventType.OBJECT_CREATED_PUT,
  /** By a form of a page. */
  createdByPost: EventType.OBJECT_CREATED_POST,
  createdByCopy: EventType.OBJECT_CREATED_COPY,
  /** By an upload in parts, told once when the last one is in. */
  createdInParts: EventType.OBJECT_CREATED_COMPLETE_MULTIPART_UPLOAD,
  removed: EventType.OBJECT_REMOVED,
  /** An object without versions, or one version of an object, is gone. */
  deleted: EventType.OBJECT_REMOVED_DELETE,
  /** A marker hides an object with versions. */
  hidden: EventType.OBJECT_REMOVED_DELETE_MARKER_CREATED,
  /** An archived object was asked for. */
  restoreStarted: EventType.OBJECT_RESTORE_POST,
  /** It can be read now. */
  restored: EventType.OBJECT_RESTORE_COMPLETED,
  copyFailed: EventType.REPLICATION_OPERATION_FAILED_REPLICATION,
  /** Not copied within the fifteen minutes that Replication Time Control promises. */
  copyLate: EventType.REPLICATION_OPERATION_MISSED_THRESHOLD,
  /** Copied after them. */
  copyCaughtUp: EventType.REPLICATION_OPERATION_REPLICATED_AFTER_THRESHOLD,
  /** No longer watched by Replication Time Control. */
  copyNotTracked: EventType.REPLICATION_OPERATION_NOT_TRACKED,
} as const satisfies Readonly<Record<string, EventType>>;
