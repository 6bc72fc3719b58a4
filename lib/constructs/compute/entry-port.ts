import { Protocol, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { outsideRange } from '../faults';
import { Transport, type TlsOptions } from './transport';
import type { TransportPool } from './transport-pool';

/**
 * One open port of a `TransportEntry`, and the pool it leads to. Each leads to one of its own, or several to one.
 *
 * @claims compute-nlb-ports, compute-tls-pass-through
 */
export class EntryPort {
  /** Connections, handed on as they are. */
  static tcp(port: number, pool: TransportPool): EntryPort {
    return new EntryPort(port, Protocol.TCP, pool);
  }

  /** Datagrams. */
  static udp(port: number, pool: TransportPool): EntryPort {
    return new EntryPort(port, Protocol.UDP, pool);
  }

  /** Both on one port, as names are asked for; two entries for one port are refused. */
  static tcpAndUdp(port: number, pool: TransportPool): EntryPort {
    return new EntryPort(port, Protocol.TCP_UDP, pool);
  }

  /**
   * What clients encrypted, handed on unopened: members have the certificates, nobody before them reads a request, and nothing is routed by what
   * stands in it.
   */
  static passThrough(pool: TransportPool, port: number = 443): EntryPort {
    return new EntryPort(port, Protocol.TCP, pool, { kind: 'pass' });
  }

  /** TLS that ends here, with a certificate of the entry. Members get it in the clear (TCP), or encrypted anew (TLS). */
  static tls(pool: TransportPool, options: Omit<TlsOptions, 'redirect'>, port: number = 443): EntryPort {
    return new EntryPort(port, Protocol.TLS, pool, {
      kind: 'ends',
      transport: Transport.tls({ ...options, redirect: false }),
    });
  }

  private constructor(
    readonly port: number,
    readonly protocol: Protocol,
    readonly pool: TransportPool,
    private readonly encryption?: { readonly kind: 'pass' } | { readonly kind: 'ends'; readonly transport: Transport },
  ) {}

  /** How TLS ends here, where it does. */
  get transport(): Transport | undefined {
    return this.encryption?.kind === 'ends' ? this.encryption.transport : undefined;
  }

  /** What the listener is called. */
  get id(): string {
    const kinds: Partial<Record<Protocol, string>> = { TCP: 'Tcp', UDP: 'Udp', TCP_UDP: 'TcpUdp', TLS: 'Tls' };
    return `${kinds[this.protocol]!}${this.port}`;
  }

  faults(scope: Construct): (string | false | undefined)[] {
    const { pool, port, protocol } = this;
    const fits = protocol === Protocol.TLS ? [Protocol.TCP, Protocol.TLS] : [protocol];
    return [
      outsideRange('port', port, 1, 65_535),
      !fits.includes(pool.protocol) &&
        `port ${port} takes ${protocol} and its pool ${pool.node.path} ${pool.protocol}, which it cannot hand on; give the pool ${fits.join(' or ')}`,
      protocol === Protocol.TLS &&
        pool.isSticky &&
        `port ${port} ends TLS and its pool ${pool.node.path} is sticky, which goes by connections that reach it whole; leave sticky out, or take EntryPort.passThrough`,
      protocol === Protocol.TLS &&
        pool.members.type === TargetType.ALB &&
        `port ${port} ends TLS before ${pool.node.path}, an Application Load Balancer, which takes TCP alone; let that one end it, and take EntryPort.passThrough`,
      this.encryption?.kind === 'pass' &&
        !pool.members.endsTls &&
        `port ${port} hands encrypted connections to ${pool.node.path}, whose load balancer serves HTTP only; give that one Transport.tls(…)`,
      ...(this.transport?.faults(scope) ?? []),
    ];
  }
}
