const base = require('../../jest.config.js');

/** Handlers against an emulator's HTTP APIs. Started by `run.ts`, which looks whether there is an emulator. */
/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/wire'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/wire/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/wire/support/global-teardown.ts',
  // Nothing here is a matter of time; this only ends what hangs.
  testTimeout: 600_000,
  showSeed: true,
  reporters: ['<rootDir>/test/wire/support/figures-reporter.cjs', 'default'],
};
