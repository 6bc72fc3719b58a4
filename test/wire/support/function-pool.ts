import { ExecutionEnvironment, type FunctionDefinition, type LogLine, type Run } from './execution-environment';
import type { Wire } from './wire';

let serial = 0;

/** A deployed function: as many execution environments as are needed at once, kept warm in between. */
export class FunctionPool {
  #idle: ExecutionEnvironment[] = [];
  #busy = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #all = new Map<string, ExecutionEnvironment>();
  /** By how many milliseconds the clocks of its environments are ahead. */
  clock = 0;

  constructor(
    readonly definition: FunctionDefinition,
    private readonly wire: Wire,
    /** Environments at work at a time. */
    private readonly most = 4,
  ) {}

  /** Runs it once, in an environment that is free, or a new one; while as many work as may, it waits. */
  async invoke(event: unknown, clock = this.clock): Promise<Run> {
    while (this.#busy >= this.most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    const environment = this.#idle.pop() ?? this.#start();
    const run = await environment.run(event, clock);
    if (environment.alive) this.#idle.push(environment);
    this.#busy -= 1;
    this.#waiting.shift()?.();
    return run;
  }

  /** How many environments there were. */
  get started(): number {
    return this.#all.size;
  }

  /** Everything any of its environments wrote to the log. */
  get log(): LogLine[] {
    return [...this.#all.values()].flatMap(({ log }) => log);
  }

  /** Ends the environment of this id, if it is one of this function's. */
  kill(id: string): void {
    this.#all.get(id)?.kill();
  }

  stop(): void {
    for (const environment of this.#all.values()) environment.kill();
    this.#idle = [];
  }

  #start(): ExecutionEnvironment {
    const id = `env-${(serial += 1)}`;
    const environment = new ExecutionEnvironment(id, this.definition, {
      AWS_ENDPOINT_URL: this.wire.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    this.#all.set(id, environment);
    return environment;
  }
}
