import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@aws-lambda-powertools/logger';
import { Malformed, unwrap, type Wrapped } from './geneve';
import { addressText, type Segment } from './inner-packet';
import { Inspector, type Rules, type Verdict } from './inspector';
import { ReturnSockets } from './return-sockets';

export interface ApplianceOptions {
  readonly rules: Rules;
  readonly notes: Pick<Logger, 'info' | 'warn'>;
  /** Where packets come in by UDP, and where the balancer takes them back; 0 takes any that is free. */
  readonly port: number;
  /** Where health is asked for by HTTP; 0 takes any that is free. */
  readonly healthPort: number;
  /** The own address; 0.0.0.0 is every one of the machine. */
  readonly address: string;
}

/** What was done since it began. */
export interface Counts {
  passed: number;
  malformed: number;
  unreturned: number;
  readonly dropped: Record<string, number>;
}

/**
 * What stands behind a Gateway Load Balancer: takes packets in their wrapping, judges them, and hands those that may go on back as they came, wrapping
 * and all. The others it keeps, and nobody hears of them again.
 */
export class Appliance {
  static async start(options: ApplianceOptions): Promise<Appliance> {
    const appliance = new Appliance(options);
    await appliance.listen();
    return appliance;
  }

  readonly counts: Counts = { passed: 0, malformed: 0, unreturned: 0, dropped: {} };
  private readonly inspector: Inspector;
  private readonly socket: Socket = createSocket('udp4');
  private readonly returns: ReturnSockets;
  private readonly health: Server;
  private isLeaving = false;

  private constructor(private readonly options: ApplianceOptions) {
    this.inspector = new Inspector(options.rules);
    this.returns = new ReturnSockets(this.socket, options.address, (error) => {
      this.counts.unreturned += 1;
      options.notes.warn('a packet could not be handed back', error);
    });
    this.socket.on('message', (datagram, { address, port }) => this.take(datagram, { address, port }));
    this.health = createServer((_, response) => {
      response.writeHead(this.isLeaving ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...this.counts, connections: this.inspector.size }));
    });
  }

  get port(): number {
    return this.socket.address().port;
  }

  get healthPort(): number {
    return (this.health.address() as AddressInfo).port;
  }

  /** Says that it is ill, so that new connections go elsewhere, and works on. */
  leave(): void {
    this.isLeaving = true;
  }

  async stop(): Promise<void> {
    this.socket.close();
    this.returns.close();
    this.health.close();
    this.health.closeAllConnections();
    await once(this.health, 'close');
  }

  private async listen(): Promise<void> {
    const { port, healthPort, address } = this.options;
    this.socket.bind(port, address);
    await once(this.socket, 'listening');
    this.health.listen(healthPort, address);
    await once(this.health, 'listening');
  }

  private take(datagram: Buffer, from: { readonly address: string; readonly port: number }): void {
    let wrapped: Wrapped;
    try {
      wrapped = unwrap(datagram);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.counts.malformed += 1;
      return;
    }
    const verdict = this.inspector.judge(wrapped);
    if (!verdict.passes) return this.drop(wrapped, verdict);
    this.counts.passed += 1;
    this.returns.send(datagram, from.port, { address: from.address, port: this.port });
  }

  private drop({ endpoint, cookie }: Wrapped, { because = 'malformed', segment }: Verdict): void {
    if (because === 'malformed') {
      this.counts.malformed += 1;
      return;
    }
    this.counts.dropped[because] = (this.counts.dropped[because] ?? 0) + 1;
    if (because === 'blocked header' || because === 'changed afterwards')
      this.options.notes.warn('connection blocked', { because, endpoint, cookie, ...partiesOf(segment!) });
  }
}

const partiesOf = ({ source, sourcePort, destination, destinationPort }: Segment): Record<string, string> => ({
  from: `${addressText(source)} port ${sourcePort}`,
  to: `${addressText(destination)} port ${destinationPort}`,
});
