import { Aws } from 'aws-cdk-lib';
import { BackupVault, type CfnBackupVault, type IBackupVault } from 'aws-cdk-lib/aws-backup';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { VaultLock } from './vault-lock';

export interface RecoveryVaultProps {
  /**
   * A name, by which plans of another region know it: 2 to 50 letters, digits, hyphens and underscores.
   * @default - CloudFormation makes one
   */
  readonly name?: string;
  /**
   * What keeps recovery points from being deleted before their time.
   * @default - whoever has the permission deletes them at any time
   */
  readonly lock?: VaultLock;
  /**
   * The key recovery points are encrypted with.
   * @default - a new one, rotated each year
   */
  readonly encryptionKey?: IKey;
}

/** The ARN of a vault by its name, for a plan of another region. */
export const vaultArn = (name: string, region: string, account: string = Aws.ACCOUNT_ID): string =>
  `arn:${Aws.PARTITION}:backup:${region}:${account}:backup-vault:${name}`;

/**
 * Where recovery points are kept, encrypted with a customer key. A vault with recovery points in it cannot be deleted, nor can its stack.
 *
 * @claims storage-backup-daily, storage-backup-vault-lock
 */
export class RecoveryVault extends Construct {
  readonly vault: IBackupVault;
  readonly lock?: VaultLock;

  constructor(scope: Construct, id: string, { name, lock, encryptionKey }: RecoveryVaultProps = {}) {
    super(scope, id);
    refuse(this, [
      ...(lock?.faults() ?? []),
      name !== undefined &&
        !/^[A-Za-z0-9_-]{2,50}$/.test(name) &&
        `name is ${name || '(empty)'}; use 2 to 50 letters, digits, hyphens and underscores`,
    ]);
    const key =
      encryptionKey ??
      new Key(this, 'Key', { description: `Encrypts backups in ${this.node.path}`, enableKeyRotation: true });
    this.lock = lock;
    this.vault = new BackupVault(this, 'Vault', {
      encryptionKey: key,
      ...(name !== undefined && { backupVaultName: name }),
    });
    if (lock) (this.vault.node.defaultChild as CfnBackupVault).lockConfiguration = lock.configuration;
  }
}
