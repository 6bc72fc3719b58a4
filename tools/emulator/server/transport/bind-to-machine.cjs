// Stands before the program of a machine. Machines share this one, so that what listens at every address of its machine, or at its loopback,
// listens at the one address that is the machine's own.
'use strict';
const dgram = require('node:dgram');
const net = require('node:net');

const own = process.env.MACHINE_ADDRESS;
const everywhere = (host) => host === undefined || ['', '::', '0.0.0.0', '127.0.0.1', 'localhost'].includes(host);

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...given) {
  const [first, second] = given;
  const options = typeof first === 'object' && first !== null ? first : undefined;
  if (options && options.port !== undefined && everywhere(options.host))
    return listen.call(this, { ...options, host: own }, ...given.slice(1));
  if (typeof first === 'number' || /^\d+$/.test(String(first))) {
    const hasHost = typeof second === 'string';
    if (!hasHost || everywhere(second)) return listen.call(this, first, own, ...given.slice(hasHost ? 2 : 1));
  }
  return listen.apply(this, given);
};

const { bind } = dgram.Socket.prototype;
dgram.Socket.prototype.bind = function (...given) {
  const [first, second] = given;
  if (typeof first === 'object' && first !== null && everywhere(first.address))
    return bind.call(this, { ...first, address: own }, ...given.slice(1));
  if (typeof first === 'number' && (typeof second !== 'string' || everywhere(second)))
    return bind.call(this, first, own, ...given.slice(typeof second === 'string' ? 2 : 1));
  return bind.apply(this, given);
};

// Whoever started it is gone when nothing can come from there any more.
process.stdin
  .resume()
  .on('end', () => process.exit())
  .unref?.();
