import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { healthPath, ports } from '../../../lambda/static-ip-entry/environment';
import { EntryPort } from '../../constructs/compute/entry-port';
import { TransportHealth } from '../../constructs/compute/transport-health';
import { TransportPool } from '../../constructs/compute/transport-pool';

export interface ServicesProps {
  readonly vpc: IVpc;
}

/**
 * What the servers offer: each service at a port of its own, with a pool of its own. All are probed where the server tells how it is, for a datagram
 * cannot be asked, and a server that drains still takes connections.
 */
export class Services extends Construct {
  readonly pools: readonly TransportPool[];
  /** What clients find open. */
  readonly ports: readonly EntryPort[];

  constructor(scope: Construct, id: string, { vpc }: ServicesProps) {
    super(scope, id);
    const health = TransportHealth.http(healthPath, { port: ports.pages });
    const mirror = new TransportPool(this, 'Mirror', { vpc, port: ports.mirror, health });
    // Each server counts in its own memory, so that clients have to come back to theirs.
    const tally = new TransportPool(this, 'Tally', { vpc, port: ports.tally, health, sticky: true });
    const echo = new TransportPool(this, 'Echo', { vpc, port: ports.echo, health, protocol: Protocol.UDP });
    const secure = new TransportPool(this, 'Secure', { vpc, port: ports.secure, health });
    this.pools = [mirror, tally, echo, secure];
    this.ports = [
      EntryPort.tcp(ports.mirror, mirror),
      EntryPort.tcp(ports.tally, tally),
      EntryPort.udp(ports.echo, echo),
      EntryPort.passThrough(secure),
    ];
  }
}
