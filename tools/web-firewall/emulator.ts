import { firstVerdict, type Verdict, type VerdictSetting } from '../../lib/constructs/edge/first-verdict';
import type { WebAcl, WebRequest } from '../../lib/constructs/edge/web-acl';

/** What the emulator asks: a web ACL as its API has it, a request, and what came before. */
interface Asked extends VerdictSetting {
  readonly acl: WebAcl;
  readonly request: WebRequest;
}

/** What it is told: what becomes of the request, or why that cannot be told. */
type Told = { readonly verdict: Verdict } | { readonly fault: string };

/** Judges for the emulator, whose server is no Node program. */
export function handler({ acl, request, ...setting }: Asked): Promise<Told> {
  try {
    return Promise.resolve({ verdict: firstVerdict(acl, request, setting) });
  } catch (error) {
    return Promise.resolve({ fault: (error as Error).message });
  }
}
