import { Construct } from 'constructs';
import type { HandBuiltNetwork } from '../../constructs/network/hand-built-network';
import { SubnetFirewall } from '../../constructs/network/subnet-firewall';
import { ports } from './ports';

export interface FirewallsProps {
  readonly network: HandBuiltNetwork;
  /** From where operators come. */
  readonly office: readonly string[];
  /** Networks that get nothing in or out, whatever is allowed. */
  readonly denied: readonly string[];
}

/**
 * A network ACL for the public and one for the private subnets. Denies have the numbers below 100, so that they are read
 * before any allow; each flow writes the entry for its reply too.
 */
export class Firewalls extends Construct {
  readonly public: SubnetFirewall;
  readonly private: SubnetFirewall;

  constructor(scope: Construct, id: string, { network, office, denied }: FirewallsProps) {
    super(scope, id);
    this.public = new SubnetFirewall(this, 'Public', { network, tier: 'public' });
    this.private = new SubnetFirewall(this, 'Private', { network, tier: 'private' });

    this.public.deny(denied);
    for (const range of office) this.public.allowInbound(ports.ssh, [range]);
    SubnetFirewall.allowFlow(this.public, this.private, ports.ssh);

    this.private.allowOutbound(ports.https);
    this.public.allowInbound(ports.https, this.private.cidrs);
    this.public.allowOutbound(ports.https);
  }
}
