/** Where a proof does not hold for one of our architectures, and why a stranger would agree. */
export interface Accepted {
  readonly architecture: string;
  readonly proof: string;
  /** What the violation reads like. */
  readonly violation: RegExp;
  readonly reason: string;
}

export const accepted: readonly Accepted[] = [
  {
    architecture: 'three-tier-web',
    proof: 'encryption in transit',
    violation: /: forwards plain HTTP$/,
    reason:
      'TLS needs a certificate for a name the deployer owns. Until certificateArn is given the listener forwards HTTP and an ' +
      'output says so; with it, port 80 only redirects.',
  },
  {
    architecture: 'orders-api',
    proof: 'no physical names',
    violation: /: has the physical name StageName: live$/,
    reason:
      'A stage is named within its own API, where it is the first part of every path, so that a second copy of the stack has ' +
      'another API and a stage of the same name beside this one.',
  },
];
