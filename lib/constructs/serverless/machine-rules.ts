import { statesOf, type Catcher, type MachineDefinition, type PlacedState, type Retrier } from './machine-states';
import { shapeFaults } from './machine-shape';

/** How executions of a machine are kept. */
export enum WorkflowKind {
  /** Each step is done once and remembered; up to a year, billed by the step. */
  STANDARD = 'STANDARD',
  /** Steps may be done more than once; up to five minutes, at a high rate, billed by time and memory. */
  EXPRESS = 'EXPRESS',
}

export interface MachineLimits {
  readonly kind: WorkflowKind;
  /** How long an execution may take, in seconds; undefined when only the deployment knows. */
  readonly timeout?: number;
}

/** The longest execution of each kind, in seconds. */
export const longestExecution: Readonly<Record<WorkflowKind, number>> = {
  [WorkflowKind.STANDARD]: 365 * 24 * 60 * 60,
  [WorkflowKind.EXPRESS]: 5 * 60,
};

/**
 * What is wrong with a machine that AWS would refuse, or that would end in a way nobody thought of. The CDK lets all of it pass.
 *
 * @claims serverless-workflow-kinds, serverless-workflow-errors
 */
export function machineFaults(machine: MachineDefinition, limits: MachineLimits): string[] {
  const faults = shapeFaults(machine);
  // What does not hang together cannot be looked at closely.
  if (faults.length > 0) return faults;
  return statesOf(machine).flatMap((placed) =>
    [...kindFaults(placed, limits), ...errorFaults(placed)].map((fault) => `state ${placed.name} ${fault}`),
  );
}

function kindFaults({ state }: PlacedState, { kind, timeout }: MachineLimits): string[] {
  const { Resource = '', Seconds, ItemProcessor } = state;
  const longest = Math.min(timeout ?? Infinity, longestExecution[kind]);
  const faults = [
    Seconds !== undefined &&
      Seconds >= longest &&
      `waits ${Seconds} seconds, while an execution ends after ${longest}; wait shorter, or let it take longer${
        kind === WorkflowKind.EXPRESS ? ' as a standard one' : ''
      }`,
  ];
  if (kind === WorkflowKind.EXPRESS) {
    faults.push(
      Resource.includes('.waitForTaskToken') &&
        'waits for a task token, which nobody can send to an express execution; make the workflow standard',
      /\.sync(:2)?$/.test(Resource) &&
        'runs a job and waits for its end, which an express execution cannot; make the workflow standard',
      Resource.includes(':activity:') &&
        'is worked by an activity, which hears of standard executions only; make the workflow standard',
      ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED' &&
        'is a distributed map, which an express execution cannot hold; make the workflow standard, or the map inline',
    );
  }
  return faults.filter((fault) => fault !== false);
}

function errorFaults({ state, within }: PlacedState): string[] {
  const { Type, Retry = [], Catch = [], Resource = '' } = state;
  const caught = [state, ...within].some((each) => (each.Catch ?? []).length > 0);
  return [
    Type === 'Task' &&
      Retry.length === 0 &&
      'has no Retry, so that one refused call fails it; retry what passes, such as throttling',
    Type === 'Task' &&
      !caught &&
      'has no Catch, nor has anything around it, so that what was done before is left as it is; catch into what undoes it, or into a Fail state',
    Resource.includes('.waitForTaskToken') &&
      [state.TimeoutSeconds, state.TimeoutSecondsPath, state.HeartbeatSeconds].every((one) => one === undefined) &&
      'waits for a task token without TimeoutSeconds, so that a token that is lost keeps it waiting; say how long',
    ...Retry.flatMap(retryFaults),
    ...misplaced('Retry', Retry),
    ...misplaced('Catch', Catch),
  ].filter((fault) => fault !== false);
}

function retryFaults({
  ErrorEquals,
  IntervalSeconds,
  MaxAttempts,
  BackoffRate,
  MaxDelaySeconds,
  JitterStrategy,
}: Retrier) {
  const of = `of ${ErrorEquals.join(', ') || 'nothing'}`;
  const beyond = (value: number | undefined, low: number, high: number) =>
    value !== undefined && !(Number.isInteger(value) && value >= low && value <= high);
  return [
    beyond(IntervalSeconds, 1, 99_999_999) &&
      `has a Retry ${of} with IntervalSeconds ${IntervalSeconds}; give a whole number from 1 to 99999999`,
    beyond(MaxAttempts, 0, 99_999_999) &&
      `has a Retry ${of} with MaxAttempts ${MaxAttempts}; give a whole number from 0 to 99999999`,
    BackoffRate !== undefined &&
      !(BackoffRate >= 1) &&
      `has a Retry ${of} with BackoffRate ${BackoffRate}; give 1 or more`,
    MaxDelaySeconds !== undefined &&
      !(MaxDelaySeconds > (IntervalSeconds ?? 1) && MaxDelaySeconds < 31_622_400) &&
      `has a Retry ${of} with MaxDelaySeconds ${MaxDelaySeconds}; give more than its IntervalSeconds of ${IntervalSeconds ?? 1}, and less than 31622400`,
    JitterStrategy !== undefined &&
      !['FULL', 'NONE'].includes(JitterStrategy) &&
      `has a Retry ${of} with JitterStrategy ${JitterStrategy}; give FULL or NONE`,
  ];
}

/** `States.ALL` stands alone and last: what comes after it is never asked. */
function misplaced(field: 'Retry' | 'Catch', handlers: readonly (Retrier | Catcher)[]): (string | false)[] {
  return handlers.flatMap(({ ErrorEquals }, index) => [
    ErrorEquals.length === 0 && `has a ${field} for no error; name those it is for`,
    ErrorEquals.includes('States.ALL') &&
      (ErrorEquals.length > 1 || index < handlers.length - 1) &&
      `has a ${field} in which States.ALL does not stand alone and last; put it there, or what is named beside it is never looked at`,
  ]);
}
