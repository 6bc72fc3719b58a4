import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { awsOptions, wrapped } from '../../lambda/traffic-inspection/packets';

/** Where an appliance listens. */
export interface Target {
  readonly port: number;
  readonly healthPort: number;
}

/** What a balancer does to a datagram on its way. */
export type Mischief = (datagram: Buffer) => readonly Buffer[];

/**
 * What stands before appliances: wraps packets, sends those of one connection from one port to one appliance, and takes back what comes from that
 * port to its own. Appliances are at 127.0.0.1, the balancer is at 127.0.0.2.
 */
export class GatewayBalancer {
  static async start(targets: readonly Target[]): Promise<GatewayBalancer> {
    const balancer = new GatewayBalancer(targets);
    for (const { port } of targets) await balancer.takeBack(port);
    return balancer;
  }

  /** What came back from ports nothing was sent from. */
  strays = 0;
  private readonly senders = new Map<number, { readonly socket: Socket; readonly back: Buffer[]; target?: Target }>();
  private readonly receivers: Socket[] = [];
  private waiting: () => void = () => undefined;
  private marks = 0;

  private constructor(private readonly targets: readonly Target[]) {}

  /** Opens a port for a connection. */
  async connection(): Promise<number> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.2');
    await once(socket, 'listening');
    const { port } = socket.address();
    this.senders.set(port, { socket, back: [] });
    return port;
  }

  /**
   * Sends packets of a connection through its appliance.
   *
   * @returns those that came back, out of their wrapping
   */
  async through(from: number, packets: readonly Buffer[], mischief: Mischief = (one) => [one]): Promise<Buffer[]> {
    const { socket, back } = this.senders.get(from)!;
    const { port } = await this.targetOf(from);
    const send = (datagram: Buffer) =>
      new Promise<void>((done, failed) =>
        socket.send(datagram, port, '127.0.0.1', (error) => (error ? failed(error) : done())),
      );
    // What another protocol says goes on whatever it is: when it is back, everything before it is.
    const mark = wrapped(markOf((this.marks += 1)));
    for (const datagram of packets.flatMap((packet) => mischief(wrapped(packet)))) await send(datagram);
    await send(mark);
    while (!back.some((one) => one.equals(mark))) await new Promise<void>((resolve) => (this.waiting = resolve));
    const [header] = [8 + awsOptions().length];
    return back
      .splice(0)
      .filter((one) => !one.equals(mark))
      .map((one) => one.subarray(header));
  }

  /** Looks which appliances are well, and moves the connections of the others. */
  async rebalance(): Promise<void> {
    const states = await Promise.all(this.targets.map((target) => isWell(target)));
    for (const sender of this.senders.values())
      if (sender.target && !states[this.targets.indexOf(sender.target)]) delete sender.target;
  }

  stop(): void {
    for (const socket of [...this.receivers, ...[...this.senders.values()].map((one) => one.socket)]) socket.close();
  }

  private async targetOf(from: number): Promise<Target> {
    const sender = this.senders.get(from)!;
    if (!sender.target)
      for (const target of this.targets) if (!sender.target && (await isWell(target))) sender.target = target;
    if (!sender.target) throw new Error('no appliance is well');
    return sender.target;
  }

  private async takeBack(port: number): Promise<void> {
    const socket = createSocket('udp4');
    this.receivers.push(socket);
    socket.on('message', (datagram, from) => {
      const sender = this.senders.get(from.port);
      if (sender) sender.back.push(datagram);
      else this.strays += 1;
      this.waiting();
    });
    socket.bind(port, '127.0.0.2');
    await once(socket, 'listening');
  }
}

const isWell = ({ healthPort }: Target): Promise<boolean> =>
  fetch(`http://127.0.0.1:${healthPort}/`).then(
    ({ ok }) => ok,
    () => false,
  );

/** A packet of ICMP with a number. */
function markOf(number: number): Buffer {
  const packet = Buffer.alloc(28);
  packet[0] = 0x45;
  packet.writeUInt16BE(28, 2);
  packet[9] = 1;
  packet.writeUInt32BE(number, 24);
  return packet;
}
