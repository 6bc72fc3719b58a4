import { statesOf, type MachineDefinition } from './machine-states';

/** What the Amazon States Language has and this does not know, so that it is refused, not passed over. */
const unknown = ['Arguments', 'Assign', 'Output', 'Items', 'Condition', 'ItemReader', 'ItemBatcher', 'ResultWriter'];

/** What of a machine `runMachine` does not know. */
export function unrunnable(machine: MachineDefinition): string[] {
  const states = statesOf(machine);
  return [
    [machine, ...states.map(({ state }) => state)].some(({ QueryLanguage }) => QueryLanguage === 'JSONata') &&
      'it is written in JSONata; only machines in JSONPath can be run here',
    ...states.flatMap(({ name, state }) => [
      ...unknown.filter((field) => field in state).map((field) => `${name} has ${field}, which cannot be run here`),
      state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED' &&
        `${name} is a distributed map, which cannot be run here`,
    ]),
  ].filter((fault) => fault !== false);
}
