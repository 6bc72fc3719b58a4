/**
 * The AWS CDK takes about a second of CPU to load. `hostModules` loads it once per worker, outside jest's
 * sandbox, instead of once per test file; see docs/decisions/0004-tests-load-the-cdk-once-per-worker.md. Jimp loads a module of its
 * own when it is first needed, which the sandbox does not know how to.
 */
const hostModules = '/node_modules/(aws-cdk-lib|constructs|cdk-nag|@jimp)/(?!testhelpers/).*\\.js$';

/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // They need an emulator (npm run test:wire) or a browser (npm run test:site).
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(wire|site)/'],
  testEnvironment: '<rootDir>/test/support/host-environment.js',
  transform: {
    [hostModules]: '<rootDir>/test/support/host-module-transform.js',
    '\\.[cm]?tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(aws-cdk-lib|constructs|cdk-nag|@jimp)/)'],
  // No test measures time; this only ends one that hangs, on a busy machine too.
  testTimeout: 120_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '1200MB',
};
