/** The pages in a real browser: made once, served from this machine, looked at as a reader would. */

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testMatch: ['**/*.test.ts'],
  globalSetup: './make-site.js',
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  testTimeout: 120_000,
  maxWorkers: 1,
};
