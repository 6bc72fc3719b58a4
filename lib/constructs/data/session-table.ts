import { Duration } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { sessionsEnvironment } from '../../../lambda/shared/environment';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { DocumentTable } from './document-table';

export interface SessionTableProps {
  /**
   * How long a session lasts that nobody uses, 1 minute to 30 days.
   * @default Duration.hours(1)
   */
  readonly idle?: Duration;
  /**
   * Where an alarm reports to that goes off when calls are throttled.
   * @default - no such alarm
   */
  readonly alarms?: AlarmTopic;
}

/**
 * Where servers keep what they know of a visitor, so that any of them may answer any request and none has anything to lose: their pool needs no
 * `Stickiness`. `Sessions` of `lambda/shared/sessions.ts` reads and writes it.
 *
 * @claims compute-external-sessions
 */
export class SessionTable extends Construct {
  /** Environment variables `Sessions` goes by. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly documents: DocumentTable;

  constructor(scope: Construct, id: string, { idle = Duration.hours(1), alarms }: SessionTableProps = {}) {
    super(scope, id);
    refuse(this, [outsideDuration('idle', idle, Duration.minutes(1), Duration.days(30))]);
    this.documents = new DocumentTable(this, 'Sessions', {
      partitionKey: { name: 'session', type: AttributeType.STRING },
      expiryAttribute: 'expiresAt',
      ...(alarms && { alarms }),
    });
    this.environment = {
      [sessionsEnvironment.table]: this.documents.table.tableName,
      [sessionsEnvironment.idleSeconds]: String(idle.toSeconds()),
    };
  }

  /** Lets a server find, write and end sessions whose number it is told; not list them. */
  grantUse(grantee: IGrantable): Grant {
    const { documents } = this;
    return documents.grantGet(grantee).combine(documents.grantPut(grantee)).combine(documents.grantDelete(grantee));
  }
}
