/** Work that servers are bought for. Leave out what does not hold. */
export interface PurchaseNeeds {
  /** It runs all the time for a year or more: a database, the base of a fleet. */
  readonly steady?: boolean;
  /** Type, family or operating system may have to change within the term. */
  readonly typeMayChange?: boolean;
  /** It may be stopped with two minutes' notice and taken up later: batches, analysis, pictures, whatever can start and end at any time. */
  readonly interruptible?: boolean;
  /** Somebody waits for it and it must not stop. */
  readonly critical?: boolean;
  /** Short work that must find room in one zone when it starts. */
  readonly boundToZone?: boolean;
  /** Software licensed by socket or core, which you bring. */
  readonly ownLicences?: boolean;
  /**
   * No other account may run on the same hardware: `any`, whichever AWS takes at a start, or `chosen`, a server that you choose and can show to
   * whoever asks where it ran.
   * @default - hardware is shared
   */
  readonly ownHardware?: 'any' | 'chosen';
}

export type PurchaseOption =
  | 'on-demand'
  | 'reserved instance or Savings Plan'
  | 'convertible reserved instance'
  | 'spot'
  | 'capacity reservation'
  | 'dedicated instance'
  | 'dedicated host';

export interface PurchaseChoice {
  readonly use: PurchaseOption;
  readonly because: string;
}

/** What excludes each other, and why. */
const contradictions: readonly (readonly [keyof PurchaseNeeds, keyof PurchaseNeeds, string])[] = [
  [
    'critical',
    'interruptible',
    'spot capacity is taken back with two minutes’ notice, which critical work does not survive',
  ],
  ['steady', 'interruptible', 'a commitment is paid for every hour, and spot work needs none'],
];

/** From the most particular need to the most common; the first that holds decides. */
const rules: readonly (PurchaseChoice & { readonly when: (needs: PurchaseNeeds) => boolean | undefined })[] = [
  {
    use: 'dedicated host',
    when: ({ ownLicences }) => ownLicences,
    because: 'licences by socket or core need a server whose sockets and cores you see',
  },
  {
    use: 'dedicated host',
    when: ({ ownHardware }) => ownHardware === 'chosen',
    because: 'only a host of your own lets you say, and show, on which server something runs',
  },
  {
    use: 'dedicated instance',
    when: ({ ownHardware }) => ownHardware === 'any',
    because: 'the hardware is shared with no other account, and AWS chooses which it is at every start',
  },
  {
    use: 'spot',
    when: ({ interruptible }) => interruptible,
    because: 'unused capacity is up to 90 % cheaper for work that can stop and be taken up again',
  },
  {
    use: 'convertible reserved instance',
    when: ({ steady, typeMayChange }) => steady && typeMayChange,
    because: 'it is up to 66 % cheaper and may be exchanged for another family, type, system or tenancy',
  },
  {
    use: 'reserved instance or Savings Plan',
    when: ({ steady }) => steady,
    because: 'what runs for a year or three is up to 72 % cheaper when it is promised',
  },
  {
    use: 'capacity reservation',
    when: ({ boundToZone }) => boundToZone,
    because: 'it holds room in one zone for as long as you want, at the price of on-demand, used or not',
  },
  {
    use: 'on-demand',
    when: () => true,
    because:
      'short work that must not be interrupted and that nobody can foretell is paid by the second and promised to nobody',
  },
];

/**
 * How servers for some work are bought.
 *
 * @claims compute-purchase-choice
 * @throws when needs exclude each other: critical work on spot, licences by socket on a dedicated instance
 */
export function choosePurchase(needs: PurchaseNeeds = {}): PurchaseChoice {
  for (const [one, other, why] of contradictions)
    if (needs[one] && needs[other]) throw new Error(`${one} and ${other} exclude each other: ${why}; drop one`);
  if (needs.ownLicences && needs.ownHardware === 'any')
    throw new Error(
      "ownLicences and ownHardware: 'any' exclude each other: a dedicated instance shows no sockets and cores to count licences by; set ownHardware to 'chosen'",
    );
  const { use, because } = rules.find(({ when }) => when(needs))!;
  return { use, because };
}
