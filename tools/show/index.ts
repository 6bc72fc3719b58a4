import { relative } from 'node:path';
import { createApp, type AppOptions } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import { reportOf } from '../../lib/compliance';
import { settingsFromContext } from '../../lib/settings';
import { findingsOf, stacksOf } from '../assembly';
import { textTable } from '../table';

/**
 * Synthesises every architecture into `cdk.out`, as `cdk synth` does, and prints one line for each.
 *
 * @param args settings, `profile=production only=orders-api`
 * @param options where to write and what else to tell the app
 * @returns 1 when there are open findings or faulty acknowledgements, else 0
 */
export function run(args: readonly string[], options: AppOptions = {}): number {
  const begun = performance.now();
  const seconds = new Map<string, number>();
  const settings = settingsFromContext(Object.fromEntries(args.map(pair)));
  const app = createApp(settings, {
    outdir: 'cdk.out',
    ...options,
    context: {
      '@aws-cdk/core:failSynthOnValidationErrors': false,
      '@aws-cdk/core:validationReportPrettyPrint': false,
      ...options.context,
    },
    onMade: (name, time) => seconds.set(name, time),
  });
  const assembly = app.synth();
  const report = reportOf(app, assembly.directory);

  const rows = catalogue
    .filter(({ name }) => seconds.has(name))
    .map(({ name, purpose }) => {
      const stacks = stacksOf(assembly, name);
      const resources = stacks.reduce(
        (sum, stack) => sum + Object.keys((stack.template as { Resources: object }).Resources).length,
        0,
      );
      const mine = findingsOf(assembly, name, report.findings);
      const acknowledged = mine.filter((finding) => finding.acknowledged !== undefined).length;
      return [
        name,
        purpose,
        stacks.length,
        resources,
        `${mine.length - acknowledged} / ${acknowledged}`,
        Number(seconds.get(name)!.toFixed(2)),
        relative('.', stacks[0].templateFullPath),
      ];
    });
  console.log(
    textTable([
      ['architecture', 'purpose', 'stacks', 'resources', 'open / acknowledged', 'seconds', 'template'],
      ...rows,
    ]),
  );
  console.log(`\nAll of it, rule packs included, took ${((performance.now() - begun) / 1000).toFixed(1)} s.`);

  const open = report.findings.filter(({ acknowledged }) => acknowledged === undefined);
  for (const { rule, path, description } of open) console.error(`${path}: ${rule}: ${description}`);
  for (const fault of report.faults) console.error(fault);
  return open.length + report.faults.length === 0 ? 0 : 1;
}

function pair(word: string): [string, string] {
  const [key = '', ...value] = word.split('=');
  return [key, value.join('=')];
}
