// The template validation engine takes seconds to start. One suite (compliance.test.ts) turns it on; no other pays for it.
process.env.CDK_VALIDATION ??= 'false';
// Tests behave alike with and without an AWS configuration on the machine.
for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'CDK_DEFAULT_ACCOUNT', 'CDK_DEFAULT_REGION']) {
  delete process.env[name];
}
process.env.POWERTOOLS_DEV = 'false';
