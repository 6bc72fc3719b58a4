import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createPages, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { clientOf } from '../shared/client-address';
import { keepAlive } from '../shared/keep-alive';
import { echoed, mirrored, tallied, type Answer } from './answers';
import type { OwnCertificate } from './certificate';
import { healthPath, type ports } from './environment';
import { Lines } from './lines';

export type Service = keyof typeof ports;

export interface ServicesOptions {
  /** Where each listens; 0 takes a free port. */
  readonly ports: Readonly<Record<Service, number>>;
  readonly certificate: OwnCertificate;
  /** What it says where it stands. @default - nothing is at /region */
  readonly region?: string | undefined;
  /** @default - every address of the machine */
  readonly host?: string;
  /** After how long a silent connection is closed, in milliseconds. @default 60_000 */
  readonly idle?: number;
}

/** The services of one server. All of them tell whether they are well at one place, for a datagram cannot be asked. */
export class Services {
  private isDraining = false;
  private readonly servers: Record<Exclude<Service, 'echo'>, Server>;
  private readonly echo: DatagramSocket = createSocket('udp4');
  private readonly open = new Set<Socket>();

  constructor(private readonly options: ServicesOptions) {
    // Before these stands a load balancer that reads requests, and before those in TLS nobody who could add a word.
    const pages = createPages(this.page(true));
    pages.keepAliveTimeout = keepAlive;
    this.servers = {
      mirror: this.answering(mirrored),
      tally: this.answering(tallied()),
      pages,
      secure: createSecure({ ...options.certificate }, this.page(false)),
    };
    this.echo.on('message', (datagram, { address, port }) => {
      const answer = echoed(datagram);
      // Whoever sends may say that it comes from anywhere: to port 0 nothing can be sent, and what cannot arrive is nobody's fault here.
      if (answer && port > 0) this.echo.send(answer, port, address, () => undefined);
    });
    for (const server of Object.values(this.servers))
      server.on('connection', (socket: Socket) => {
        this.open.add(socket);
        socket.once('close', () => this.open.delete(socket));
      });
  }

  /** @returns the port of each. @throws when one is taken */
  async start(): Promise<Record<Service, number>> {
    const { ports, host } = this.options;
    const names = Object.keys(this.servers) as Exclude<Service, 'echo'>[];
    await Promise.all(
      names.map(async (name) => {
        const listening = once(this.servers[name], 'listening');
        this.servers[name].listen(ports[name], ...(host === undefined ? [] : [host]));
        await listening;
      }),
    );
    const bound = once(this.echo, 'listening');
    this.echo.bind({ port: ports.echo, ...(host !== undefined && { address: host }) });
    await bound;
    const found = names.map((name) => [name, (this.servers[name].address() as AddressInfo).port]);
    return { ...(Object.fromEntries(found) as Record<Service, number>), echo: this.echo.address().port };
  }

  /** Tells whoever asks that it goes; it still answers, as the load balancer has not asked yet. */
  drain(): void {
    this.isDraining = true;
  }

  /** Takes nobody in any more, and ends when the last has gone. */
  async close(): Promise<void> {
    const closed = Object.values(this.servers).map((server) => new Promise((resolve) => server.close(resolve)));
    this.echo.close();
    await Promise.all(closed);
  }

  /** Ends whoever is there still. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  private answering(answer: Answer): Server {
    return createServer((socket) => {
      const { localAddress = '', remoteAddress = '' } = socket;
      const ends = { server: plain(localAddress), client: plain(remoteAddress) };
      const lines = new Lines();
      // Who reads no answers is not waited for with what is left to say.
      socket.setTimeout(this.options.idle ?? 60_000, () =>
        socket.writableNeedDrain ? socket.destroy() : socket.end(),
      );
      socket.on('error', () => socket.destroy());
      socket.on('drain', () => socket.resume());
      socket.on('data', (piece: Buffer) => {
        try {
          for (const line of lines.push(piece)) socket.write(`${answer(line, ends)}\n`);
          // Answers that nobody reads would fill the memory of the server.
          if (socket.writableNeedDrain) socket.pause();
        } catch (error) {
          socket.removeAllListeners('data');
          socket.end(`error: ${(error as Error).message}\n`);
        }
      });
    });
  }

  private page(isForwarded: boolean): RequestListener {
    return (request, response) => {
      const [status, body] = this.answerTo(request, isForwarded);
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${body}\n`);
    };
  }

  private answerTo(request: IncomingMessage, isForwarded: boolean): readonly [status: number, body: string] {
    const path = (request.url ?? '/').split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return [405, 'GET only'];
    if (path === healthPath) return this.isDraining ? [503, 'draining'] : [200, 'well'];
    const { region } = this.options;
    if (path === '/region' && region !== undefined) return [200, region];
    if (path !== '/') return [404, `nothing at ${path}`];
    const proxies = isForwarded && request.headers['x-forwarded-for'] !== undefined ? 1 : 0;
    try {
      return [200, `${plain(request.socket.localAddress ?? '')} to ${clientOf(request, proxies).address}`];
    } catch (error) {
      return [400, (error as Error).message];
    }
  }
}

/** An address of IPv4 that a socket of both families shows as one of IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:/, '');
