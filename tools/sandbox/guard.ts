import type { Settings } from '../../lib/settings';
import type { Identity, Place } from './place';

/**
 * Why nothing may be deployed or taken away here; undefined where it may.
 *
 * @param settings what it would be deployed with
 * @param yes whether the person said yes beforehand, in writing
 */
export function refusal(place: Place, { account }: Identity, settings: Settings, yes: boolean): string | undefined {
  if (place.kind === 'emulator') return undefined;
  const { allowedAccounts, account: fixed, profile } = settings;
  if (allowedAccounts && !allowedAccounts.includes(account)) {
    return `The credentials are for account ${account}; allowedAccounts lists ${allowedAccounts.join(', ')}. Switch credentials (AWS_PROFILE), or add the account to the list`;
  }
  if (fixed !== undefined && fixed !== account) {
    return `The credentials are for account ${account}, and account=${fixed} fixes the stacks to another; switch credentials (AWS_PROFILE), or leave it out`;
  }
  if (profile === 'production' && !yes) {
    return 'This command is for sandboxes: profile=production keeps what it stores and refuses to be deleted. Use npx cdk deploy or npx cdk destroy, or add --yes if it is meant';
  }
  return undefined;
}
