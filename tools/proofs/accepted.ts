/** Where a proof does not hold for one of our architectures, and why a stranger would agree. */
export interface Accepted {
  /** @default - any architecture */
  readonly architecture?: string;
  readonly proof: string;
  /** What the violation reads like. */
  readonly violation: RegExp;
  readonly reason: string;
}

export const accepted: readonly Accepted[] = [
  ...['three-tier-web', 'elastic-fleet'].map((architecture) => ({
    architecture,
    proof: 'encryption in transit',
    violation: /: forwards plain HTTP$/,
    reason:
      'TLS needs a certificate for a name the deployer owns. Until certificateArn is given the listener forwards HTTP and an ' +
      'output says so; with it, port 80 only redirects.',
  })),
  {
    proof: 'dead letters',
    violation: /(^|\/)Expiry\/?Schedule\w*: calls its target and has no dead-letter queue$/,
    reason:
      'The schedule that deletes an expired stack calls again every quarter of an hour until the stack is gone, so that no call ' +
      'is worth keeping; a queue for lost ones would be deleted with the stack it is to outlive.',
  },
  {
    proof: 'no physical names',
    violation: /\/ResourcePolicy: has the physical name PolicyName: \w+$/,
    reason:
      'CloudWatch Logs takes no resource policy without a name. The CDK makes it of the path, stack first, so that a second copy ' +
      'under another stack name has another one.',
  },
  {
    proof: 'no physical names',
    violation: /\/Key\/Pair: has the physical name KeyName: \w+$/,
    reason:
      'EC2 takes no key pair without a name. The CDK makes it of the path, stack first, so that a second copy under another stack ' +
      'name has another one; a key pair that is replaced is another key, so its construct has to be named anew anyway.',
  },
  {
    architecture: 'golden-image',
    proof: 'dead letters',
    violation: /\/(Failed|Refused): delivers to Target0 and has no dead-letter queue$/,
    reason:
      'The target is the failure queue of the block itself, with an alarm; a second queue would hold what the first could not take, which ' +
      'EventBridge tries for a day.',
  },
  {
    architecture: 'golden-image',
    proof: 'no physical names',
    violation: /\/Image\/Logs: has the physical name LogGroupName: \/aws\/imagebuilder\/[\w-]+$/,
    reason:
      'Image Builder writes by a role of its own, and only below /aws/imagebuilder. What follows is the name of the stack, so that a second copy ' +
      'has another one.',
  },
  {
    architecture: 'live-settings',
    proof: 'no physical names',
    violation: /\/Rates\/\w+: has the physical name Name: /,
    reason:
      'Settings are found by their path, so their place is their name. It begins with the name of the stack, so that a second copy ' +
      'has another one, and a change of the value or the pattern replaces nothing.',
  },
  {
    architecture: 'offsite-backup',
    proof: 'no physical names',
    violation: /\/(Vault|Copies)\/Vault: has the physical name BackupVaultName: [\w-]+$/,
    reason:
      'AWS Backup takes no vault without a name, and a plan names the vault of another region, of which a stack can take no value. ' +
      'Both names begin with the name of the stack, so that a second copy has others.',
  },
  {
    architecture: 'replicated-buckets',
    proof: 'no physical names',
    violation: /-copies\/Key\/Alias: has the physical name AliasName: alias\/[\w-]+$/,
    reason:
      'The rule that copies names the key of another region, of which a stack can take no value. The alias begins with the name of ' +
      'the stack, so that a second copy has another one; a key that is replaced keeps it.',
  },
];
