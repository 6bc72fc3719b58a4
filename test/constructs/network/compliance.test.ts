/** @jest-environment-options {"validation": true} */
import { App, Stack } from 'aws-cdk-lib';
import { context as featureFlags } from '../../../cdk.json';
import { registerGates, synthesise } from '../../../lib/compliance';
import { defaultTiers, type TierSpec } from '../../../lib/constructs/network/address-plan';
import { FlowDestination } from '../../../lib/constructs/network/flow-capture';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { Ipv6Block } from '../../../lib/constructs/network/ipv6-block';
import { IpamPool } from '../../../lib/constructs/network/ipam-pool';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { TieredNetwork, type TieredNetworkProps } from '../../../lib/constructs/network/tiered-network';

/** What no architecture uses must pass the rule packs too, with every acknowledgement matched by a finding. */
test('a network passes every rule pack with each NAT strategy, dual-stack, further blocks, a pool and IPv6-only hosts', () => {
  const app = new App({ context: { ...featureFlags, '@aws-cdk/core:validationReportPrettyPrint': false } });
  registerGates(app);
  const network = (id: string, props: TieredNetworkProps) => {
    const stack = new Stack(app, id);
    new TieredNetwork(stack, 'Network', { flowLogs: FlowDestination.s3(), ...props });
    guardNetwork(stack);
    return stack;
  };
  const ipv6Only: TierSpec = { name: 'workers', access: 'private', ipv6Only: true };
  network('none', { nat: NatStrategy.none() });
  network('instance', { nat: NatStrategy.instance({ hosts: 3 }), ipv6: Ipv6Block.amazonProvided() });
  network('regional', { nat: NatStrategy.regional(), secondaryCidrs: ['10.17.0.0/16'] });
  network('translated', {
    nat: NatStrategy.perZone(),
    ipv6: Ipv6Block.amazonProvided(),
    plan: { tiers: [ipv6Only, ...defaultTiers.slice(1)] },
  });
  const drawn = new Stack(app, 'drawn');
  const pool = new IpamPool(drawn, 'Pool', { cidr: '10.32.0.0/12' });
  new TieredNetwork(drawn, 'Network', {
    nat: NatStrategy.perZone(),
    ipam: { pool, netmaskLength: 16 },
    flowLogs: FlowDestination.logs(),
  });

  const { findings, faults } = synthesise(app);
  expect(faults).toEqual([]);
  expect(findings.filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
});
