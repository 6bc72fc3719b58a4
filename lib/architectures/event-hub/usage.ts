import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment, kinds, sources } from '../../../lambda/event-hub/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import { EventRoute } from '../../constructs/messaging/event-route';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { keyType } from './keys';
import { events } from './samples';
import { busOf, listener, type ServiceProps } from './service';

export interface UsageProps extends ServiceProps {
  /** By whose clock days end, such as `Europe/Berlin`. */
  readonly zone: string;
}

/** Counts what each day took, sums it up every hour, and closes the day when it has ended. */
export class Usage extends Construct {
  readonly book: DocumentTable;
  /** Sums up, and closes days. */
  readonly close: IFunction;

  constructor(scope: Construct, id: string, props: UsageProps) {
    super(scope, id);
    const { hub, alarms, zone, deletionProtection } = props;
    this.book = new DocumentTable(this, 'Book', { ...keyType('day', 'entry'), deletionProtection });
    const variables = { [environment.usageTable]: this.book.table.tableName, [environment.zone]: zone };

    const count = listener(this, 'Count', hub, {
      description: 'Counts a photo for its day',
      handler: 'count',
      environment: variables,
    });
    this.book.grantPut(count.role);
    const close = listener(this, 'Close', hub, {
      description: 'Sums up a day, and closes it when it has ended',
      handler: 'close',
      environment: { ...variables, ...busOf(hub) },
    });
    this.book.grantPut(close.role);
    this.book.grantGet(close.role);
    this.book.grantQuery(close.role);
    hub.grantSend(close.role, sources.usage);
    this.close = close.function;

    new EventRoute(this, 'Stored', {
      description: 'Photos are counted',
      alarms,
      hub,
      pattern: { source: [kinds.stored.source], 'detail-type': [kinds.stored.detailType] },
      targets: [RouteTarget.function(count.function)],
      replaySafe: 'a photo is counted under its name and version, so that a second time it counts no more',
    });
    new EventRoute(this, 'Hours', {
      description: 'The day is summed up when an hour has passed',
      alarms,
      hub,
      pattern: { source: [kinds.hourPassed.source], 'detail-type': [kinds.hourPassed.detailType] },
      targets: [RouteTarget.function(close.function, { emits: [events.dayClosed] })],
    });
  }
}
