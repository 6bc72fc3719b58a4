import { relative } from 'node:path';
import { createApp, type AppOptions } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import { reportOf } from '../../lib/compliance';
import { settingsFromContext } from '../../lib/settings';
import { findingsOf, stacksOf } from '../assembly';
import { progress } from '../progress';
import { textTable } from '../table';

/**
 * Synthesises every architecture into `cdk.out`, as `cdk synth` does, and prints one line for each.
 *
 * @param settings `profile=production`, `only=orders-api`
 * @returns 1 when there are open findings or faulty acknowledgements, else 0
 */
export function showCatalogue(
  words: readonly string[],
  { isJson, ...options }: AppOptions & { isJson: boolean },
): number {
  const begun = performance.now();
  const seconds = new Map<string, number>();
  const settings = settingsFromContext(Object.fromEntries(words.map(pair)));
  const app = createApp(settings, {
    outdir: 'cdk.out',
    ...options,
    context: {
      '@aws-cdk/core:failSynthOnValidationErrors': false,
      '@aws-cdk/core:validationReportPrettyPrint': false,
      ...options.context,
    },
    onMade: (name, time) => {
      seconds.set(name, time);
      progress(`${name} is made`);
    },
  });
  progress('running the rule packs');
  const assembly = app.synth();
  const report = reportOf(app, assembly.directory);
  progress();

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
      return {
        name,
        purpose,
        stacks: stacks.length,
        resources,
        open: mine.length - acknowledged,
        acknowledged,
        seconds: Number(seconds.get(name)!.toFixed(2)),
        template: relative('.', stacks[0].templateFullPath),
      };
    });
  if (isJson) console.log(JSON.stringify(rows, null, 2));
  else {
    console.log(
      textTable([
        ['architecture', 'purpose', 'stacks', 'resources', 'open / acknowledged', 'seconds', 'template'],
        ...rows.map(({ open, acknowledged, name, purpose, stacks, resources, seconds: time, template }) => [
          name,
          purpose,
          stacks,
          resources,
          `${open} / ${acknowledged}`,
          time,
          template,
        ]),
      ]),
    );
    console.log(`\nAll of it, rule packs included, took ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
  }

  const open = report.findings.filter(({ acknowledged }) => acknowledged === undefined);
  for (const { rule, path, description } of open) console.error(`${path}: ${rule}: ${description}`);
  for (const fault of report.faults) console.error(fault);
  return open.length + report.faults.length === 0 ? 0 : 1;
}

function pair(word: string): [string, string] {
  const [key = '', ...value] = word.split('=');
  return [key, value.join('=')];
}
