import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import { HeldCapacity } from '../../constructs/compute/held-capacity';
import { HostPlacement } from '../../constructs/compute/host-placement';
import { PlacementPlan } from '../../constructs/compute/placement-plan';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { plans, type Plan, type PlanName } from './plans';
import { sizes } from './sizes';

export interface PlacementPlansProps extends ArchitectureProps {
  /**
   * How far apart servers stand.
   * @default spread
   */
  readonly plan?: PlanName;
}

const acceptHourlyCost = 'Whoever deploys it chose the variant, whose bill stands beside it in the README';

/** The same servers, kept apart or close together in four ways. */
export class PlacementPlans extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = Object.fromEntries(
    Object.entries(plans).map(([plan, { what }]) => [plan, { what, props: { plan } }]),
  );

  constructor(scope: Construct, id: string, props: PlacementPlansProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const { network: plannedNetwork, isPublic, typePolicy } = sizes[profile.name];
    const chosen: Plan = plans[props.plan ?? 'spread'];
    const { strategy, partitions } = chosen;
    const instanceType = chosen.type[profile.name];
    const size = chosen.fleet[profile.name];

    const network = new TieredNetwork(this, 'Network', {
      ...plannedNetwork,
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    const { vpc } = network;
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const singleZone = strategy === 'cluster';
    const everywhere = vpc.selectSubnets(network.subnets('servers')).subnets;
    const subnets = singleZone ? everywhere.slice(0, 1) : everywhere;

    const plan = new PlacementPlan(this, 'Plan', { strategy, ...(partitions && { partitions }) });
    const held =
      chosen.isHeld &&
      new HeldCapacity(this, 'Held', {
        instanceType,
        availabilityZone: subnets[0].availabilityZone,
        count: size.maximum,
        plan,
        acceptHourlyCost,
      });
    const template = new ComputeTemplate(this, 'Server', {
      vpc,
      description: 'Servers that know where they stand: no way in',
      instanceType,
      typePolicy,
      publicAddress: isPublic,
      placement: new HostPlacement({ plan, ...(held && { capacity: held }) }),
      boot: new BootProgram(this, 'Boot', {
        program: join(__dirname, 'boot', 'boot.sh'),
        files: [bootKit],
        settings: { STRATEGY: strategy },
      }),
    });
    const { group } = new Fleet(this, 'Fleet', {
      vpc,
      subnets: { subnets },
      singleZone,
      template,
      size,
      alarms,
      bootTime: Duration.minutes(2),
    });

    this.tell({
      PlacementGroup: ['How far apart servers stand', plan.groupName],
      FleetGroup: ['The servers; a sandbox has none until you ask for some', group.autoScalingGroupName],
      ...(held && { HeldCapacity: ['Room held for them, billed used or not', held.reservationId] }),
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
