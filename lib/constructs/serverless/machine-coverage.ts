import type { MachineRun } from './machine-run';
import { statesOf, type MachineDefinition } from './machine-states';

/** The states no run has entered, and the catches none has needed: `Send`, `Send caught by States.ALL`. */
export function notCovered(machine: MachineDefinition, runs: readonly MachineRun[]): string[] {
  const steps = runs.flatMap((run) => run.steps);
  return statesOf(machine).flatMap(({ name, state }) => [
    ...(steps.some((step) => step.state === name) ? [] : [name]),
    ...(state.Catch ?? []).flatMap(({ ErrorEquals }, index) =>
      steps.some((step) => step.state === name && step.catcher === index)
        ? []
        : [`${name} caught by ${ErrorEquals.join(', ')}`],
    ),
  ]);
}
