import { Duration, type Stack } from 'aws-cdk-lib';
import { companionStack } from '../../constructs/companion-stack';
import type { OffsiteVault } from '../../constructs/storage/offsite-backup';
import { RecoveryVault } from '../../constructs/storage/recovery-vault';
import { VaultLock } from '../../constructs/storage/vault-lock';

/** No copy can be told to go sooner. */
const atLeast = Duration.days(7);
const rule = 'Copies have to outlast whoever took over the account that made them';

/**
 * The vault of the copies, locked, in a stack of another region that is deployed first. Its name can be written down, so that neither stack
 * takes a value of the other and each can be deployed while the other region is gone.
 *
 * @param isFinal whether the lock can be taken off for two weeks only, and by nobody afterwards
 */
export function farVault(home: Stack, region: string, isFinal: boolean): OffsiteVault {
  const name = `${home.node.id}-copies`;
  const there = companionStack(home, 'copies', { region, description: `Copies of the backups of ${home.node.id}` });
  const lock = isFinal ? VaultLock.compliance({ atLeast }, Duration.days(14), rule) : VaultLock.governance({ atLeast });
  new RecoveryVault(there, 'Copies', { name, lock });
  return { name, region, lock };
}
