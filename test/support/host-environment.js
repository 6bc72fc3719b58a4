const { TestEnvironment } = require('jest-environment-node');

/** Lends the worker's own `require` to the sandbox, for host-module-transform.js. */
class HostEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.hostRequire = require;
  }
}

module.exports = HostEnvironment;
