import {
  evaluateNacl,
  resolveRoute,
  translate,
  type AclEntry,
  type Route,
} from '../../../lib/constructs/network/evaluate';

describe('resolveRoute', () => {
  const table: Route[] = [
    { destination: '10.16.0.0/16', target: 'local', origin: 'local' },
    { destination: '0.0.0.0/0', target: 'nat' },
    { destination: '::/0', target: 'egress-only' },
    { destination: '192.168.0.0/16', target: 'office', origin: 'propagated' },
    { destination: '192.168.10.0/24', target: 'peer' },
    { destination: '172.16.0.0/16', target: 'learnt', origin: 'propagated' },
    { destination: '172.16.0.0/16', target: 'written' },
    { destination: '10.16.16.0/20', target: 'appliance' },
  ];

  test.each([
    ['10.16.48.10', 'local', 'local before the default route'],
    ['93.184.216.34', 'nat', 'the default route for the rest'],
    ['192.168.10.5', 'peer', 'a /24 before a /16'],
    ['192.168.11.5', 'office', 'the /16 beside it'],
    ['10.16.16.10', 'appliance', 'a route more specific than local before local'],
    ['172.16.3.4', 'written', 'a static before a propagated route of the same length'],
    ['2001:db8::1', 'egress-only', 'IPv6 by its own routes'],
  ])('%s goes to %s: %s [network-route-choice]', (address, target) => {
    expect(resolveRoute(table, address)?.target).toBe(target);
    expect(resolveRoute([...table].reverse(), address)?.target).toBe(target);
  });

  test('without a matching route there is none [network-route-choice]', () => {
    expect(resolveRoute(table.slice(0, 1), '8.8.8.8')).toBeUndefined();
    expect(resolveRoute(table.slice(0, 2), '2001:db8::1')).toBeUndefined();
  });
});

describe('evaluateNacl', () => {
  const entries: AclEntry[] = [
    { number: 100, action: 'allow', protocol: 6, cidr: '0.0.0.0/0', ports: [443, 443] },
    { number: 10, action: 'deny', protocol: -1, cidr: '203.0.113.0/24' },
    { number: 110, action: 'deny', protocol: 6, cidr: '0.0.0.0/0', ports: [443, 443] },
    { number: 120, action: 'allow', protocol: 1, cidr: '0.0.0.0/0', icmpType: 8 },
    { number: 130, action: 'allow', protocol: 6, cidr: '::/0', ports: [443, 443] },
  ];
  const https = (address: string) => ({ address, protocol: 6, port: 443 });

  test('the lowest matching number decides, whatever the order they are written in [network-nacl-order]', () => {
    expect(evaluateNacl(entries, https('198.51.100.7'))).toEqual({ allowed: true, by: 100 });
    expect(evaluateNacl(entries, https('203.0.113.7'))).toEqual({ allowed: false, by: 10 });
    expect(evaluateNacl([...entries].reverse(), https('203.0.113.7'))).toEqual({ allowed: false, by: 10 });
  });

  test('what no entry matches is denied by the last one [network-nacl-order]', () => {
    expect(evaluateNacl(entries, { address: '198.51.100.7', protocol: 6, port: 80 })).toEqual({
      allowed: false,
      by: '*',
    });
    expect(evaluateNacl(entries, { address: '198.51.100.7', protocol: 17, port: 443 })).toEqual({
      allowed: false,
      by: '*',
    });
    expect(evaluateNacl([], https('198.51.100.7'))).toEqual({ allowed: false, by: '*' });
  });

  test('ICMP goes by type, and each address family by its own entries [network-nacl-order]', () => {
    const icmp = (icmpType: number) =>
      evaluateNacl(entries, { address: '198.51.100.7', protocol: 1, icmpType }).allowed;
    expect([icmp(8), icmp(0)]).toEqual([true, false]);
    expect(evaluateNacl(entries, https('2001:db8::1'))).toEqual({ allowed: true, by: 130 });
  });
});

describe('translate', () => {
  const pairs = [
    { private: '10.16.16.20', public: '43.250.192.20' },
    { private: '10.16.16.21', public: '43.250.192.21' },
  ];
  const server = '198.51.100.80';

  test('out to the internet the private source becomes the public one, and the destination stays [network-igw-static-nat]', () => {
    expect(translate({ source: '10.16.16.20', destination: server }, 'out', pairs)).toEqual({
      source: '43.250.192.20',
      destination: server,
    });
  });

  test('in from the internet the public destination becomes the private one, so that the system never sees it [network-igw-static-nat]', () => {
    expect(translate({ source: server, destination: '43.250.192.20' }, 'in', pairs)).toEqual({
      source: server,
      destination: '10.16.16.20',
    });
  });

  test('a reply undoes what the request went through [network-igw-static-nat]', () => {
    const request = translate({ source: '10.16.16.21', destination: server }, 'out', pairs)!;
    expect(translate({ source: request.destination, destination: request.source }, 'in', pairs)).toEqual({
      source: server,
      destination: '10.16.16.21',
    });
  });

  test('whoever has no public address neither gets out nor is found [network-igw-static-nat]', () => {
    expect(translate({ source: '10.16.16.99', destination: server }, 'out', pairs)).toBeUndefined();
    expect(translate({ source: server, destination: '10.16.16.20' }, 'in', pairs)).toBeUndefined();
  });

  test.each(['in', 'out'] as const)('IPv6 passes untranslated: %s [network-igw-static-nat]', (direction) => {
    const packet = { source: '2001:db8::1', destination: '2001:db8:1::2' };
    expect(translate(packet, direction, pairs)).toEqual(packet);
  });
});
