import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What Lambda says of a run. */
export type Run =
  | { readonly result: any; readonly error?: undefined }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string }; readonly result?: undefined };

export interface FunctionDefinition {
  /** Folder of the bundle. */
  readonly bundle: string;
  /** `index.handler` */
  readonly handler: string;
  readonly name: string;
  readonly arn: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * How much later than Lambda a run is ended here, in milliseconds. A handler sees its own time and no more; but on a machine that
 * has other things to do it may hear of its end late, and no test is about that.
 */
const grace = 60_000;

/** One line a function wrote to its log. */
export type LogLine = Readonly<Record<string, any>>;

/**
 * An execution environment of a function: a Node process with the bundle that would be deployed. It works one event at a time
 * and is ended when a run takes longer than the function may, or when something kills it.
 */
export class ExecutionEnvironment {
  readonly log: LogLine[] = [];
  readonly ready: Promise<void>;
  alive = true;
  #child: ChildProcess;
  #answer: (run: Run) => void = () => undefined;

  constructor(
    readonly id: string,
    private readonly definition: FunctionDefinition,
    /** What the SDK finds AWS by. */
    aws: Readonly<Record<string, string>>,
  ) {
    const [file, exported] = definition.handler.split('.');
    this.#child = fork(join(__dirname, 'runtime.cjs'), [join(definition.bundle, `${file}.js`), exported], {
      execArgv: [],
      silent: true,
      env: {
        PATH: process.env.PATH,
        AWS_LAMBDA_FUNCTION_NAME: definition.name,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs',
        ...definition.environment,
        ...aws,
        AWS_SDK_UA_APP_ID: id,
      },
    });
    // Lambda takes both for the log; errors come by the second.
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface(stream).on('line', (line) => this.log.push(parsed(line)));
    this.ready = new Promise((resolve, reject) => {
      this.#child.once('message', () => resolve());
      this.#child.once('exit', () =>
        reject(new Error(`${definition.name} did not start: ${JSON.stringify(this.log.slice(-20))}`)),
      );
    });
    this.ready.catch(() => undefined);
    this.#child.on('message', (message: { result?: string; error?: { errorType: string; errorMessage: string } }) => {
      if (typeof message !== 'object') return;
      this.#answer(message.error ? { error: message.error } : { result: message.result && JSON.parse(message.result) });
    });
    this.#child.once('exit', () => {
      this.alive = false;
      this.#answer({
        error: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' },
      });
    });
  }

  /** @param clock by how many milliseconds its clock is ahead of the true time */
  async run(event: unknown, clock: number): Promise<Run> {
    await this.ready;
    const { name, arn, timeoutSeconds } = this.definition;
    const remaining = timeoutSeconds * 1000;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#answer = () => undefined;
        this.kill();
        resolve({
          error: { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutSeconds}.00 seconds` },
        });
      }, remaining + grace);
      this.#answer = (run) => {
        clearTimeout(timer);
        resolve(run);
      };
      const context = {
        awsRequestId: randomUUID(),
        functionName: name,
        functionVersion: '1',
        invokedFunctionArn: arn,
        memoryLimitInMB: '256',
      };
      if (!this.alive) this.#answer({ error: { errorType: 'Runtime.ExitError', errorMessage: 'was killed' } });
      else this.#child.send({ event, context, remaining, clock });
    });
  }

  kill(): void {
    this.alive = false;
    this.#child.kill('SIGKILL');
  }
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { message: line };
  }
}
