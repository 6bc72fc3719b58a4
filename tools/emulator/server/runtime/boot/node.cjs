'use strict';
/**
 * One warm Node process of a function. It is told of an invocation by a line on standard input, answers by a line on the
 * descriptor EMULATOR_RESULT_FD, and closes the log of each invocation by a mark on standard output. Between two invocations it
 * blocks in a read, so that, as in Lambda, nothing of it runs: no timer fires and no promise goes on.
 */
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');

const results = Number(process.env.EMULATOR_RESULT_FD);
const emulatorPort = process.env.EMULATOR_PORT;
const mark = process.env.EMULATOR_MARK;
for (const name of ['EMULATOR_RESULT_FD', 'EMULATOR_PORT', 'EMULATOR_MARK']) delete process.env[name];

let current;
let finished = true;

// Custom resource handlers answer to https://host/path and drop the port of the address they were given.
for (const name of ['request', 'get']) {
  const original = https[name];
  https[name] = function (target, ...rest) {
    const options = typeof target === 'string' || target instanceof URL ? new URL(target) : target;
    const host = options.hostname || options.host;
    if (host !== '127.0.0.1') return original.call(https, target, ...rest);
    const own = { port: options.port || emulatorPort, path: options.path || options.pathname + options.search };
    const plain =
      options instanceof URL ? { hostname: host, ...own } : { ...options, ...own, protocol: 'http:', agent: undefined };
    return http[name](plain, ...rest);
  };
}

// Names of load balancers, which programs in a network call, stand for nothing here; the emulator answers for them by host.
for (const name of ['request', 'get']) {
  const original = http[name];
  http[name] = function (target, ...rest) {
    const url = typeof target === 'string' || target instanceof URL ? new URL(target) : undefined;
    const host = url ? url.hostname : target.hostname || target.host;
    if (!/\.elb\.([a-z0-9-]+\.)?amazonaws\.com$/.test(host ?? '')) return original.call(http, target, ...rest);
    const [given, heard] = typeof rest[0] === 'function' ? [{}, rest[0]] : [rest[0] ?? {}, rest[1]];
    const asked = url ? { path: url.pathname + url.search, ...given } : target;
    const to = { ...asked, protocol: 'http:', host: undefined, hostname: '127.0.0.1', port: emulatorPort };
    return original.call(
      http,
      { ...to, headers: { ...asked.headers, host: `${host.split('.')[0]}.elb.localhost` } },
      heard,
    );
  };
}

// The keys of a pool of users stand at its issuer's address, which is nowhere here but at the emulator.
const fetched = globalThis.fetch;
globalThis.fetch = (target, init) => {
  const { hostname, pathname } = new URL(target instanceof Request ? target.url : target);
  const isPool = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com$/.test(hostname) && pathname.endsWith('/jwks.json');
  return fetched(isPool ? `http://127.0.0.1:${emulatorPort}${pathname}` : target, init);
};

const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const order = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const least = json ? Math.max(0, order.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL || 'INFO')) : 0;
const plainError = (error) => ({
  errorType: error?.name ?? 'UnknownError',
  errorMessage: error?.message ?? String(error),
  stackTrace: String(error?.stack ?? '').split('\n'),
});

function say(level, parts) {
  if (order.indexOf(level) < least) return;
  const timestamp = new Date().toISOString();
  const requestId = current?.requestId;
  if (!json) {
    const text = format(...parts).replace(/\n/g, '\r');
    process.stdout.write(`${timestamp}\t${requestId}\t${level}\t${text}\n`);
    return;
  }
  const single = parts.length === 1 && !(parts[0] instanceof Error) ? parts[0] : format(...parts);
  const error = parts.find((part) => part instanceof Error);
  process.stdout.write(
    `${JSON.stringify({ timestamp, level, requestId, message: single, ...(error && plainError(error)) })}\n`,
  );
}
const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
for (const [name, level] of Object.entries(levels)) console[name] = (...parts) => say(level, parts);

function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
}

function answer(result) {
  if (finished) return;
  finished = true;
  process.stdout.write(`${mark}\n`);
  fs.writeSync(results, `${JSON.stringify(result)}\n`);
  current = undefined;
}

function succeed(value) {
  let text;
  try {
    text = JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    return fail(new Error('Unable to stringify response body'));
  }
  answer({ ok: text });
}

function fail(error, label = 'Invoke Error', last = undefined) {
  const shape = described(error);
  const details = error instanceof Error ? { ...error, ...shape, trace: undefined, stack: shape.trace } : shape;
  if (json) say('ERROR', [error instanceof Error ? error : JSON.stringify(shape)]);
  else say('ERROR', [`${label} \t${JSON.stringify(details)}`]);
  answer({ error: shape, last });
}

function die(error, label, code) {
  fail(error, label, true);
  process.exit(code);
}

process.on('uncaughtException', (error) => die(error, 'Uncaught Exception', 129));
process.on('unhandledRejection', (reason) => {
  const error = new Error(String(reason));
  error.name = 'Runtime.UnhandledPromiseRejection';
  if (reason instanceof Error) error.stack = reason.stack;
  die(error, 'Unhandled Promise Rejection', 128);
});
process.on('beforeExit', () => {
  // Nothing is left to run: what was promised to the caller will never come, and Lambda answers null.
  if (finished) return;
  if (current.pending) answer(current.pending);
  else succeed(null);
  setImmediate(next);
});

let rest = Buffer.alloc(0);
const chunk = Buffer.alloc(1 << 16);
function readLine() {
  const parts = [rest];
  let end = rest.indexOf(10);
  while (end < 0) {
    let count;
    try {
      count = fs.readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      continue;
    }
    if (count === 0) process.exit(0);
    const piece = Buffer.from(chunk.subarray(0, count));
    end = piece.indexOf(10);
    if (end < 0) {
      parts.push(piece);
      continue;
    }
    const line = Buffer.concat([...parts, piece.subarray(0, end)]);
    rest = piece.subarray(end + 1);
    return line.toString('utf8');
  }
  const line = rest.subarray(0, end);
  rest = rest.subarray(end + 1);
  return line.toString('utf8');
}

function contextOf(request) {
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: request.arn,
    awsRequestId: request.requestId,
    clientContext: request.clientContext ?? undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, request.deadline - Date.now()),
    done: (error, value) => (error ? reply(error) : reply(null, value)),
    succeed: (value) => reply(null, value),
    fail: (error) => reply(error),
  };
  const reply = (error, value) => {
    if (current !== request || finished) return;
    if (error) fail(error);
    else succeed(value);
    setImmediate(next);
  };
  return context;
}

async function run(handler, request) {
  let event;
  try {
    event = JSON.parse(request.event);
  } catch (error) {
    fail(error);
    return setImmediate(next);
  }
  const context = contextOf(request);
  const settled = (done) => (value) => {
    if (current !== request || finished) return;
    done(value);
    setImmediate(next);
  };
  const callback = (error, value) => {
    if (current !== request || finished) return;
    if (error || !context.callbackWaitsForEmptyEventLoop) {
      if (error) fail(error);
      else succeed(value);
      return setImmediate(next);
    }
    current.pending = { ok: JSON.stringify(value === undefined ? null : value) };
  };
  try {
    const returned = handler(event, context, callback);
    if (returned && typeof returned.then === 'function') returned.then(settled(succeed), settled(fail));
    else if (handler.length < 3) callback(null, returned);
  } catch (error) {
    settled(fail)(error);
  }
}

let handler;
function next() {
  if (!finished) return;
  const request = JSON.parse(readLine());
  current = request;
  finished = false;
  process.env._X_AMZN_TRACE_ID = request.trace;
  run(handler, request);
}

/** Lambda carries every client of the SDK; here only those the project has installed are found. */
const remedy = (message) => {
  const client = /'(@(?:aws-sdk|smithy)\/[^'/]+)/.exec(message)?.[1];
  return client ? `\nLambda would provide it; here it must be in the project: npm install --save-dev ${client}` : '';
};

async function load(module, name) {
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, module);
  const file = ['', '.js', '.mjs', '.cjs']
    .map((end) => base + end)
    .find((each) => fs.existsSync(each) && fs.statSync(each).isFile());
  const named = (message, type) => Object.assign(new Error(message), { name: type });
  if (!file)
    throw named(`Error: Cannot find module '${module}'\nRequire stack:\n- ${base}`, 'Runtime.ImportModuleError');
  let loaded;
  try {
    if (file.endsWith('.mjs')) loaded = await import(pathToFileURL(file));
    else {
      try {
        loaded = require(file);
      } catch (error) {
        if (error.code !== 'ERR_REQUIRE_ESM') throw error;
        loaded = await import(pathToFileURL(file));
      }
    }
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')
      throw named(`Error: ${error.message}${remedy(error.message)}`, 'Runtime.ImportModuleError');
    if (error instanceof SyntaxError) throw named(`SyntaxError: ${error.message}`, 'Runtime.UserCodeSyntaxError');
    throw error;
  }
  const find = (from) => name.split('.').reduce((value, key) => value?.[key], from);
  const found = find(loaded) ?? find(loaded.default);
  if (!found) throw named(`${module}.${name} is undefined or not exported`, 'Runtime.HandlerNotFound');
  if (typeof found !== 'function') throw named(`${module}.${name} is not a function`, 'Runtime.HandlerNotFound');
  return found;
}

async function start() {
  const full = process.env._HANDLER;
  const folder = full.lastIndexOf('/') + 1;
  const [file, ...exported] = full.slice(folder).split('.');
  try {
    handler = await load(full.slice(0, folder) + file, exported.join('.'));
  } catch (error) {
    const shape = described(error);
    say('ERROR', [
      json ? error : `Uncaught Exception \t${JSON.stringify({ ...shape, stack: shape.trace, trace: undefined })}`,
    ]);
    finished = false;
    answer({ error: shape, init: true });
    process.exit(1);
  }
  finished = false;
  answer({ ready: true });
  next();
}
start();
