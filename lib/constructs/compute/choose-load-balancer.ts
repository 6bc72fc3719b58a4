/** What a balancer has to do. Leave out what it need not. */
export interface BalancerNeeds {
  /**
   * What clients speak.
   * @default 'http'
   */
  readonly protocol?: 'http' | 'tcp' | 'udp';
  /** Requests go to different targets by path, host, header, method, query or source. */
  readonly routing?: boolean;
  /** Functions are targets, or people sign in before a request goes on. */
  readonly functionsOrSignIn?: boolean;
  /** What clients encrypted is decrypted by the targets and nobody before them. */
  readonly unbrokenEncryption?: boolean;
  /** Clients or their firewalls know its addresses, which must not change. */
  readonly fixedAddresses?: boolean;
  /** Networks that are not joined to this one reach it through an endpoint. */
  readonly privateLink?: boolean;
  /** Nothing may be added to the time of a packet. */
  readonly lowestLatency?: boolean;
  /** All traffic passes through appliances on its way: a firewall, an inspection. */
  readonly appliances?: boolean;
}

export interface BalancerChoice {
  readonly use: 'ALB' | 'NLB' | 'NLB in front of an ALB' | 'GWLB';
  /** The highest layer it reads: 3 packets, 4 connections, 7 requests. */
  readonly layer: 3 | 4 | 7;
  readonly because: string;
}

/**
 * Which kind of load balancer fits. A Classic Load Balancer never does.
 *
 * @claims compute-lb-choice
 * @throws when needs exclude each other, as routing by path and encryption that nobody may open
 */
export function chooseLoadBalancer(needs: BalancerNeeds = {}): BalancerChoice {
  const { protocol = 'http', appliances, unbrokenEncryption, fixedAddresses, privateLink, lowestLatency } = needs;
  const readsRequests = needs.routing || needs.functionsOrSignIn;
  if (readsRequests && unbrokenEncryption)
    throw new Error(
      'routing is by what stands in a request, and unbrokenEncryption keeps everybody from reading it; give up one of the two',
    );
  if (readsRequests && protocol !== 'http')
    throw new Error(
      `routing is by what stands in an HTTP request, and protocol is ${protocol}; give each service a port of its own`,
    );
  if (appliances)
    return {
      use: 'GWLB',
      layer: 3,
      because:
        'only a Gateway Load Balancer leads every packet, of whatever protocol, through a fleet and back on its way',
    };
  if (protocol !== 'http')
    return { use: 'NLB', layer: 4, because: 'an ALB speaks HTTP only; an NLB hands on TCP and UDP as they come' };
  if (unbrokenEncryption)
    return {
      use: 'NLB',
      layer: 4,
      because: 'an ALB ends every TLS connection; an NLB hands on what is encrypted unopened',
    };
  if (fixedAddresses || privateLink) {
    const why = fixedAddresses
      ? 'an NLB keeps one address in each zone, and those of an ALB change'
      : 'an endpoint service stands on an NLB';
    return readsRequests
      ? { use: 'NLB in front of an ALB', layer: 7, because: `${why}; the ALB behind it reads the requests` }
      : { use: 'NLB', layer: 4, because: why };
  }
  if (lowestLatency && !readsRequests)
    return { use: 'NLB', layer: 4, because: 'an NLB hands packets on without ending connections, which adds least' };
  return {
    use: 'ALB',
    layer: 7,
    because:
      'for HTTP it ends TLS, routes by what stands in a request, and keeps connections to clients and targets apart',
  };
}
