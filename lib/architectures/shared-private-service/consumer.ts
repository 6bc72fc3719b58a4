import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { NetworkProbe } from '../../constructs/network/network-probe';
import type { PrivateService } from '../../constructs/network/private-service';
import { ServiceConnection } from '../../constructs/network/service-connection';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import type { TieredNetwork } from '../../constructs/network/tiered-network';

export interface ConsumerProps {
  readonly network: TieredNetwork;
  readonly service: PrivateService;
  readonly port: number;
}

/** Who uses the service: an endpoint in its own subnets, and a probe that knocks at it. */
export class Consumer extends Construct {
  readonly connection: ServiceConnection;
  readonly probe: IFunction;

  constructor(scope: Construct, id: string, { network, service, port }: ConsumerProps) {
    super(scope, id);
    const { vpc } = network;
    const subnets = network.subnets('application');
    const clients = new TierSecurityGroup(this, 'Clients', { vpc, description: 'Whoever may use the shared service' });
    this.connection = new ServiceConnection(this, 'Connection', { vpc, subnets, service, port, clients: [clients] });
    const probe = new NetworkProbe(this, 'Probe', {
      network: { vpc, subnets },
      doors: { service: { host: this.connection.host, port } },
    });
    this.connection.connections.allowFrom(probe, this.connection.connections.defaultPort!, 'The probe');
    this.probe = probe.function;
  }
}
