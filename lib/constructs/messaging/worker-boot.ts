import type { BootText } from '../compute/boot-payload';
import { programScript, type ProgramScriptProps } from '../compute/program-script';

/** The program of a worker, as a machine knows it. */
export const workerUnit: ProgramScriptProps = {
  unit: 'worker',
  description: 'Works a queue',
  // It knows its queue and its group then.
  ready: 'worker ready',
};

/** Makes a worker of a new instance. */
export const workerBoot: BootText = programScript(workerUnit);
