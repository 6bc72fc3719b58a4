import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { createApp } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import {
  gatePacks,
  registerReports,
  reportOf,
  reportPacks,
  type ComplianceReport,
  type Finding,
} from '../../lib/compliance';
import { findingsOf } from '../assembly';
import { markdownTable } from '../table';

const file = join('docs', 'compliance.md');

/** What all rule packs say of the production form of every architecture. */
export interface ComplianceLedger {
  readonly report: ComplianceReport;
  /** Findings by architecture. */
  readonly byArchitecture: ReadonlyMap<string, readonly Finding[]>;
  /** What was synthesised. */
  readonly app: App;
}

/**
 * Runs every rule pack, those that must pass and those that are only reported, and writes `docs/compliance.md`.
 *
 * @param args `--check` to compare with the file instead of writing it
 */
export function run(args: readonly string[]): number {
  const ledger = audit();
  const text = asMarkdown(ledger);
  const open = ledger.report.findings.filter(({ pack, acknowledged }) => isGate(pack) && acknowledged === undefined);
  for (const { rule, path, description } of open) console.error(`${path}: ${rule}: ${description}`);
  for (const fault of ledger.report.faults) console.error(fault);
  if (open.length + ledger.report.faults.length > 0) return 1;

  if (!args.includes('--check')) {
    writeFileSync(file, text);
    for (const { path, id, reason } of ledger.report.acknowledgements) console.log(`${path}: ${id}: ${reason}`);
    console.log(`${file}: ${ledger.report.acknowledgements.length} acknowledgements, each with its reason`);
    return 0;
  }
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return 0;
  console.error(`${file} no longer says what the rule packs find; run npm run compliance and commit it`);
  return 1;
}

/**
 * Synthesises the production form of architectures with all packs on it.
 *
 * @param only names of the architectures; all of them unless given
 */
export function audit(only = catalogue.map(({ name }) => name)): ComplianceLedger {
  const app = createApp(
    { profile: 'production', only },
    {
      outdir: mkdtempSync(join(tmpdir(), 'groundplan-compliance-')),
      context: {
        'aws:cdk:bundling-stacks': [],
        'aws:cdk:enable-path-metadata': true,
        '@aws-cdk/core:failSynthOnValidationErrors': false,
        '@aws-cdk/core:validationReportPrettyPrint': false,
      },
    },
  );
  registerReports(app);
  const assembly = app.synth();
  const report = reportOf(app, assembly.directory);
  const byArchitecture = new Map(only.map((name) => [name, findingsOf(assembly, name, report.findings)]));
  return { report, byArchitecture, app };
}

/** The ledger as the page readers see. */
export function asMarkdown({ report, byArchitecture }: Omit<ComplianceLedger, 'app'>): string {
  const packs = [...gatePacks, ...reportPacks];
  const counts = [...byArchitecture].map(([name, findings]) => [
    `\`${name}\``,
    ...packs.map((pack) => {
      const mine = findings.filter((finding) => finding.pack === pack);
      const acknowledged = mine.filter((finding) => finding.acknowledged !== undefined).length;
      return `${mine.length - acknowledged} / ${acknowledged}`;
    }),
  ]);
  const reported = reportPacks.flatMap((pack) => {
    const findings = report.findings.filter((finding) => finding.pack === pack);
    const rules = [...new Set(findings.map(({ rule }) => rule))].sort(compare);
    return rules.map((rule) => {
      const same = findings.filter((finding) => finding.rule === rule);
      return [rule, same.length, same[0].description];
    });
  });
  const ledger = [...report.acknowledgements]
    .sort((a, b) => compare(a.path + a.id, b.path + b.id))
    .map(({ id, path, reason }) => [
      `\`${path}\``,
      `\`${id.split('::').slice(1).join('::')}\``,
      reason.replaceAll('<', '\\<'),
    ]);
  return `# Compliance

Written by \`npm run compliance\` from the production templates; do not edit.

## Findings, open / acknowledged

${gatePacks.join(', ')} must pass at every synthesis. ${reportPacks.join(', ')} are reported and bind nobody: they ask for
things that depend on the organisation (customer keys everywhere, cross-region copies, log retention by law).

${markdownTable([['architecture', ...packs], ...counts])}

## Acknowledgements

Every finding that was looked at and accepted, with the reason it is harmless where it stands.

${markdownTable([['construct', 'finding', 'reason'], ...ledger])}

## Reported findings

${markdownTable([['rule', 'times', 'what it says'], ...reported])}
`;
}

const isGate = (pack: string): boolean => (gatePacks as readonly string[]).includes(pack);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
