import { acceleratedShares, type SharedGroup } from '../../../lib/constructs/edge/accelerated-shares';

/** What the emulator's accelerators are compared with, by `test_accelerated_shares.py`. */
export const handler = ({ groups }: { readonly groups: readonly SharedGroup[] }): Promise<Record<string, number>> =>
  Promise.resolve(acceleratedShares(groups));
