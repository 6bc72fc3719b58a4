const { TestEnvironment } = require('jest-environment-node');

/** What a developer's machine may have set and tests must not depend on. */
const foreign = [
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'CDK_DEFAULT_ACCOUNT',
  'CDK_DEFAULT_REGION',
  'CDK_OUTDIR',
  'CDK_CONTEXT_JSON',
];

/**
 * Lends the worker's own `require` to the sandbox, for host-module-transform.js, and sets the environment that the
 * modules loaded by it see. The CDK's template validation takes seconds to start, so a test file has it only on request:
 *
 *     @jest-environment-options {"validation": true}
 */
class HostEnvironment extends TestEnvironment {
  constructor(config, context) {
    for (const name of foreign) delete process.env[name];
    process.env.CDK_VALIDATION = String(config.projectConfig.testEnvironmentOptions.validation ?? false);
    super(config, context);
  }

  async setup() {
    await super.setup();
    this.global.hostRequire = require;
  }
}

module.exports = HostEnvironment;
