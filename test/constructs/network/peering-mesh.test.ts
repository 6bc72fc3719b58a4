import { Template } from 'aws-cdk-lib/assertions';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { Peering } from '../../../lib/constructs/network/peering';
import { PeeringMesh } from '../../../lib/constructs/network/peering-mesh';
import { testStack } from '../../support/app';
import { closedNetwork } from '../../support/networks';
import { NetworkModel, tcp } from '../../support/reachability';

const letters = ['a', 'b', 'c', 'd', 'e'];

/** So many networks, each joined with each other one. */
const mesh = (n: number, privateNames = false) => {
  const stack = testStack();
  const networks = Object.fromEntries(
    letters.slice(0, n).map((name, i) => [name, closedNetwork(stack, name.toUpperCase(), `10.${16 + i}.0.0/16`)]),
  );
  const sides = Object.fromEntries(Object.entries(networks).map(([name, { vpc }]) => [name, { vpc }]));
  return { stack, networks, sides, mesh: new PeeringMesh(stack, 'Mesh', { networks: sides, privateNames }) };
};
const peerRoutes = (template: Template) =>
  Object.entries(template.findResources('AWS::EC2::Route')).filter(
    ([, { Properties }]) => Properties.VpcPeeringConnectionId,
  );

test.each([
  [2, 1],
  [3, 3],
  [4, 6],
  [5, 10],
])('%d networks take %d connections, and each table has a route to each peer [network-peering-mesh]', (n, wanted) => {
  const { stack, mesh: made } = mesh(n);
  guardNetwork(stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::EC2::VPCPeeringConnection', wanted);
  expect(made.pairs).toHaveLength(wanted);
  const byTable = new Map<string, Set<string>>();
  for (const [, { Properties }] of peerRoutes(template))
    byTable.set(
      Properties.RouteTableId.Ref,
      (byTable.get(Properties.RouteTableId.Ref) ?? new Set()).add(Properties.DestinationCidrBlock),
    );
  expect(byTable.size).toBe(2 * n);
  for (const [table, peers] of byTable) {
    const own = `10.${16 + letters.indexOf(table[0].toLowerCase())}.0.0/16`;
    const all = letters.slice(0, n).map((_, i) => `10.${16 + i}.0.0/16`);
    expect([...peers].sort()).toEqual(all.filter((cidr) => cidr !== own));
  }
});

test('a network added at the end changes nothing between those before it [network-peering-mesh]', () => {
  const [before, after] = [3, 4].map(
    (n) => Template.fromStack(mesh(n).stack).toJSON().Resources as Record<string, unknown>,
  );
  const changed = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
  // The role that empties default security groups may empty one more.
  expect(changed).toEqual([expect.stringMatching(/^CustomVpcRestrictDefaultSG\w+Role/)]);
});

describe('without the connection between them', () => {
  const chain = () => {
    const stack = testStack();
    const [a, b, c] = ['A', 'B', 'C'].map((id, i) => closedNetwork(stack, id, `10.${16 + i}.0.0/16`));
    new Peering(stack, 'AToB', { requester: { vpc: a.vpc }, accepter: { vpc: b.vpc } });
    new Peering(stack, 'BToC', { requester: { vpc: b.vpc }, accepter: { vpc: c.vpc } });
    return stack;
  };
  const networkOf = (stack: ReturnType<typeof chain>) => {
    const network = NetworkModel.fromTemplates(Template.fromStack(stack).toJSON());
    const subnet = (name: string) => network.network.subnets.find((one) => one.name.startsWith(`${name}Vpc`))!.name;
    return { network, subnet };
  };

  test('two networks do not reach each other, though both reach the third [network-peering-mesh]', () => {
    const { network, subnet } = networkOf(chain());
    for (const [from, to] of ['AB', 'BA', 'BC', 'CB']) expect(network).toReach(subnet(from), subnet(to), tcp(8080));
    for (const [from, to] of ['AC', 'CA']) expect(network).not.toReach(subnet(from), subnet(to), tcp(8080));
  });

  test('in the mesh all do [network-peering-mesh]', () => {
    const { network, subnet } = networkOf(mesh(3).stack);
    for (const [from, to] of ['AB', 'BA', 'BC', 'CB', 'AC', 'CA'])
      expect(network).toReach(subnet(from), subnet(to), tcp(8080));
  });
});

test('names are asked for at every connection, by one function [network-peering-dns]', () => {
  const template = Template.fromStack(mesh(3, true).stack);
  template.resourceCountIs('Custom::VpcPeeringOptions', 3);
  template.resourceCountIs('AWS::Lambda::Function', 2); // the other one empties default security groups
});

test('a connection is found by its two networks, in either order', () => {
  const { mesh: made } = mesh(3);
  expect(made.between('c', 'a')).toBe(made.between('a', 'c'));
  expect(() => made.between('a', 'z')).toThrow(
    'Stack/Mesh:\n  there is no peering between a and z; the networks are a, b, c',
  );
});

test('fails when networks are too few, one is named twice, or addresses overlap [network-peering-mesh, network-peering-overlap]', () => {
  const { stack, networks, sides } = mesh(3);
  const make = (id: string, more: object) => () => new PeeringMesh(stack, id, { networks: more as never });
  expect(make('One', { a: sides.a })).toThrow('networks are a; a mesh joins two or more');
  expect(make('Twice', { a: sides.a, b: sides.b, again: { vpc: networks.a.vpc } })).toThrow(
    'networks a and again are both Stack/A/Vpc; a peering joins two VPCs, so leave one out',
  );
  const kept = (apart: [string, string][]) => () =>
    new PeeringMesh(stack, `Apart${apart.flat().join('')}`, { networks: sides, apart });
  expect(kept([['a', 'z']])).toThrow('apart names z, which is no network; the networks are a, b, c');
  expect(kept([['a', 'a']])).toThrow('apart names a with itself; name two networks');
  const twin = closedNetwork(stack, 'Twin', '10.17.0.0/20');
  expect(make('Overlap', { ...sides, twin: { vpc: twin.vpc } })).toThrow(
    'Stack/Overlap:\n  b has 10.17.0.0/16 and twin has 10.17.0.0/20, which overlap, so they cannot be peered; take ranges from a RangeRegistry',
  );
  const many = Object.fromEntries(
    Array.from({ length: 52 }, (_, i) => [`n${i}`, { vpc: sides.a.vpc, cidrs: [`10.${i + 20}.0.0/16`] }]),
  );
  expect(make('Many', many)).toThrow(
    'networks are 52; a VPC takes 50 peerings, so join at most 51, or use a transit gateway',
  );
});
