import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../lib/settings';
import { folder } from './carried';
import { workplace } from './environment';
import { named } from './assembly';
import type { Sandbox } from './sandbox';

/** A bash in which the outputs of an architecture are variables; answers with its exit code. */
export async function shell(sandbox: Sandbox, name: string, settings: Settings): Promise<number> {
  const { outputs, variables, directory } = await workplace(sandbox, named(name, settings));
  const start = join(folder, 'bashrc');
  writeFileSync(start, `[ -f ~/.bashrc ] && . ~/.bashrc\nPS1='(${name}) $ '\n`);
  sandbox.say(`A shell of ${name} at ${sandbox.place.description}. Its outputs are variables; files you make are in`);
  sandbox.say(`${directory}. "exit" leaves it.`);
  sandbox.say(
    Object.keys(outputs)
      .map((key) => `$${key}`)
      .join(' '),
  );
  const child = spawn('bash', process.stdin.isTTY ? ['--rcfile', start, '-i'] : [], {
    cwd: directory,
    env: { ...process.env, ...variables },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
