import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a worker's program is given on its instance. */
export interface WorkerDefinition {
  /** The bundled program. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A worker as it runs on an instance: a process of its own with the bundle that would be deployed. */
export class WorkerProcess {
  readonly log: Readonly<Record<string, any>>[] = [];
  /** With which status it ended; a signal that killed it has none. */
  readonly ended: Promise<number | null>;
  alive = true;
  readonly #child: ChildProcess;
  #lines: () => void = () => undefined;

  constructor(
    readonly id: string,
    { program, environment }: WorkerDefinition,
  ) {
    this.#child = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH, ...environment, AWS_SDK_UA_APP_ID: id },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface(stream).on('line', (line) => {
        this.log.push(parsed(line));
        this.#lines();
      });
    this.ended = new Promise((resolve) =>
      this.#child.once('exit', (status) => {
        this.alive = false;
        this.#lines();
        resolve(status);
      }),
    );
  }

  /** Until it has said something. @throws when it ends before */
  async says(message: string): Promise<void> {
    const said = () => this.log.some((line) => line.message === message);
    while (!said()) {
      if (!this.alive) throw new Error(`the worker ended without "${message}": ${JSON.stringify(this.log.slice(-5))}`);
      await new Promise<void>((resolve) => (this.#lines = resolve));
    }
  }

  /** What a machine that shuts down tells it. */
  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { message: line };
  }
}
