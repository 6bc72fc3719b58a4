import { Token } from 'aws-cdk-lib';
import {
  InterfaceVpcEndpointService,
  type Connections,
  type IConnectable,
  type IInterfaceVpcEndpoint,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { InterfaceEndpoint } from './interface-endpoint';
import { portFault } from './ports';
import { PrivateNames } from './private-names';
import { PrivateService } from './private-service';

export interface ServiceConnectionProps {
  readonly vpc: IVpc;
  /** The service: one of this app, or the name its provider gave, `com.amazonaws.vpce.<region>.vpce-svc-…`. */
  readonly service: PrivateService | string;
  /** The TCP port the service listens on. */
  readonly port: number;
  /** Who may use it: groups, or addresses as `Peer`. */
  readonly clients: readonly IConnectable[];
  /**
   * Whether the service's own name leads here. Of a service of this app without such a name it is refused; of another's it
   * must have proven one.
   * @default false
   */
  readonly usePrivateName?: boolean;
  /**
   * Where its interfaces stand.
   * @default - the first private or isolated subnet of each zone
   */
  readonly subnets?: SubnetSelection;
  /**
   * Why a connection in one zone is enough here.
   * @default - at least two zones
   */
  readonly singleZoneReason?: string;
}

/**
 * The consumer's half of a `PrivateService`: an address in the consumer's own subnets, and nothing else. It needs no peering and
 * no routes, the addresses of the two networks may be the same, and the provider cannot open connections back.
 *
 * @claims network-privatelink-consumer, network-privatelink-name, network-overlap-solutions, compute-nlb-privatelink
 */
export class ServiceConnection extends Construct implements IConnectable {
  readonly endpoint: IInterfaceVpcEndpoint;
  readonly connections: Connections;
  /** What clients call. */
  readonly host: string;

  constructor(scope: Construct, id: string, props: ServiceConnectionProps) {
    super(scope, id);
    const { service, port, usePrivateName = false } = props;
    const own = service instanceof PrivateService ? service : undefined;
    refuse(this, [
      portFault('port', port),
      usePrivateName &&
        own !== undefined &&
        own.privateName === undefined &&
        `usePrivateName is on, but ${own.node.path} has no name of its own; give it privateName with a public zone, or use the endpoint's own name`,
      typeof service === 'string' &&
        !Token.isUnresolved(service) &&
        !/^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]+$/.test(service) &&
        `service is ${service}; write what its provider gave, such as com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0`,
    ]);
    const made = new InterfaceEndpoint(this, 'Endpoint', {
      vpc: props.vpc,
      service: new InterfaceVpcEndpointService(own?.serviceName ?? (service as string), port),
      clients: props.clients,
      privateNames: usePrivateName ? PrivateNames.on() : PrivateNames.off(),
      ...(props.subnets && { subnets: props.subnets }),
      ...(props.singleZoneReason !== undefined && { singleZoneReason: props.singleZoneReason }),
    });
    // Before it may ask there is no such service to it, and before somebody listens nobody hears that it asked.
    if (own) made.node.addDependency(own);
    this.endpoint = made.endpoint;
    this.connections = made.connections;
    this.host = (usePrivateName ? own?.privateName : undefined) ?? made.regionalName;
  }
}
