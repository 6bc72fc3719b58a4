import { meets } from './machine-choice';
import { MachineClock, Sleepers } from './machine-clock';
import { isFor, Retries } from './machine-errors';
import { filled, intrinsic } from './machine-intrinsics';
import { Flaw, isList, look, put, StatesError, type Json } from './machine-paths';
import { isEnd, type MachineDefinition, type MachineState } from './machine-states';
import { unrunnable } from './machine-unknown';

/** What does the work of a task in place of a service. */
export type FakeTask = (input: Json, task: TaskRun) => unknown;

export interface TaskRun {
  /** How often it was tried before. */
  readonly retries: number;
  /** Lets time pass, as work that takes long does. */
  readonly takes: (seconds: number) => Promise<void>;
}

export interface MachineRunOptions {
  readonly input: Json;
  /** By the name of the task; one that throws fails with the name of the error. */
  readonly tasks: Readonly<Record<string, FakeTask>>;
  /** @default 2030-01-01, midnight in UTC */
  readonly startTime?: Date;
  /** The name of the execution. @default 'execution' */
  readonly name?: string;
  /** Where in its range a delay with jitter lies, from 0 to 1. @default - always at the end of it */
  readonly random?: () => number;
}

export interface MachineStep {
  /** Seconds since the start. */
  readonly at: number;
  readonly state: string;
  /** What a failure of the state led to: itself again, or where it was caught. */
  readonly what: 'entered' | 'retried' | 'caught';
  /** Which of its catchers caught it. */
  readonly catcher?: number;
}

export interface MachineRun {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** How long the execution took. */
  readonly seconds: number;
  readonly steps: readonly MachineStep[];
}

/** How many bytes a state may hand on. */
const largest = 262_144;

/**
 * Runs a machine here: its states, choices, retries, catches, branches and waits as Step Functions does them, with fakes for the work and a
 * clock that does not let anybody wait.
 *
 * @throws Error when the machine holds what cannot be run here (JSONata, variables, distributed maps), or a task has no fake
 *
 * @claims serverless-workflow-states, serverless-workflow-errors
 */
export async function runMachine(machine: MachineDefinition, options: MachineRunOptions): Promise<MachineRun> {
  const faults = unrunnable(machine);
  if (faults.length > 0) throw new Error(`This machine cannot be run:\n  ${faults.join('\n  ')}`);
  const clock = new MachineClock();
  const sleepers = new Sleepers(clock);
  const execution = new Execution(clock, options);
  try {
    const output = await clock.until(execution.all(machine, options.input, sleepers, {}));
    return { status: 'SUCCEEDED', output, seconds: clock.now, steps: execution.steps };
  } catch (thrown) {
    if (thrown instanceof Flaw) throw thrown;
    const { name: error, message: cause } = thrown as Error;
    const status = thrown instanceof ExecutionTimeout ? 'TIMED_OUT' : 'FAILED';
    return { status, error, cause, seconds: clock.now, steps: execution.steps };
  }
}

class ExecutionTimeout extends StatesError {
  constructor() {
    super('States.Timeout', 'The execution took longer than it may');
  }
}

class Execution {
  readonly steps: MachineStep[] = [];
  private readonly start: number;
  private readonly random: () => number;

  constructor(
    private readonly clock: MachineClock,
    private readonly options: MachineRunOptions,
  ) {
    this.start = (options.startTime ?? new Date('2030-01-01T00:00:00Z')).getTime();
    this.random = options.random ?? (() => 1);
  }

  /** A whole machine, within the time it may take. */
  async all(machine: MachineDefinition, input: Json, sleepers: Sleepers, context: object): Promise<Json> {
    const work = this.through(machine, input, sleepers, context);
    if (machine.TimeoutSeconds === undefined) return work;
    try {
      return (await sleepers.atMost(machine.TimeoutSeconds, work, () => new ExecutionTimeout())) as Json;
    } finally {
      sleepers.stop();
    }
  }

  private async through(machine: MachineDefinition, input: Json, sleepers: Sleepers, context: object): Promise<Json> {
    let name = machine.StartAt;
    let document = input;
    for (;;) {
      const state = machine.States[name];
      const { output, next } = await this.state(name, state, document, sleepers, context);
      if (JSON.stringify(output).length > largest)
        throw new StatesError('States.DataLimitExceeded', `What ${name} hands on is larger than ${largest} bytes`);
      document = output;
      if (next === undefined) return document;
      name = next;
    }
  }

  private async state(name: string, state: MachineState, raw: Json, sleepers: Sleepers, around: object): Promise<Done> {
    const retries = new Retries(state.Retry ?? [], this.random);
    const entered = this.clock.now;
    this.step(name, 'entered');
    for (;;) {
      try {
        const context = this.context(name, entered, retries.all, around);
        return await this.once(name, state, raw, { sleepers, context, around, retries: retries.all });
      } catch (thrown) {
        // A branch that was stopped is not heard of any more.
        if (sleepers.stopped) return await new Promise<never>(() => undefined);
        if (thrown instanceof Flaw || thrown instanceof ExecutionTimeout) throw thrown;
        const { name: Error, message: Cause } = thrown as Error;
        const delay = retries.next(Error);
        if (delay !== undefined) {
          await sleepers.sleep(delay);
          this.step(name, 'retried');
          continue;
        }
        const catcher = (state.Catch ?? []).findIndex((each) => isFor(each, Error));
        if (catcher < 0) throw thrown;
        const { Next, ResultPath } = state.Catch![catcher];
        this.steps.push({ at: this.clock.now, state: name, what: 'caught', catcher });
        return { output: combined(ResultPath, raw, { Error, Cause }), next: Next };
      }
    }
  }

  /** One attempt at a state. */
  private async once(name: string, state: MachineState, raw: Json, attempt: Attempt): Promise<Done> {
    const { context } = attempt;
    const input = state.InputPath === null ? {} : look(state.InputPath ?? '$', raw, context);
    if (state.Type === 'Choice') {
      const rule = state.Choices!.find((each) => meets(each, input, context));
      const next = rule ? rule.Next : state.Default;
      if (next === undefined) throw new StatesError('States.NoChoiceMatched', `No choice of ${name} fits`);
      return { output: handedOn(state, input, context), next };
    }
    if (state.Type === 'Fail')
      throw new StatesError(
        said(state.Error, state.ErrorPath, input, context),
        said(state.Cause, state.CausePath, input, context),
      );
    const result = await this.result(name, state, input, attempt);
    const selected = state.ResultSelector === undefined ? result : filled(state.ResultSelector, result, context);
    const output = ['Succeed', 'Wait'].includes(state.Type) ? input : combined(state.ResultPath, raw, selected);
    return { output: handedOn(state, output, context), ...(!isEnd(state) && { next: state.Next! }) };
  }

  private async result(name: string, state: MachineState, input: Json, attempt: Attempt): Promise<Json> {
    const { sleepers, context } = attempt;
    const given =
      state.Parameters === undefined || state.Type === 'Map' ? input : filled(state.Parameters, input, context);
    switch (state.Type) {
      case 'Task':
        return this.task(name, state, given, attempt);
      case 'Pass':
        return state.Result === undefined ? given : (state.Result as Json);
      case 'Wait':
        await sleepers.sleep(this.seconds(state, input, context));
        return input;
      case 'Parallel':
        return this.together(
          sleepers,
          state.Branches!.map((branch) => (inner) => this.through(branch, given, inner, attempt.around)),
          Infinity,
        );
      case 'Map':
        return this.map(name, state, input, attempt);
      default:
        return input;
    }
  }

  private async task(
    name: string,
    state: MachineState,
    input: Json,
    { sleepers, context, retries }: Attempt,
  ): Promise<Json> {
    const fake = this.options.tasks[name] as FakeTask | undefined;
    if (!fake) throw new Flaw(`The task ${name} has no fake; give one among tasks`);
    const takes = (seconds: number) => this.clock.pause(sleepers, seconds);
    const work = this.clock.work(async () => await fake(input, { retries, takes }));
    const limit = state.TimeoutSecondsPath
      ? Number(look(state.TimeoutSecondsPath, input, context))
      : (state.TimeoutSeconds ?? 99_999_999);
    const heartbeat = state.HeartbeatSeconds ?? Infinity;
    const late = () =>
      heartbeat < limit
        ? new StatesError('States.HeartbeatTimeout', `The task ${name} was not heard of for ${heartbeat} seconds`)
        : new StatesError('States.Timeout', `The task ${name} took longer than ${limit} seconds`);
    const answer = await sleepers.atMost(Math.min(limit, heartbeat), work, late);
    return (JSON.parse(JSON.stringify(answer ?? null)) ?? null) as Json;
  }

  private map(name: string, state: MachineState, input: Json, { sleepers, context, around }: Attempt): Promise<Json> {
    const items = look(state.ItemsPath ?? '$', input, context);
    if (!isList(items)) throw new StatesError('States.Runtime', `What ${name} is to go through is no array`);
    const selector = state.ItemSelector ?? state.Parameters;
    const each = items.map((Value, Index) => (inner: Sleepers) => {
      const within = { ...around, Map: { Item: { Index, Value } } };
      const given = selector === undefined ? Value : filled(selector, input, { ...(context as object), ...within });
      return this.through((state.ItemProcessor ?? state.Iterator)!, given, inner, within);
    });
    return this.together(sleepers, each, state.MaxConcurrency || Infinity);
  }

  /** Machines side by side, so many at a time; the first that fails stops the others. */
  private async together(
    outer: Sleepers,
    machines: readonly ((sleepers: Sleepers) => Promise<Json>)[],
    atATime: number,
  ): Promise<Json> {
    const sleepers = new Sleepers(this.clock, outer);
    const results: Json[] = [];
    const left = [...machines.entries()];
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await next[1](sleepers);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(atATime, machines.length) }, worker));
      return results;
    } finally {
      sleepers.stop();
    }
  }

  private seconds(
    { Seconds, SecondsPath, Timestamp, TimestampPath }: MachineState,
    input: Json,
    context: Json,
  ): number {
    if (Seconds !== undefined) return Seconds;
    if (SecondsPath !== undefined) return Number(look(SecondsPath, input, context));
    const until = Timestamp ?? textOf(look(TimestampPath!, input, context));
    return (Date.parse(until) - this.start) / 1000 - this.clock.now;
  }

  private context(Name: string, entered: number, RetryCount: number, around: object): Json {
    const time = (seconds: number) => new Date(this.start + seconds * 1000).toISOString();
    return {
      Execution: { Name: this.options.name ?? 'execution', Input: this.options.input, StartTime: time(0) },
      State: { Name, EnteredTime: time(entered), RetryCount },
      Task: { Token: `token of ${Name}` },
      ...around,
    };
  }

  private step(state: string, what: MachineStep['what']): void {
    this.steps.push({ at: this.clock.now, state, what });
  }
}

interface Done {
  readonly output: Json;
  readonly next?: string;
}

interface Attempt {
  readonly sleepers: Sleepers;
  readonly context: Json;
  /** What states within this one find in their context besides. */
  readonly around: object;
  readonly retries: number;
}

const handedOn = ({ OutputPath }: MachineState, output: Json, context: Json): Json =>
  OutputPath === null ? {} : look(OutputPath ?? '$', output, context);

const combined = (path: string | null | undefined, raw: Json, result: Json): Json =>
  path === null ? raw : put(path ?? '$', raw, result);

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function said(text: string | undefined, path: string | undefined, input: Json, context: Json): string {
  if (path === undefined) return text ?? '';
  return textOf(path.startsWith('States.') ? intrinsic(path, input, context) : look(path, input, context));
}
