import { runCommand, type Commands } from './command';

/** The command of the npm package: what works on anybody's templates, with nothing else at hand. */
const commands: Commands = {
  reach: {
    purpose: 'say who can reach whom on the network, and by which hops',
    load: () => require('../tools/reachability') as typeof import('../tools/reachability'),
  },
  access: {
    purpose: 'say who may do what on which resource, and which statement decides',
    load: () => require('../tools/access') as typeof import('../tools/access'),
  },
  proofs: {
    purpose: 'check what must hold for every template: encryption, dead letters, logs, runtimes, names',
    load: () => require('../tools/proofs') as typeof import('../tools/proofs'),
  },
  bill: {
    purpose: 'say what it costs a month, when nobody calls it and by use',
    load: () => require('../tools/bill') as typeof import('../tools/bill'),
  },
  teardown: {
    purpose: 'say what taking a stack away leaves behind, or what stands in its way',
    load: () => require('../tools/teardown') as typeof import('../tools/teardown'),
  },
  'upgrade-check': {
    purpose: 'say what an update from one template to another would replace, delete or leave behind',
    load: () => require('../tools/upgrade-check') as typeof import('../tools/upgrade-check'),
  },
};

runCommand(commands);
