const { mkdtempSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Each synthesis leaves its templates in a temporary folder, some megabytes in all for every test file. They go into one of the worker's own,
 * which is emptied after each file and gone with the worker.
 */
const temporary = mkdtempSync(join(tmpdir(), 'groundplan-tests-'));
process.env.TMPDIR = temporary;
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

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

  async teardown() {
    await super.teardown();
    for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { recursive: true, force: true });
  }
}

module.exports = HostEnvironment;
