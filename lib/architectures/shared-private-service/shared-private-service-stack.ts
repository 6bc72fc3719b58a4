import { Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { Acceptance } from '../../constructs/network/acceptance';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NetworkProbe } from '../../constructs/network/network-probe';
import { TieredNetwork, type TieredNetworkProps } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { Profile } from '../../profile';
import { Consumer } from './consumer';
import { filesPort, Provider } from './provider';

/** The range of both networks; that it is one and the same is the point. */
const cidr = '10.23.0.0/16';

/** One service offered to another network without joining the two, though both have the same addresses. */
export class SharedPrivateService extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });

    const ours = new TieredNetwork(this, 'ProviderNetwork', addressed(profile));
    const theirs = new TieredNetwork(this, 'ConsumerNetwork', addressed(profile));
    const provider = new Provider(this, 'Provider', {
      network: ours,
      allowedPrincipals: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root`],
      acceptance: Acceptance.byList([Aws.ACCOUNT_ID], alarms),
      deletionProtection: profile.deletionProtection,
    });
    const { service } = provider;
    const consumer = new Consumer(this, 'Consumer', { network: theirs, service, port: filesPort });

    const reverse = new NetworkProbe(this, 'Reverse', {
      network: { vpc: ours.vpc, subnets: ours.subnets('application') },
      doors: { consumer: { host: consumer.connection.host, port: filesPort } },
    });
    reverse.connections.allowTo(Peer.ipv4(cidr), Port.tcp(filesPort), 'Where the consumer would be');

    const tell = (id: string, description: string, value: string) => new CfnOutput(this, id, { description, value });
    tell('ProviderVpc', 'The network of the service', ours.vpc.vpcId);
    tell('ConsumerVpc', 'The network that uses it', theirs.vpc.vpcId);
    tell('ConsumerSubnet', 'A subnet for a further endpoint', theirs.vpc.isolatedSubnets[0].subnetId);
    tell('ServiceId', 'The endpoint service', service.serviceId);
    tell('ServiceName', 'What consumers name', service.serviceName);
    tell('EndpointId', "The consumer's endpoint", consumer.connection.endpoint.vpcEndpointId);
    tell('ConsumerProbe', 'Knocks at the service, from the consumer', consumer.probe.functionName);
    tell('ProviderProbe', 'Knocks at the consumer, from the provider', reverse.function.functionName);
    tell(
      'AcceptanceFunction',
      'Accepts and rejects connections',
      service.acceptanceList!.handler.function.functionName,
    );
  }
}

/** What both networks are given, addresses and all. */
function addressed(profile: Profile): TieredNetworkProps {
  return {
    plan: { cidr, tiers: [{ name: 'application', access: 'isolated' }], zones: 2 },
    gatewayEndpoints: {},
    flowLogs: profile.name === 'production' ? FlowDestination.s3(Duration.days(365)) : FlowDestination.logs(),
  };
}
