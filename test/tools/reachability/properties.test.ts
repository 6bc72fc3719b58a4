import * as fc from 'fast-check';
import {
  evaluateNacl,
  resolveRoute,
  type AclEntry as Entry,
  type Route as PlainRoute,
} from '../../../lib/constructs/network/evaluate';
import type { Acl, AclEntry, Route, RouteTable } from '../../../tools/reachability/model/network';
import { aclExtent } from '../../../tools/reachability/evaluate/filtering';
import { chooseRoute } from '../../../tools/reachability/evaluate/route-choice';
import { block, mayOverlap, relation } from '../../../tools/reachability/space/blocks';
import { certain } from '../../../tools/reachability/space/extent';
import {
  both,
  includes,
  isNothing,
  nothing,
  rule,
  same,
  type Traffic,
} from '../../../tools/reachability/space/traffic';
import type { ModelOptions } from '../../../tools/reachability/network-model';
import { ref, Sketch } from './sketch';

/** Blocks that often hold each other. */
const cidrs = [
  '0.0.0.0/0',
  '10.0.0.0/16',
  '10.0.0.0/17',
  '10.0.1.0/24',
  '10.0.1.128/25',
  '10.0.2.0/24',
  '10.0.2.10/32',
  '203.0.113.0/24',
] as const;
const cidr = fc.constantFrom(...cidrs);
const edges = [0, 79, 80, 81, 443, 1023, 1024, 32_768, 65_535] as const;
const span = fc
  .tuple(fc.constantFrom(...edges), fc.constantFrom(...edges))
  .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const protocol = fc.constantFrom(-1, 1, 6, 17);

const entry: fc.Arbitrary<Omit<Entry, 'number'>> = fc.record(
  { action: fc.constantFrom('allow', 'deny'), protocol, cidr, ports: span, icmpType: fc.constantFrom(-1, 0, 8) },
  { requiredKeys: ['action', 'protocol', 'cidr', 'icmpType'] },
);
const entries = fc
  .array(entry, { maxLength: 6 })
  .map((list) => list.map((one, i): Entry => ({ ...one, number: 10 * (i + 1) })));

const trafficOf = ({ protocol: number, ports, icmpType }: Omit<Entry, 'number'>): Traffic =>
  number === 1 ? rule('1', icmpType, -1) : rule(String(number), ports?.[0], ports?.[1]);
const asModel = (one: Entry, egress = false): AclEntry => ({
  number: one.number,
  allow: one.action === 'allow',
  egress,
  block: block(one.cidr),
  extent: certain(trafficOf(one)),
  exists: true,
});
const aclOf = (list: readonly Entry[]): Acl => ({
  key: 'acl',
  name: 'acl',
  entries: [...list].sort((a, b) => a.number - b.number).map((one) => asModel(one)),
});
const point = (number: number, port: number, type: number): Traffic =>
  number === 1 ? rule('1', type, 0) : rule(String(number), port, port);

describe('network ACLs', () => {
  const packet = fc.record({
    address: fc.constantFrom('10.0.1.5', '10.0.1.200', '10.0.2.10', '203.0.113.9', '8.8.8.8'),
    protocol: fc.constantFrom(1, 6, 17),
    port: fc.constantFrom(...edges),
    icmpType: fc.constantFrom(0, 8, 13),
  });

  test('let a set of traffic through exactly where each single packet of it gets through [network-nacl-order]', () => {
    fc.assert(
      fc.property(entries, packet, (list, one) => {
        const extent = aclExtent(aclOf(list), false, block(one.address));
        expect(extent.sure).toEqual(extent.maybe);
        const single = point(one.protocol, one.port, one.icmpType);
        expect(includes(extent.sure, single)).toBe(evaluateNacl(list, one).allowed);
        expect(isNothing(both(extent.sure, single))).toBe(!evaluateNacl(list, one).allowed);
      }),
      { numRuns: 1000 },
    );
  });

  test('the order of two entries matters exactly when they overlap and differ [network-nacl-order]', () => {
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const order = (first: typeof one, second: typeof one) =>
          aclOf([
            { ...first, number: 1 },
            { ...second, number: 2 },
          ]);
        const overlapping =
          mayOverlap(block(one.cidr), block(other.cidr)) && !isNothing(both(trafficOf(one), trafficOf(other)));
        // Blocks hold each other or are apart, so that the smaller one is where two of them meet.
        const places = [one.cidr, other.cidr].map(block);
        const differs = places.some(
          (place) =>
            !same(aclExtent(order(one, other), false, place).sure, aclExtent(order(other, one), false, place).sure),
        );
        expect(differs).toBe(overlapping && one.action !== other.action);
      }),
      { numRuns: 1000 },
    );
  });

  test('an allowing entry more never takes anything away, a denying one never adds', () => {
    fc.assert(
      fc.property(
        entries,
        entry,
        fc.integer({ min: 1, max: 70 }).filter((n) => n % 10 !== 0),
        cidr,
        (list, more, number, from) => {
          const before = aclExtent(aclOf(list), false, block(from));
          const after = aclExtent(aclOf([...list, { ...more, number }]), false, block(from));
          const [small, large] = more.action === 'allow' ? [before, after] : [after, before];
          expect(includes(large.sure, small.sure)).toBe(true);
          expect(includes(large.maybe, small.maybe)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('routes', () => {
  const route = fc.record({ destination: cidr, origin: fc.constantFrom('static' as const, 'propagated' as const) });
  const address = fc.constantFrom('10.0.1.5', '10.0.2.10', '10.0.9.9', '203.0.113.9', '8.8.8.8');

  test('are chosen as single addresses choose them [network-route-choice]', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(route, { maxLength: 6, selector: ({ destination, origin }) => destination + origin }),
        address,
        (list, to) => {
          const plain: PlainRoute[] = [
            { destination: '10.0.0.0/16', target: 'local', origin: 'local' },
            ...list.map((one, i) => ({ ...one, target: String(i) })),
          ];
          const table: RouteTable = {
            key: 'table',
            name: 'table',
            routes: plain.map(({ destination, target, origin }): Route => ({
              destination: block(destination),
              target: target === 'local' ? { to: 'local' } : { to: 'nowhere', reason: target },
              origin: origin ?? 'static',
              exists: true,
            })),
          };
          const expected = resolveRoute(plain, to)?.target;
          const { route: found, instead } = chooseRoute(table, {
            destination: block(to),
            isHome: relation(block(to), block('10.0.0.0/16')) === 'inside',
          });
          expect(instead).toEqual([]);
          expect(found && (found.target.to === 'local' ? 'local' : (found.target as { reason: string }).reason)).toBe(
            expected,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Two hosts in two subnets, with any rules and entries at all. */
const groupRule = fc.tuple(
  fc.constantFrom('tcp 80', 'tcp 443', 'tcp 0-65535', 'udp 53', 'icmp 8', 'all'),
  fc.constantFrom(...cidrs, 'GroupA', 'GroupB'),
);
const ways = ['InA', 'OutA', 'InB', 'OutB'] as const;
const network = fc.record({
  ingress: fc.array(groupRule, { maxLength: 3 }),
  egress: fc.array(groupRule, { maxLength: 3 }),
  acls: fc.option(fc.record({ InA: entries, OutA: entries, InB: entries, OutB: entries }), { nil: undefined }),
});
type Drawn = typeof network extends fc.Arbitrary<infer T> ? T : never;

function draw({ ingress, egress, acls }: Drawn): Sketch {
  const sketch = new Sketch()
    .vpc('V', '10.0.0.0/16')
    .subnet('V1', '10.0.1.0/24')
    .subnet('V2', '10.0.2.0/24')
    .group('GroupA', 'V', [['all', '0.0.0.0/0']], egress)
    .group('GroupB', 'V', ingress)
    .host('A', 'V1', 'GroupA')
    .host('B', 'V2', 'GroupB', { PrivateIpAddress: '10.0.2.10' });
  if (acls)
    for (const [side, subnet] of [
      ['A', 'V1'],
      ['B', 'V2'],
    ] as const) {
      sketch.acl(`Acl${side}`, [subnet], []);
      for (const way of ['In', 'Out'] as const)
        for (const one of acls[`${way}${side}`])
          sketch.add(
            `Acl${side}${way}${one.number}`,
            'EC2::NetworkAclEntry',
            entryProperties(`Acl${side}`, way === 'Out', one),
          );
    }
  return sketch;
}
const entryProperties = (
  acl: string,
  Egress: boolean,
  { number, action, protocol: Protocol, cidr: CidrBlock, ports, icmpType }: Entry,
) => ({
  NetworkAclId: ref(acl),
  RuleNumber: number,
  RuleAction: action,
  Egress,
  Protocol,
  CidrBlock,
  ...(ports && { PortRange: { From: ports[0], To: ports[1] } }),
  ...(Protocol === 1 && { Icmp: { Type: icmpType, Code: -1 } }),
});

/** What surely, and what perhaps, gets from the one host to the other. */
function between(sketch: Sketch, options: ModelOptions = {}): { readonly sure: Traffic; readonly maybe: Traffic } {
  const row = sketch
    .model(options)
    .table()
    .find(({ from, to }) => from === 'A' && to === 'B');
  return { sure: row?.passes ?? nothing, maybe: row ? { ...row.passes, ...merge(row.passes, row.open) } : nothing };
}
const merge = (a: Traffic, b: Traffic): Traffic =>
  Object.fromEntries(
    Object.keys(a).map((kind) => [kind, [...a[kind as 'tcp'], ...b[kind as 'tcp']].sort((x, y) => x[0] - y[0])]),
  ) as unknown as Traffic;

describe('whole networks', () => {
  test('a rule more in a security group never removes a path', () => {
    fc.assert(
      fc.property(network, groupRule, fc.boolean(), (drawn, more, isIngress) => {
        const side = isIngress ? 'ingress' : 'egress';
        // The first rule outwards ends the default of everything, so that there has to be one before.
        const base = { ...drawn, egress: drawn.egress.length > 0 ? drawn.egress : [more] };
        const before = between(draw(base));
        const after = between(draw({ ...base, [side]: [...base[side], more] }));
        expect(includes(after.sure, before.sure)).toBe(true);
        expect(includes(after.maybe, before.maybe)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('an allowing entry more in a network ACL never removes a path', () => {
    fc.assert(
      fc.property(
        network,
        entry,
        fc.constantFrom(...ways),
        fc.constantFrom(5, 15, 25, 65),
        (drawn, more, way, number) => {
          fc.pre(drawn.acls !== undefined);
          const acls = drawn.acls;
          const before = between(draw(drawn));
          const after = between(
            draw({ ...drawn, acls: { ...acls, [way]: [...acls[way], { ...more, action: 'allow' as const, number }] } }),
          );
          expect(includes(after.sure, before.sure)).toBe(true);
          expect(includes(after.maybe, before.maybe)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a connection passes exactly when its request and its reply pass both network ACLs, packet by packet [network-nacl-stateless]', () => {
    fc.assert(
      fc.property(network, fc.constantFrom(6, 17), fc.constantFrom(...edges), (drawn, number, port) => {
        const open: Drawn = { ...drawn, ingress: [['all', '0.0.0.0/0']], egress: [['all', '0.0.0.0/0']] };
        const { InA = [], OutA = [], InB = [], OutB = [] } = drawn.acls ?? {};
        // The sender is somewhere in its subnet; take the cases where all of the subnet is treated alike.
        const isSplit = [...InB, ...OutB].some(({ cidr: one }) => one === '10.0.1.128/25');
        fc.pre(drawn.acls !== undefined && !isSplit);
        const pass = (list: readonly Entry[], address: string, to: number) =>
          evaluateNacl(list, { address, protocol: number, port: to }).allowed;
        const request = pass(OutA, '10.0.2.10', port) && pass(InB, '10.0.1.5', port);
        const replies = [1024, 1025, 32_767, 32_768, 40_000, 65_534, 65_535].map(
          (to) => pass(OutB, '10.0.1.5', to) && pass(InA, '10.0.2.10', to),
        );
        const { sure, maybe } = between(draw(open));
        const single = rule(String(number), port, port);
        expect(includes(sure, single)).toBe(request && replies.every(Boolean));
        if (!request || replies.every((one) => !one)) expect(isNothing(both(maybe, single))).toBe(true);
        else expect(isNothing(both(maybe, single))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('what is unknown with a parameter lies between the least and the most of what it may be', () => {
    const where = fc.constantFrom('ingress' as const, 'egress' as const, 'entry' as const);
    fc.assert(
      fc.property(network, where, groupRule, entry, cidr, (drawn, place, [what], more, value) => {
        const wide: Drawn = {
          ...drawn,
          ingress: [...drawn.ingress, ['tcp 443', '10.0.0.0/16']],
          egress: [...drawn.egress, ['all', '10.0.0.0/16']],
          acls: drawn.acls,
        };
        const sketch = draw(wide).section('Parameters', { Open: { Type: 'String' } });
        if (place === 'entry' && drawn.acls)
          sketch.add('Odd', 'EC2::NetworkAclEntry', {
            ...entryProperties('AclB', false, { ...more, number: 15 }),
            CidrBlock: ref('Open'),
          });
        else
          sketch.add('Odd', place === 'egress' ? 'EC2::SecurityGroupEgress' : 'EC2::SecurityGroupIngress', {
            GroupId: ref(place === 'egress' ? 'GroupA' : 'GroupB'),
            IpProtocol: what === 'all' ? '-1' : 'tcp',
            FromPort: 80,
            ToPort: 80,
            CidrIp: ref('Open'),
          });
        const open = between(sketch);
        const known = between(sketch, { parameters: { Open: value } });
        expect(includes(known.sure, open.sure)).toBe(true);
        expect(includes(open.maybe, known.maybe)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('the sets of the table are those single questions find', () => {
    fc.assert(
      fc.property(network, fc.constantFrom(...edges), (drawn, port) => {
        const model = draw(drawn).model();
        const row = model.table().find(({ from, to }) => from === 'A' && to === 'B');
        const single = rule('tcp', port, port);
        const { verdict } = model.canReach('A', 'B', `tcp ${port}`);
        expect(verdict === 'reachable').toBe(row !== undefined && includes(row.passes, single));
        expect(verdict === 'blocked').toBe(row === undefined || isNothing(both(merge(row.passes, row.open), single)));
      }),
      { numRuns: 200 },
    );
  });
});
