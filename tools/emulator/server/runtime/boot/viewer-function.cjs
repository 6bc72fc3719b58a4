'use strict';
/**
 * Runs the code of CloudFront Functions, as near to their runtime cloudfront-js-2.0 as Node comes: strict, without network, files, timers,
 * `eval` and what njs does not have, with the modules that CloudFront brings. Which syntax the runtime knows is looked at when the code is
 * bundled (lib/constructs/edge/viewer-code.ts).
 */
const crypto = require('node:crypto');
const querystring = require('node:querystring');
const vm = require('node:vm');

const lacking = [
  ...[
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'WeakRef',
    'FinalizationRegistry',
    'Proxy',
    'Reflect',
    'BigInt',
    'Intl',
    'Iterator',
  ],
  ...['WebAssembly', 'Atomics', 'SharedArrayBuffer', 'BigInt64Array', 'BigUint64Array', 'AggregateError', 'eval'],
];

/** What `import` finds; `data` holds the values of the store that belongs to the function. */
const modulesFor = (data) => ({
  cloudfront: {
    kvs() {
      if (!data()) throw new Error('no key value store is associated with the function');
      return {
        get: (key, { format } = {}) => {
          const value = data()[key];
          if (value === undefined) return Promise.reject(new Error('KeyNotFound'));
          return Promise.resolve(format === 'json' ? JSON.parse(value) : value);
        },
        exists: (key) => Promise.resolve(data()[key] !== undefined),
        count: () => Promise.resolve(Object.keys(data()).length),
      };
    },
  },
  crypto: { createHash: crypto.createHash, createHmac: crypto.createHmac },
  querystring: { parse: querystring.parse, stringify: querystring.stringify },
});

/**
 * Makes a function of code.
 *
 * @param {string} code
 * @returns {(event: object, data?: Record<string, string>) => Promise<object>} runs it once, with the values its store has now
 */
exports.load = function load(code) {
  let values;
  const modules = modulesFor(() => values);
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(`for (const name of ${JSON.stringify(lacking)}) delete globalThis[name];`, context);
  context.console = { log: (...parts) => console.log(...parts) };
  context.Buffer = Buffer;
  context.modules = modules;
  const body = code.replace(/^import (\w+) from ["'](\w+)["'];?$/gm, (_line, name, from) => {
    if (!modules[from]) throw new Error(`the runtime has no module ${from}`);
    return `const ${name} = modules.${from};`;
  });
  const handler = vm.runInContext(`'use strict';\n(() => {\n${body}\nreturn handler;\n})()`, context);
  const inside = vm.runInContext('JSON.parse', context);
  return async (event, data) => {
    values = data;
    return JSON.parse(JSON.stringify(await handler(inside(JSON.stringify(event)))));
  };
};
