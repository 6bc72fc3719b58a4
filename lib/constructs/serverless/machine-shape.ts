import { isEnd, machinesIn, nextOf, statesOf, type MachineDefinition, type MachineState } from './machine-states';

const types = ['Task', 'Choice', 'Wait', 'Parallel', 'Map', 'Pass', 'Succeed', 'Fail'];
/** States that lead nowhere by themselves, or say so in another way. */
const withoutNext = ['Choice', 'Succeed', 'Fail'];
const waits = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'] as const;

/**
 * What is wrong with the way the states of a machine hang together: where it starts, where each leads, whether every path ends, and
 * what a kind of state cannot be without.
 *
 * @claims serverless-workflow-definition, serverless-workflow-states
 */
export function shapeFaults(machine: MachineDefinition): string[] {
  const names = statesOf(machine).map(({ name }) => name);
  const doubled = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...faultsIn(machine, 'the machine'),
    ...[...doubled].map((name) => `has two states ${name}; give each state of a machine a name of its own`),
  ];
}

function faultsIn(machine: MachineDefinition, whole: string): string[] {
  const { StartAt, States } = machine;
  const names = Object.keys(States);
  if (!(StartAt in States))
    return [`StartAt of ${whole} is ${StartAt}, which is no state of it; give one of ${names.join(', ')}`];

  const reached = reachedFrom(StartAt, machine);
  return [
    ...names
      .filter((name) => !reached.has(name))
      .map((name) => `state ${name} is never reached; lead to it or drop it`),
    ...names.flatMap((name) => [
      ...stateFaults(name, States[name]),
      ...nextOf(States[name])
        .filter((next) => !(next in States))
        .map((next) => `state ${name} leads to ${next}, which is no state beside it; give one of ${names.join(', ')}`),
      ...(reached.has(name) && ![...reachedFrom(name, machine)].some((end) => isEnd(States[end]))
        ? [`state ${name} leads to no end; let a state after it end, succeed or fail`]
        : []),
      ...machinesIn(States[name]).flatMap((inner) => faultsIn(inner, `a machine within ${name}`)),
    ]),
  ];
}

/** The state itself, and whatever comes after it. */
function reachedFrom(start: string, { States }: MachineDefinition): Set<string> {
  const reached = new Set<string>();
  const ahead = [start];
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (reached.has(name) || !(name in States)) continue;
    reached.add(name);
    ahead.push(...nextOf(States[name]));
  }
  return reached;
}

function stateFaults(name: string, state: MachineState): string[] {
  const { Type } = state;
  const given = waits.filter((wait) => state[wait] !== undefined);
  return [
    !types.includes(Type) && `has the type ${Type}; give one of ${types.join(', ')}`,
    name.length > 80 && `has a name of ${name.length} characters; give at most 80`,
    types.includes(Type) &&
      !withoutNext.includes(Type) &&
      (state.Next === undefined) === (state.End !== true) &&
      'must have either Next or End: true',
    Type === 'Choice' && !state.Choices?.length && 'has no Choices; give one or more',
    Type === 'Choice' &&
      state.Default === undefined &&
      'is a choice without Default, which fails every input that nobody thought of; say where those lead',
    Type === 'Task' && !state.Resource && 'is a task without Resource; say what does the work',
    Type === 'Parallel' && !state.Branches?.length && 'has no Branches; give one or more',
    Type === 'Map' && machinesIn(state).length === 0 && 'has no ItemProcessor; say what is done for each item',
    Type === 'Wait' &&
      given.length !== 1 &&
      `waits by ${given.join(' and ') || 'nothing'}; give one of ${waits.join(', ')}`,
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `state ${name} ${fault}`);
}
