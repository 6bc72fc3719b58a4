import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorInDocker } from '../../../tools/sandbox/docker';

/** A docker on the path that lists these containers, or fails as where no engine runs. */
function docker(...containers: string[]): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const body = containers.length > 0 ? `cat <<'END'\n${containers.join('\n')}\nEND` : 'exit 1';
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

test.each([
  ['localstack/localstack:4.0', '4510-4559/tcp, 0.0.0.0:14566->4566/tcp', 'http://localhost:14566'],
  ['docker.io/motoserver/moto:5.2.1', '127.0.0.1:5005->5000/tcp', 'http://localhost:5005'],
  ['motoserver/moto@sha256:0a', '[::]:5000->5000/tcp', 'http://localhost:5000'],
])('%s is found at its published port', (image, ports, endpoint) => {
  const environment = docker('postgres:16 0.0.0.0:5432->5432/tcp', `${image} ${ports}`);
  expect(emulatorInDocker(environment)).toEqual({ image, endpoint });
});

test('what cannot be reached from here, is another image, or is not there is not found', () => {
  const others = docker('motoserver/moto:5.2.1 5000/tcp', 'someone/motoserver:1 0.0.0.0:5000->5000/tcp');
  expect(emulatorInDocker(others)).toBeUndefined();
  expect(emulatorInDocker(docker())).toBeUndefined();
  expect(emulatorInDocker({ PATH: '/nowhere' })).toBeUndefined();
});
