import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { patience } from '../shared/patience';
import { putAll, type OutgoingEvent } from '../shared/put-events';
import { variables } from '../shared/variables';
import { environment } from './environment';

/** Tells something on the bus, of programs that may. */
export function busTeller(): (event: OutgoingEvent) => Promise<void> {
  const { bus } = variables({ bus: environment.bus });
  const client = new EventBridgeClient(patience);
  return (event) => putAll(client, bus, [event]);
}
