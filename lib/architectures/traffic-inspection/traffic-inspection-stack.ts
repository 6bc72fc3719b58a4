import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import { FleetSize } from '../../constructs/compute/fleet-size';
import { InspectionEntry } from '../../constructs/compute/inspection-entry';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { ProfileName } from '../../profile';
import { ApplianceNetwork, type Standing } from './appliance-network';
import { Appliances, health, type Machine } from './appliances';
import { Page, pagePort } from './page';

interface Size {
  /** In how many zones packets are read; each costs an endpoint, and a share of the balancer, by the hour. */
  readonly zones: number;
  readonly standing: Standing;
  readonly appliances: FleetSize;
  readonly machine: Machine;
}

const sizes: Readonly<Record<ProfileName, Size>> = {
  sandbox: {
    zones: 1,
    standing: 'public',
    appliances: FleetSize.between(2, 3),
    machine: {
      instanceType: new InstanceType('t4g.micro'),
      detailedMonitoring: false,
      credits: BurstCredits.unlimited(
        'A new T4g has no credits, so in standard mode it would install Node.js at a fifth of one processor',
      ),
    },
  },
  production: {
    zones: 2,
    standing: 'isolated',
    appliances: FleetSize.survivingZoneLoss(1, 4),
    machine: { instanceType: new InstanceType('c7g.medium'), detailedMonitoring: true },
  },
};
/** Requests with one of these never reach the page. */
const blockedHeaders = ['x-blocked'];

/** An application whose internet traffic all passes a fleet of appliances, in both directions, unnoticed. */
export class TrafficInspection extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const { zones, standing, appliances: size, machine } = sizes[profile.name];
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });

    const inside = new ApplianceNetwork(this, 'Inspection', { standing, zones });
    const application = new TieredNetwork(this, 'Application', {
      plan: {
        cidr: '10.60.0.0/16',
        zones: 2,
        tiers: [
          { name: 'page', access: 'isolated' },
          { name: 'endpoints', access: 'public' },
        ],
      },
      nat: NatStrategy.none(),
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    const { vpc } = application;
    const pages = vpc.selectSubnets(application.subnets('page')).subnets.slice(0, zones);

    const entry = new InspectionEntry(this, 'Entry', {
      appliances: {
        vpc: inside.vpc,
        subnets: inside.subnets,
        health,
        alarms,
        // With one appliance in each zone, the loss of one would silence its zone.
        crossZone: zones > 1,
        deletionProtection: profile.deletionProtection,
      },
      vpc,
      inspected: { subnets: pages },
      endpoints: application.subnets('endpoints'),
      acceptHourlyCost: 'To pass packets through a balancer and its endpoints is what is shown here',
    });
    const appliances = new Appliances(this, 'Appliances', {
      network: inside,
      alarms,
      machine,
      size,
      singleZone: zones === 1,
      packetsFrom: entry.balancer,
      watchedPort: pagePort,
      blockedHeaders,
    });

    const page = new Page(this, 'Page', {
      vpc,
      subnet: pages[0],
      inspectedBy: entry.routes,
      machine,
    });
    // Its first boot goes by the appliances.
    page.server.node.addDependency(entry, appliances);

    this.tell({
      Url: ['The page', `http://${page.server.instance.instancePublicIp}:${pagePort}/`],
      ApplianceGroup: ['The fleet of appliances', appliances.fleet.group.autoScalingGroupName],
      ApplianceTargets: ['How the balancer sees them', entry.balancer.targetGroup.ref],
      ApplianceLogs: ['What they blocked, and why', appliances.logGroup.logGroupName],
      Endpoints: [
        'Where packets leave for the appliances',
        Fn.join(
          ' ',
          entry.endpoints.map(({ ref }) => ref),
        ),
      ],
      EdgeTable: ['The route table of the internet gateway', entry.routes.edgeTableId],
      PageTable: ['The route table of the page', pages[0].routeTable.routeTableId],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
