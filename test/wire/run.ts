import { spawnSync } from 'node:child_process';
import { missing } from '../../tools/emulator/start';

/** The seed of every run that names no other, so that the figures in docs/faults.md can be had again. */
const usual = 2026;

/**
 * `npm run test:wire`: the handlers against the emulator. Words after `--` go to jest, `--seed=7` among them; `--write` writes
 * the figures into docs/faults.md besides.
 */
function run(args: readonly string[]): number {
  const why = missing();
  if (why) {
    console.log(`test:wire did not run: ${why}`);
    return process.env.CI === 'true' ? 1 : 0;
  }
  const words = args.filter((word) => word !== '--write');
  const seeded = words.some((word) => word.startsWith('--seed'));
  if (seeded && words.length < args.length) {
    console.error('--write writes the figures of the usual seed; leave --seed out.');
    return 2;
  }
  const { status } = spawnSync(
    process.execPath,
    [
      require.resolve('jest/bin/jest'),
      '--config',
      'test/wire/jest.config.js',
      ...(seeded ? [] : [`--seed=${usual}`]),
      ...words,
    ],
    { stdio: 'inherit', env: { ...process.env, ...(words.length < args.length && { WIRE_WRITE: 'true' }) } },
  );
  return status ?? 1;
}

process.exitCode = run(process.argv.slice(2));
