import { runCommand, type Commands } from './command';

const commands: Commands = {
  show: {
    purpose: 'synthesise everything and print what there is, or all that is known of one architecture',
    load: () => require('../tools/show') as typeof import('../tools/show'),
  },
  compliance: {
    purpose: 'run all rule packs; write findings and acknowledgements to docs/compliance.md',
    load: () => require('../tools/compliance') as typeof import('../tools/compliance'),
  },
  claims: {
    purpose: 'write into notes/ where each claim is built and which test proves it',
    load: () => require('../tools/claims') as typeof import('../tools/claims'),
  },
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
    purpose: 'say what an architecture costs a month, when nobody calls it and by use',
    load: () => require('../tools/bill') as typeof import('../tools/bill'),
  },
  'bill-refresh': {
    purpose: 'hold the prices against the AWS Pricing API; needs credentials',
    load: () => require('../tools/bill/refresh') as typeof import('../tools/bill/refresh'),
  },
  diagram: {
    purpose: 'draw the picture of any template',
    load: () => require('../tools/diagram') as typeof import('../tools/diagram'),
  },
  teardown: {
    purpose: 'say what taking a stack away leaves behind, or what stands in its way',
    load: () => require('../tools/teardown') as typeof import('../tools/teardown'),
  },
  'upgrade-check': {
    purpose: 'refuse an update that would destroy data; write docs/upgrades/README.md',
    load: () => require('../tools/upgrade-check') as typeof import('../tools/upgrade-check'),
  },
  bootstrap: {
    purpose:
      'write the least that CloudFormation and the roles of the stacks need, as policies to prepare an account with',
    load: () => require('../tools/bootstrap') as typeof import('../tools/bootstrap'),
  },
  bench: {
    purpose: 'measure synthesis, bundling and tests against their budgets',
    load: () => require('../tools/bench') as typeof import('../tools/bench'),
  },
  docs: {
    purpose: 'write the generated parts of README.md and of the README of each architecture, and draw the pictures',
    load: () => require('../tools/docs') as typeof import('../tools/docs'),
  },
  site: {
    purpose: 'make the pages of the project in site/',
    load: () => require('../tools/site') as typeof import('../tools/site'),
  },
  package: {
    purpose: 'add the bundled handlers of blocks to dist, for the npm package',
    load: () => require('../tools/package') as typeof import('../tools/package'),
  },
  sandbox: {
    purpose: 'deploy, try and take away an architecture, in an account or on an emulator',
    load: () => require('../tools/sandbox') as typeof import('../tools/sandbox'),
  },
  replay: {
    purpose: 'replay kept events of a bus to a rule that bears them twice; a dry run unless told otherwise',
    load: () => require('../tools/replay') as typeof import('../tools/replay'),
  },
  plan: {
    purpose: 'plan the addresses of a network',
    load: () => require('../tools/plan') as typeof import('../tools/plan'),
  },
  image: {
    purpose: 'try a function as an image, with the interface emulator; a dry run unless told otherwise',
    load: () => require('../tools/image') as typeof import('../tools/image'),
  },
  local: {
    purpose: 'have SAM run a function or an API of an architecture on this machine; a dry run unless told otherwise',
    load: () => require('../tools/local') as typeof import('../tools/local'),
  },
  connect: {
    purpose: 'print the commands that open a shell or a desktop on a host, by session, endpoint or jump host',
    load: () => require('../tools/connect') as typeof import('../tools/connect'),
  },
  servers: {
    purpose:
      'change what runs, once and not for good: types of instances and the like; a dry run unless told otherwise',
    load: () => require('../tools/servers') as typeof import('../tools/servers'),
  },
  'default-vpc': {
    purpose: 'remove or recreate the default VPC of Regions; a dry run unless told otherwise',
    load: () => require('../tools/default-vpc') as typeof import('../tools/default-vpc'),
  },
  objects: {
    purpose: 'upload in parts, restore, undelete, purge and lock objects; a dry run unless told otherwise',
    load: () => require('../tools/objects') as typeof import('../tools/objects'),
  },
  redrive: {
    purpose: 'show the dead letters of a queue, and move them back; a dry run unless told otherwise',
    load: () => require('../tools/redrive') as typeof import('../tools/redrive'),
  },
  'notice-setup': {
    purpose: 'print the calls that prepare an account for messages to phones, by app or by SMS',
    load: () => require('../tools/notice-setup') as typeof import('../tools/notice-setup'),
  },
  'mail-status': {
    purpose: 'say whether an account and a sender may send mail, and what is left to do',
    load: () => require('../tools/mail-status') as typeof import('../tools/mail-status'),
  },
  'authorise-zone': {
    purpose: 'print the calls by which a VPC of another account joins a private zone',
    load: () => require('../tools/authorise-zone') as typeof import('../tools/authorise-zone'),
  },
  invalidate: {
    purpose: 'end the copies of paths at the edges of a distribution; a dry run unless told otherwise',
    load: () => require('../tools/invalidate') as typeof import('../tools/invalidate'),
  },
  dns: {
    purpose: 'say who is answered what, whether a domain leads to its zone, and how one is registered',
    load: () => require('../tools/dns') as typeof import('../tools/dns'),
  },
  openapi: {
    purpose: 'write the contract of a REST API as OpenAPI 3.0, from its template or from what is deployed',
    load: () => require('../tools/openapi') as typeof import('../tools/openapi'),
  },
  canary: {
    purpose: 'look at the canary of a stage of a REST API, promote it or take it away; a dry run unless told otherwise',
    load: () => require('../tools/canary') as typeof import('../tools/canary'),
  },
};

runCommand(commands);
