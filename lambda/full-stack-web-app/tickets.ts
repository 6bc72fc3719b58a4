import { channelEnvironment } from '../shared/environment';
import { restHandler } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { Tickets } from '../shared/tickets';
import { variables } from '../shared/variables';
import { restOptions } from './runtime';

const { table, seconds, url } = variables({
  table: channelEnvironment.tickets,
  seconds: channelEnvironment.ticketSeconds,
  url: channelEnvironment.url,
});
const tickets = new Tickets(tableClient(), table);

/** A ticket for whoever is signed in, with which to connect. */
export const handler = restHandler(
  {
    'POST /tickets': async ({ client }) => {
      const ticket = await tickets.issue(client, Number(seconds));
      return { status: 201, body: { url: `${url}?ticket=${ticket}`, expiresIn: Number(seconds) } };
    },
  },
  restOptions,
);
