import { Construct } from 'constructs';
import { SubnetFirewall } from '../../constructs/network/subnet-firewall';
import type { TieredNetwork } from '../../constructs/network/tiered-network';
import { ports } from './ports';

export interface TierFirewallsProps {
  readonly network: TieredNetwork;
}

/**
 * A network ACL for each tier. Flows are numbered in the order they stand here: append, never insert.
 *
 * Replies are written by the flows themselves. NTP, names and instance metadata pass no ACL and need no entry.
 */
export class TierFirewalls extends Construct {
  readonly web: SubnetFirewall;
  readonly application: SubnetFirewall;
  readonly database: SubnetFirewall;

  constructor(scope: Construct, id: string, { network }: TierFirewallsProps) {
    super(scope, id);
    this.web = new SubnetFirewall(this, 'Web', { network, tier: 'web' });
    this.application = new SubnetFirewall(this, 'Application', { network, tier: 'application' });
    this.database = new SubnetFirewall(this, 'Database', { network, tier: 'database' });

    this.web.allowInbound(ports.https);
    this.web.allowInbound(ports.http);
    SubnetFirewall.allowFlow(this.web, this.application, ports.application);
    SubnetFirewall.allowFlow(this.application, this.database, ports.database);

    this.application.allowOutbound(ports.https);
    if (!network.nat.passesPublicTier) return;
    this.web.allowInbound(ports.https, this.application.cidrs);
    this.web.allowOutbound(ports.https);
  }
}
