import type { DnsZone } from '../../lib/constructs/edge/record-set';
import { resolve, type DnsQuestion } from '../../lib/constructs/edge/resolve-routed';
import { clientAt } from './clients';

/** What the emulator asks when somebody calls TestDNSAnswer. */
interface Asked {
  readonly zone: DnsZone;
  readonly question: DnsQuestion;
  readonly address?: string | null;
  /** Health checks that fail. */
  readonly unhealthy: readonly string[];
}

type Told = { readonly code: string; readonly values: readonly string[] } | { readonly fault: string };

/** Answers for the emulator, whose server is no Node program, by the rules that predict answers everywhere else. */
export function handler({ zone, question, address, unhealthy }: Asked): Promise<Told> {
  try {
    const { code, values } = resolve(question, zone, clientAt(address ?? undefined), {
      unhealthy: new Set(unhealthy),
      random: Math.random,
    });
    // Like Route 53, which leaves out of the answer whom a referral names.
    return Promise.resolve(
      code === 'NXDOMAIN' ? { code, values: [] } : { code: 'NOERROR', values: code === 'REFERRAL' ? [] : values },
    );
  } catch (error) {
    return Promise.resolve({ fault: (error as Error).message });
  }
}
