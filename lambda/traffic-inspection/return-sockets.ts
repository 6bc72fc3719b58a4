import { createSocket, type Socket } from 'node:dgram';

/**
 * A balancer knows a packet that comes back by its ports, which are those it sent it with: from the port it came from, to the port it came to.
 * So each port it sends from has a socket here.
 */
export class ReturnSockets {
  private readonly sockets = new Map<number, Socket>();

  /**
   * @param own the socket packets come in at, which has the port of its own
   * @param address where the others listen, which nobody sends anything to
   * @param onError told where a packet could not be sent
   * @param most how many ports are kept open
   */
  constructor(
    private readonly own: Socket,
    private readonly address: string,
    private readonly onError: (error: Error) => void,
    private readonly most = 4096,
  ) {}

  get size(): number {
    return this.sockets.size;
  }

  /** @param to the balancer, with the port at which it takes packets back */
  send(datagram: Buffer, fromPort: number, to: { readonly address: string; readonly port: number }): void {
    this.of(fromPort).send(datagram, to.port, to.address, (error) => {
      if (error) this.onError(error);
    });
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.close();
    this.sockets.clear();
  }

  private of(port: number): Socket {
    if (port === this.own.address().port) return this.own;
    const socket = this.sockets.get(port) ?? this.opened(port);
    this.sockets.delete(port);
    this.sockets.set(port, socket);
    return socket;
  }

  private opened(port: number): Socket {
    if (this.sockets.size >= this.most) this.closeOldest();
    const socket = createSocket('udp4');
    socket.on('error', (error) => {
      this.sockets.delete(port);
      socket.close();
      this.onError(error);
    });
    socket.bind(port, this.address);
    return socket;
  }

  private closeOldest(): void {
    for (const [port, socket] of this.sockets) {
      this.sockets.delete(port);
      socket.close();
      return;
    }
  }
}
