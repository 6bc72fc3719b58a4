import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { ConnectEndpoint } from '../../constructs/network/connect-endpoint';
import { FloatingInterface as Interface } from '../../constructs/network/floating-interface';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { InterfaceFailover } from '../../constructs/network/interface-failover';
import { OperatorAccess } from '../../constructs/network/operator-access';
import { StaticAddress } from '../../constructs/network/static-address';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { ProfileName } from '../../profile';
import { ManagedHost } from './managed-host';

export interface FloatingInterfaceProps extends ArchitectureProps {
  /**
   * Whether the interface and its MAC outlive the stack.
   * @default false
   */
  readonly retainMac?: boolean;
}

const flowLogs: Readonly<Record<ProfileName, FlowDestination>> = {
  sandbox: FlowDestination.logs(),
  production: FlowDestination.s3(Duration.days(365)),
};

/** An address and a MAC that stay while hosts come and go. */
export class FloatingInterface extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'kept-mac': {
      what: 'the interface and its MAC outlive the stack',
      props: { retainMac: true } satisfies Partial<FloatingInterfaceProps>,
    },
  };

  constructor(scope: Construct, id: string, props: FloatingInterfaceProps) {
    super(scope, id, props);
    const { profile, settings, retainMac = false } = props;

    const network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr: '10.28.0.0/16',
        tiers: [
          { name: 'management', access: 'isolated' },
          { name: 'data', access: 'public' },
        ],
        zones: 2,
      },
      gatewayEndpoints: {},
      flowLogs: flowLogs[profile.name],
    });
    const { vpc } = network;
    // An interface stays in its zone, so everything that holds it stands in the first.
    const [management, data] = ['management', 'data'].map(
      (tier) => vpc.selectSubnets(network.subnets(tier)).subnets[0],
    );

    const endpoint = new ConnectEndpoint(this, 'Operators', { vpc, subnet: management });
    const access = OperatorAccess.connectEndpoint(endpoint);
    const active = new ManagedHost(this, 'Active', { vpc, subnet: management, access });
    const standby = new ManagedHost(this, 'Standby', { vpc, subnet: management, access });

    const clients = new TierSecurityGroup(this, 'Clients', { vpc, description: 'Data: clients from anywhere' });
    clients.allowFromAnywhere(
      [80],
      'The page behind the address is public, as the address is; hosts are looked after by another interface, whose group admits no address at all.',
    );
    const floating = new Interface(this, 'Floating', {
      subnet: data,
      securityGroups: [clients.securityGroup],
      description: 'Moves between the hosts with its addresses and MAC',
      holder: active.instance,
      standbys: [standby.instance],
      retainMac,
    });
    const address = new StaticAddress(this, 'Public', {
      target: floating,
      internet: data.internetConnectivityEstablished,
    });
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const { hostAlarms } = new InterfaceFailover(this, 'Failover', { floating, alarms });

    this.tell({
      Address: ['What clients know', address.address],
      Interface: ['What moves', floating.networkInterfaceId],
      PrivateAddress: ['Its address inside', floating.privateIpAddress],
      ActiveHost: ['Who holds it at first', active.instance.instanceId],
      StandbyHost: ['Who takes it over', standby.instance.instanceId],
      ActiveAlarm: ['Goes off when the active host fails', hostAlarms[0].alarmName],
      StandbyAlarm: ['Goes off when the standby fails', hostAlarms[1].alarmName],
      OperatorEndpoint: ['The way to a shell', endpoint.endpointId],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
