/** From where the public name of an instance is asked for. */
export type Vantage = 'its own VPC' | 'a peered VPC that resolves over the peering' | 'another VPC' | 'the internet';

export interface NamedInstance {
  readonly privateAddress: string;
  /** @default - none, and so no public name */
  readonly publicAddress?: string;
  /** Whether its VPC gives public names (`enableDnsHostnames`). @default true */
  readonly hostnames?: boolean;
}

/**
 * What an instance's public DNS name stands for: its private address inside the VPC, so that traffic between neighbours stays
 * inside, and the public one elsewhere. A peered VPC sees it from inside where the peering resolves names.
 *
 * @returns nothing where the instance has no public name
 * @claims network-public-name-inside
 */
export function publicNameAnswer(
  view: Vantage,
  { privateAddress, publicAddress, hostnames = true }: NamedInstance,
): string | undefined {
  if (publicAddress === undefined || !hostnames) return undefined;
  const inside = view === 'its own VPC' || view === 'a peered VPC that resolves over the peering';
  return inside ? privateAddress : publicAddress;
}
