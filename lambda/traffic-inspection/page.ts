import { createServer } from 'node:http';
import { Logger } from '@aws-lambda-powertools/logger';
import { listen } from '../shared/server';

/** The application: a page that says who asks and by which headers. It knows nothing of appliances. */
const server = createServer(({ socket, headers }, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify({ from: socket.remoteAddress, headers: Object.keys(headers) })}\n`);
});
listen(server, new Logger());
