import { chooseLoadBalancer, type BalancerNeeds } from '../../../lib/constructs/compute/choose-load-balancer';

describe('the kind of balancer', () => {
  test.each<[string, BalancerNeeds, string, number]>([
    ['a web site', {}, 'ALB', 7],
    ['a site whose paths lead to different services', { routing: true }, 'ALB', 7],
    ['a function behind a path, and quick', { functionsOrSignIn: true, lowestLatency: true }, 'ALB', 7],
    ['encryption that ends at the targets', { unbrokenEncryption: true }, 'NLB', 4],
    ['partners that allow two addresses', { fixedAddresses: true }, 'NLB', 4],
    ['a game over UDP', { protocol: 'udp' }, 'NLB', 4],
    ['a protocol of one’s own over TCP', { protocol: 'tcp', fixedAddresses: true }, 'NLB', 4],
    ['a service for networks that are not joined', { privateLink: true }, 'NLB', 4],
    ['trading', { lowestLatency: true }, 'NLB', 4],
    ['fixed addresses and paths', { fixedAddresses: true, routing: true }, 'NLB in front of an ALB', 7],
    ['an endpoint and paths', { privateLink: true, routing: true }, 'NLB in front of an ALB', 7],
    ['firewalls that all traffic crosses', { appliances: true }, 'GWLB', 3],
    ['an inspection of UDP', { appliances: true, protocol: 'udp' }, 'GWLB', 3],
  ])('for %s [compute-lb-choice]', (_, needs, use, layer) => {
    expect(chooseLoadBalancer(needs)).toEqual({ use, layer, because: expect.stringMatching(/\w+ \w+/) });
  });

  test.each<[BalancerNeeds, string]>([
    [
      { routing: true, unbrokenEncryption: true },
      'routing is by what stands in a request, and unbrokenEncryption keeps everybody from reading it; give up one of the two',
    ],
    [
      { functionsOrSignIn: true, protocol: 'udp' },
      'routing is by what stands in an HTTP request, and protocol is udp; give each service a port of its own',
    ],
  ])('what excludes each other is said: %j [compute-lb-choice]', (needs, message) => {
    expect(() => chooseLoadBalancer(needs)).toThrow(message);
  });
});
