/** What traffic from the world needs on its way in. Leave out what it does not need. */
export interface EdgeNeeds {
  /**
   * What is spoken.
   * @default 'http'
   */
  readonly protocol?: 'http' | 'tcp' | 'udp';
  /** Answers are the same for many, so that copies near them spare the way. */
  readonly cached?: boolean;
  /** Clients or their firewalls know addresses, which must not change. */
  readonly fixedAddresses?: boolean;
  /** When a region fails clients must be led to another within seconds, whatever copies of DNS answers they keep. */
  readonly fastFailover?: boolean;
}

export interface EdgeChoice {
  readonly use: 'CloudFront' | 'Global Accelerator';
  readonly because: string;
}

/** From the most particular need to the most common; the first that holds decides. */
const rules: readonly (EdgeChoice & { readonly when: (needs: EdgeNeeds) => boolean })[] = [
  {
    use: 'Global Accelerator',
    when: ({ protocol = 'http' }) => protocol !== 'http',
    because: 'only an accelerator carries TCP and UDP as they are; a distribution speaks HTTP and nothing else',
  },
  {
    use: 'CloudFront',
    when: ({ cached = false }) => cached,
    because: 'only a distribution keeps copies; an accelerator forwards every packet to a region',
  },
  {
    use: 'Global Accelerator',
    when: ({ fixedAddresses = false }) => fixedAddresses,
    because: 'an accelerator has two addresses that never change; those of a distribution are many and do',
  },
  {
    use: 'Global Accelerator',
    when: ({ fastFailover = false }) => fastFailover,
    because:
      'an accelerator moves traffic to another region behind the same addresses, so that no copy of a DNS answer has to expire',
  },
];

/**
 * What stands before a service for the world: copies or HTTP mean CloudFront; TCP, UDP or fixed addresses mean Global Accelerator.
 *
 * @claims edge-service-choice
 */
export function chooseEdgeService(needs: EdgeNeeds): EdgeChoice {
  const found = rules.find(({ when }) => when(needs));
  if (found) return { use: found.use, because: found.because };
  return {
    use: 'CloudFront',
    because: 'for HTTP a distribution ends connections near clients, filters them and costs nothing while nobody asks',
  };
}
