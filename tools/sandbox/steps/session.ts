import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** What a command showed, on both streams in the order it came, and how it ended. */
export interface Shown {
  readonly output: string;
  /** The exit code; undefined where the shell itself ended, or the time was over. */
  readonly code?: number;
  /** Whether it was ended because it took too long. */
  readonly late?: boolean;
}

/** One bash in which the commands of a README follow each other, so that variables, functions and files last. */
export class Session {
  private readonly shell: ChildProcess;
  private readonly mark = randomUUID();
  private heard = '';
  private listener: () => void = () => undefined;
  private ended = false;

  /**
   * @param environment everything the commands find in their environment
   * @param cwd the directory they begin in
   */
  constructor(environment: NodeJS.ProcessEnv, cwd: string) {
    this.shell = spawn('bash', ['--noprofile', '--norc'], {
      env: environment,
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: what a command leaves running ends with the session.
      detached: true,
    });
    const hear = (text: string): void => {
      this.heard += text;
      this.listener();
    };
    this.shell.stdout!.setEncoding('utf8').on('data', hear);
    this.shell.stderr!.setEncoding('utf8').on('data', hear);
    this.shell.stdin!.on('error', () => undefined);
    const ended = (): void => {
      this.ended = true;
      this.listener();
    };
    // Its last words come after its exit; but whoever it left running may hold its streams open for ever.
    this.shell.once('close', ended);
    this.shell.once('exit', () => setTimeout(ended, 500).unref());
    this.shell.stdin!.write('set -u\n');
  }

  /** Runs one command; it reads nothing from the keyboard. */
  async run(command: string, limit: number): Promise<Shown> {
    if (this.ended) return { output: 'the shell has ended' };
    this.heard = '';
    this.shell.stdin!.write(`{ eval ${quoted(command)}\n} </dev/null 2>&1\nprintf '\\0%s %d\\0' ${this.mark} $?\n`);
    const end = new RegExp(`\\x00${this.mark} (\\d+)\\x00`);
    let timer: NodeJS.Timeout | undefined;
    const late = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(true), limit * 1000);
      this.listener = () => {
        if (end.test(this.heard) || this.ended) resolve(false);
      };
      this.listener();
    });
    clearTimeout(timer);
    this.listener = () => undefined;
    const found = end.exec(this.heard);
    if (found) return { output: this.heard.slice(0, found.index), code: Number(found[1]) };
    if (late) this.close();
    return { output: this.heard, ...(late && { late }) };
  }

  /** Ends the shell and everything it started. */
  close(): void {
    if (this.shell.pid === undefined) return;
    try {
      process.kill(-this.shell.pid, 'SIGKILL');
    } catch {
      // It and all it started have ended by themselves.
    }
  }
}

/** Text as one word of a command line. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
