/** Replaces a library file by whatever the worker's own `require` gives for it: loaded once, shared by all test files. */
module.exports = {
  process: (_source, filename) => ({ code: `module.exports = globalThis.hostRequire(${JSON.stringify(filename)});` }),
  getCacheKey: (_source, filename) => `host-module:${filename}`,
};
