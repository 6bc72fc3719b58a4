import { Construct } from 'constructs';
import { environment, kinds } from '../../../lambda/event-hub/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import { EventRoute } from '../../constructs/messaging/event-route';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { keyType } from './keys';
import { listener, type ServiceProps } from './service';

/** Tells readers what happened: new photos, closed days, announcements. It knows none of those who say so. */
export class Feed extends Construct {
  readonly entries: DocumentTable;
  readonly route: EventRoute;

  constructor(scope: Construct, id: string, { hub, alarms, deletionProtection }: ServiceProps) {
    super(scope, id);
    this.entries = new DocumentTable(this, 'Entries', { ...keyType('feed', 'at'), deletionProtection });
    const tell = listener(this, 'Tell', hub, {
      description: 'Writes an entry for what happened',
      handler: 'tell',
      environment: { [environment.feedTable]: this.entries.table.tableName },
    });
    this.entries.grantPut(tell.role);
    this.route = new EventRoute(this, 'News', {
      description: 'Readers are told of new photos, closed days and announcements',
      alarms,
      hub,
      pattern: {
        'detail-type': [kinds.stored, kinds.dayClosed, kinds.announcement].map(({ detailType }) => detailType),
      },
      targets: [RouteTarget.function(tell.function)],
      replaySafe:
        'an entry is written under the time and id of its event, so that a second time it is written over itself',
    });
  }
}
