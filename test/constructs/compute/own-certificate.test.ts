import { spawnSync } from 'node:child_process';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownCertificate } from '../../../lib/constructs/compute/own-certificate';

const place = (): string => join(mkdtempSync(join(tmpdir(), 'own-certificate-')), 'app');
const run = (...given: string[]) =>
  spawnSync('bash', ['-s', '--', ...given], { input: ownCertificate.text, encoding: 'utf8' });
const filesOf = (folder: string) => ({
  cert: readFileSync(join(folder, 'certificate.pem'), 'utf8'),
  key: readFileSync(join(folder, 'key.pem'), 'utf8'),
});

describe('ownCertificate', () => {
  test('the certificate belongs to the key, which nobody else reads, and lasts ten years [compute-tls-bridging]', () => {
    const folder = place();
    expect(run(folder)).toMatchObject({ status: 0, stderr: '' });
    const { cert, key } = filesOf(folder);
    const made = new X509Certificate(cert);
    expect(made.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(made.subject).toBe(`CN=${hostname()}`);
    expect(Math.round((Date.parse(made.validTo) - Date.parse(made.validFrom)) / 86_400_000)).toBe(3650);
    expect(statSync(join(folder, 'key.pem')).mode & 0o777).toBe(0o600);
  });

  test('a server answers in TLS with it, to one who does not verify, as a balancer does not [compute-tls-bridging]', async () => {
    const folder = place();
    run(folder);
    const server = createServer(filesOf(folder), (_, response) => response.end('well'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const status = await new Promise((answered, failed) => {
      get({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false }, (answer) => {
        answer.resume();
        answered(answer.statusCode);
      }).on('error', failed);
    });
    server.close();
    expect(status).toBe(200);
  });

  test('a second run leaves it as it is, and half of it is made anew', () => {
    const folder = place();
    run(folder);
    const first = filesOf(folder);
    run(folder);
    expect(filesOf(folder)).toEqual(first);
    writeFileSync(join(folder, 'key.pem'), '');
    run(folder);
    const again = filesOf(folder);
    expect(new X509Certificate(again.cert).checkPrivateKey(createPrivateKey(again.key))).toBe(true);
  });

  test('without a folder it says so and fails', () => {
    const { status, stderr } = run();
    expect(status).not.toBe(0);
    expect(stderr).toContain('give the folder of the certificate');
  });

  test('shellcheck finds nothing', () => {
    const { stdout, status } = spawnSync('shellcheck', ['-'], { input: ownCertificate.text, encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});
