/** A state machine in the Amazon States Language, or a machine within one: a branch, or what is done for each item. */
export interface MachineDefinition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, MachineState>>;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: string;
  /** Of what is done for each item: whether it is done within the execution or by executions of its own. */
  readonly ProcessorConfig?: { readonly Mode?: string };
}

/** What all kinds of states have, and what some have; a definition is looked at before anybody knows that it is right. */
export interface MachineState extends Durations, DataFlow {
  readonly Type: string;
  readonly QueryLanguage?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Resource?: string;
  readonly HeartbeatSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Branches?: readonly MachineDefinition[];
  readonly ItemProcessor?: MachineDefinition;
  readonly Iterator?: MachineDefinition;
  readonly ItemsPath?: string;
  readonly ItemSelector?: unknown;
  readonly MaxConcurrency?: number;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

interface Durations {
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
}

interface DataFlow {
  readonly InputPath?: string | null;
  readonly Parameters?: unknown;
  readonly Result?: unknown;
  readonly ResultSelector?: unknown;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

/** A comparison such as `{ Variable, StringEquals }`, or one made of others; where it leads stands in the outermost. */
export type ChoiceRule = Readonly<Record<string, unknown>> & { readonly Next?: string };

/** A state, and where it stands. */
export interface PlacedState {
  readonly name: string;
  readonly state: MachineState;
  /** The Parallel and Map states around it, the outermost first. */
  readonly within: readonly MachineState[];
}

/** The machines within a state: the branches of a Parallel state, what a Map state does for each item. */
export function machinesIn(state: MachineState): MachineDefinition[] {
  const each = state.ItemProcessor ?? state.Iterator;
  return [...(state.Branches ?? []), ...(each ? [each] : [])];
}

/** Every state of a machine and of the machines within it, in the order in which they are written. */
export function statesOf(machine: MachineDefinition, within: readonly MachineState[] = []): PlacedState[] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    { name, state, within },
    ...machinesIn(state).flatMap((inner) => statesOf(inner, [...within, state])),
  ]);
}

/** Where a state may lead to, failures included. */
export function nextOf(state: MachineState): string[] {
  return [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ].filter((name) => name !== undefined);
}

/** Whether an execution, or a branch of it, may end at a state. */
export const isEnd = ({ Type, End }: MachineState): boolean => End === true || Type === 'Succeed' || Type === 'Fail';
