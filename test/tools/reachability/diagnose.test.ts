import { spawn } from 'node:child_process';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { diagnose } from '../../../tools/reachability/diagnose';
import { tryConnection } from '../../../tools/reachability/try';
import { tcp } from '../../support/reachability';
import { plainVpc } from './sketch';

const server = () =>
  plainVpc()
    .group('Web', 'A', [['tcp 80', '0.0.0.0/0']])
    .host('Server', 'A1', 'Web');
const ask = (port: number, sketch = server()) => sketch.model().canReach('internet', 'Server', tcp(port));

describe('what a failed connection means', () => {
  test('a time-out was dropped by the network, and the layer to look at is named [network-sg-symptom]', () => {
    expect(diagnose(ask(81))).toBe(
      'A connection from internet to Server on tcp 81 times out: the security group of Server admits only tcp 80 from 0.0.0.0/0. ' +
        'Look at the security group: add a rule for this source and port, or connect from a member it admits.',
    );
    expect(diagnose(ask(80, server().acl('Acl', ['A1'], ['100 in allow all from 0.0.0.0/0'])))).toMatch(
      /times out: Acl denies the reply out of A1.* Look at the network ACL: it knows no connections/,
    );
    expect(diagnose(ask(80, server().without('PublicTableOfA1')))).toMatch(
      /times out: .*no route back.* Look at the route table/,
    );
    expect(diagnose(ask(80, server().without('IgwAttachment')))).toMatch(/Look at what joins the two networks/);
  });

  test('a refusal has reached its host, where nothing listens; no group and no ACL ever refuses [network-sg-symptom]', () => {
    expect(diagnose(ask(80), 'refused')).toBe(
      'A refusal comes from the host itself: the network let the connection through to Server, and nothing listens there on tcp 80. ' +
        'Look at the program: whether it runs, and on which port and address it listens.',
    );
    expect(diagnose(ask(81), 'refused')).toMatch(/^A refusal comes from a host, but the templates let nothing through/);
  });

  test('what should connect and times out is not in the templates', () => {
    expect(diagnose(ask(80), 'timeout')).toMatch(
      /a time-out comes from what they do not describe: a firewall of the host/,
    );
    expect(diagnose(ask(80))).toMatch(/gets through\. If it is refused, nothing listens there/);
    expect(diagnose(ask(80), 'connects')).toBe('As the templates say: internet reaches Server on tcp 80.');
    expect(diagnose(ask(81), 'connects')).toMatch(/^The connection works, but the templates do not say so/);
  });

  test('what is unknown is told as unknown', () => {
    const sketch = server().group('Web', 'A', [['tcp 80', 'pl-1234']]);
    expect(diagnose(ask(80, sketch))).toMatch(
      /is not in the templates: the ranges of the prefix list pl-1234 are not in the templates/,
    );
  });
});

describe('trying a connection', () => {
  test('tells a server that answers from a port where nothing listens [network-sg-symptom]', async () => {
    const listening = createServer();
    await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
    const { port } = listening.address() as AddressInfo;
    expect(await tryConnection('127.0.0.1', port)).toBe('connects');
    await new Promise((done) => listening.close(done));
    expect(await tryConnection('127.0.0.1', port)).toBe('refused');
  });

  test('tells a server that never answers [network-sg-symptom]', async () => {
    // A stopped process accepts nothing; once its queue is full, the kernel drops what comes, as a security group does.
    const code = `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('fs').writeSync(1, String(s.address().port)); process.kill(process.pid, 'SIGSTOP'); });`;
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const fillers: Socket[] = [];
    try {
      const port = Number(await new Promise<string>((done) => child.stdout.once('data', (text) => done(String(text)))));
      for (let i = 0; i < 3; i++) fillers.push(connect({ host: '127.0.0.1', port }).on('error', () => undefined));
      await Promise.all(fillers.slice(0, 2).map((one) => new Promise((done) => one.once('connect', done))));
      expect(await tryConnection('127.0.0.1', port, 0.3)).toBe('timeout');
    } finally {
      for (const one of fillers) one.destroy();
      child.kill('SIGKILL');
    }
  });

  test('fails when there is no such host', async () => {
    await expect(tryConnection('nowhere.invalid', 80)).rejects.toThrow(/^nowhere\.invalid:80 cannot be tried: /);
  });
});
