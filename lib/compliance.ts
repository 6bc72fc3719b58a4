import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Token, Validations, type App } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
  type NagPack,
} from 'cdk-nag';

/** The name of a rule pack as its report and the ids of its acknowledgements write it. */
export const gatePacks = ['AwsSolutions', 'Serverless', 'CloudFormation-Validate'] as const;
export const reportPacks = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'] as const;

/** Packs that must pass at every synthesis; the CDK runs its own template validation beside them. */
export function registerGates(app: App): void {
  register(app, [new AwsSolutionsChecks(app), new ServerlessChecks(app)]);
}

/** Packs whose findings are published, not required. */
export function registerReports(app: App): void {
  register(app, [new NIST80053R5Checks(app), new HIPAASecurityChecks(app), new PCIDSS321Checks(app)]);
}

/** Packs by app: the CDK's report names only those that found something. */
const registered = new WeakMap<App, readonly string[]>();

function register(app: App, packs: readonly NagPack[]): void {
  Validations.of(app).addPlugins(...packs);
  registered.set(app, [...(registered.get(app) ?? []), ...packs.map(({ readPackName }) => readPackName)]);
}

/** One acknowledgement: a finding that was looked at and accepted, where, and why. */
export interface Acknowledgement {
  /** Prefixed id of the finding, `AwsSolutions::AwsSolutions-S1`. */
  readonly id: string;
  readonly path: string;
  readonly reason: string;
}

/** A finding of one pack at one construct. */
export interface Finding {
  readonly pack: string;
  readonly rule: string;
  readonly path: string;
  readonly description: string;
  /** The reason it was acknowledged with; absent while it is open. */
  readonly acknowledged?: string;
}

/** What a synthesis found, and what it was told to accept. */
export interface ComplianceReport {
  readonly findings: readonly Finding[];
  readonly acknowledgements: readonly Acknowledgement[];
  /** Everything the acknowledgement gate objects to, one sentence each; empty when all is well. */
  readonly faults: readonly string[];
}

/**
 * Synthesises the app with the packs registered on it.
 *
 * @throws when a gate has an open finding, an acknowledgement matches none, or one has no reason worth the name
 */
export function synthesise(app: App): ComplianceReport {
  const { directory } = app.synth();
  const report = reportOf(app, directory);
  if (report.faults.length > 0) throw new Error(['Acknowledgements must be mended:', ...report.faults].join('\n  '));
  return report;
}

/** Reads what a finished synthesis found. */
export function reportOf(app: App, directory: string): ComplianceReport {
  const file = join(directory, 'validation-report.json');
  const report: ValidationReport = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as ValidationReport)
    : { pluginReports: [] };
  const findings = report.pluginReports.flatMap(({ pluginName, violations, suppressedViolations = [] }) => [
    ...violations.flatMap((violation) => findingsOf(prefixOf(pluginName), violation)),
    ...suppressedViolations.flatMap((violation) => findingsOf(prefixOf(pluginName), violation, violation.reason)),
  ]);
  const matched = new Set(
    report.pluginReports.flatMap(({ suppressedViolations = [] }) =>
      suppressedViolations.map(({ acknowledgedAt, acknowledgedId }) => `${acknowledgedAt} ${acknowledgedId}`),
    ),
  );
  const packsRun = [
    ...(registered.get(app) ?? []),
    ...report.pluginReports.map(({ pluginName }) => prefixOf(pluginName)),
  ];
  const acknowledgements = acknowledgementsIn(app);
  const faults = [
    ...acknowledgements.flatMap((one) => faultsOf(one, matched, packsRun)),
    ...findings.flatMap(unwrittenIn),
  ];
  return { findings, acknowledgements, faults };
}

/** Every acknowledgement recorded in the construct tree, in tree order. */
export function acknowledgementsIn(app: App): Acknowledgement[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ id, path: node.path, reason })),
  );
}

/** Reasons that say nothing about the resource: a stranger could paste them anywhere. */
const lazy =
  /\b(demo|example|sample|test(ing)?|sandbox|poc|not (needed|required|necessary)|false positive|todo|n\/a|will fix|known issue)\b/i;

function faultsOf(
  { id, path, reason }: Acknowledgement,
  matched: ReadonlySet<string>,
  packsRun: readonly string[],
): string[] {
  const where = `${path} acknowledges ${id}`;
  const pack = id.split('::')[0];
  const faults: string[] = [];
  if (reason.trim().split(/\s+/).length < 6) {
    faults.push(
      `${where} with the reason "${reason}"; say in a sentence why the finding is harmless for this resource`,
    );
  } else if (lazy.test(reason)) {
    faults.push(`${where} because of "${lazy.exec(reason)![0]}"; give the reason that holds for this resource instead`);
  }
  if (Token.isUnresolved(reason)) {
    faults.push(
      `${where} with the reason "${reason}", in which a value is known at deployment only and is numbered anew at each load; write it in words, or by templateText`,
    );
  }
  if (![...gatePacks, ...reportPacks, 'Construct-Annotations'].includes(pack)) {
    faults.push(
      `${where}, which names no rule pack; write the id with its prefix, such as AwsSolutions::AwsSolutions-S1`,
    );
  } else if (packsRun.includes(pack) && !matched.has(`${path} ${id}`)) {
    faults.push(`${where}, but there is no such finding; remove the acknowledgement, or correct its id or place`);
  }
  return faults;
}

/** The CDK's own mark of a value that is not there yet; a page that showed it would change from run to run. */
function unwrittenIn({ rule, path, description }: Finding): string[] {
  return [path, description]
    .filter((text) => Token.isUnresolved(text))
    .map(
      (text) => `${path}: ${rule} is reported with "${text}", which holds no value yet; resolve it where it is made`,
    );
}

function findingsOf(
  pack: string,
  { ruleName, description, violatingConstructs }: Violation,
  acknowledged?: string,
): Finding[] {
  return violatingConstructs.map(({ constructPath }) => ({
    pack,
    rule: ruleName,
    path: constructPath,
    description,
    ...(acknowledged !== undefined && { acknowledged }),
  }));
}

/** The parts of `validation-report.json` that are read here. */
interface ValidationReport {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly Violation[];
    readonly suppressedViolations?: readonly (Violation & {
      acknowledgedId: string;
      acknowledgedAt: string;
      reason: string;
    })[];
  }[];
}
interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

/** `CloudFormation Validate` in a report is `CloudFormation-Validate::` in an acknowledgement. */
const prefixOf = (pluginName: string): string => pluginName.replaceAll(' ', '-');
