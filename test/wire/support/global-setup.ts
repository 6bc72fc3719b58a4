import { rmSync } from 'node:fs';
import { startEmulator } from '../../../tools/emulator/start';
import { figuresFolder } from './figures';

/** Starts an emulator for each worker of jest: one Python process is one core. */
export default async function start({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  rmSync(figuresFolder, { recursive: true, force: true });
  const emulators = await Promise.all(Array.from({ length: maxWorkers }, () => startEmulator()));
  process.env.WIRE_EMULATORS = emulators.map(({ endpoint }) => endpoint).join(' ');
  (globalThis as { stopEmulators?: () => Promise<unknown> }).stopEmulators = () =>
    Promise.all(emulators.map((emulator) => emulator.stop()));
}
