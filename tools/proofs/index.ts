import { loadTemplates } from '../template/load';
import { pathOf, type Stack } from '../template/stack';
import { accepted } from './accepted';
import { deadLetters } from './asynchronous';
import { encryptionAtRest, encryptionInTransit } from './encryption';
import { heardAlarms, noPhysicalNames, ownedLogs, supportedRuntimes, supportLeft } from './operations';
import type { Proof } from './proof';

/** What holds for every architecture. */
export const proofs: readonly Proof[] = [
  encryptionAtRest,
  encryptionInTransit,
  deadLetters,
  ownedLogs,
  heardAlarms,
  supportedRuntimes,
  noPhysicalNames,
];

/** Runtimes are warned of this many days before their support ends. */
const warning = 180;

/**
 * Checks templates against every proof and prints where one does not hold.
 *
 * @param args an architecture with its settings, a template file or a `cdk.out`
 */
export function run(args: readonly string[], today = new Date()): number {
  const [target, ...settings] = args;
  if (target === undefined) {
    console.error(
      'say what to look at: an architecture (proofs orders-api profile=production), a template file, or a cdk.out',
    );
    return 2;
  }
  const templates = loadTemplates(target, settings);
  for (const { template } of templates) {
    for (const { logicalId, runtime, days } of supportLeft(template, today)) {
      if (days >= 0 && days < warning)
        console.warn(`${pathOf(logicalId, template.Resources[logicalId])}: support of ${runtime} ends in ${days} days`);
    }
  }
  const failed = proofs.filter((proof) => {
    const found = judged(proof, target, templates);
    const faults = found.filter(({ reason }) => reason === undefined);
    console.log(`${faults.length === 0 ? 'holds' : 'FAILS'}  ${proof.name}: ${proof.promise}`);
    for (const { violation, reason } of found) {
      console.log(`       ${violation}${reason === undefined ? '' : ` (accepted: ${reason})`}`);
    }
    return faults.length > 0;
  });
  return failed.length === 0 ? 0 : 1;
}

/** Where a proof does not hold for an architecture, with the reason it was accepted for if it was. */
export function judged(
  proof: Proof,
  architecture: string,
  templates: readonly Stack[],
): { violation: string; reason?: string }[] {
  return violations(proof, templates).map((violation) => ({
    violation,
    reason: accepted.find(
      (one) =>
        (one.architecture ?? architecture) === architecture &&
        one.proof === proof.name &&
        one.violation.test(violation),
    )?.reason,
  }));
}

/** Where a proof does not hold, as `path: fault`. */
export function violations({ violations: find }: Proof, templates: readonly Stack[]): string[] {
  return templates.flatMap(({ template }) =>
    find(template).map(({ logicalId, fault }) => `${pathOf(logicalId, template.Resources[logicalId])}: ${fault}`),
  );
}
