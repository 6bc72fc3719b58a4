import { architectures } from '#architectures';
import { loadTemplates } from '../template/load';
import { settled } from '../template/settle';
import { pathOf, type Stack } from '../template/stack';
import { accepted } from './accepted';
import { deadLetters } from './asynchronous';
import { encryptionAtRest, encryptionInTransit } from './encryption';
import { heardAlarms, noPhysicalNames, ownedLogs } from './operations';
import type { Proof } from './proof';
import { daysLeft, productsIn, statement, supportedProducts } from './support';
import { supportPage } from './support-page';

/** What holds for every architecture. */
export const proofs: readonly Proof[] = [
  encryptionAtRest,
  encryptionInTransit,
  deadLetters,
  ownedLogs,
  heardAlarms,
  supportedProducts,
  noPhysicalNames,
];

/** Runtimes are warned of this many days before their support ends. */
const warning = 180;

/**
 * Checks templates against every proof and prints where one does not hold.
 *
 * @param args an architecture with its settings, a template file or a `cdk.out`; or `--support` to write docs/support.md,
 * with `--check` to compare with it
 * @returns 0 when all holds, 1 when something does not, 2 when there is nothing to read or a template is malformed
 */
export function run(args: readonly string[], today = new Date()): number {
  const [target, ...settings] = args;
  if (target === '--support' && architectures.names.length > 0) return supportPage(settings.includes('--check'));
  if (target === undefined) {
    console.error(
      'say what to look at: an architecture (proofs orders-api profile=production), a template file, or a cdk.out',
    );
    return 2;
  }
  try {
    return prove(target, loadTemplates(target, settings), today);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

function prove(target: string, templates: readonly Stack[], today: Date): number {
  for (const { template } of settled(templates)) {
    for (const used of productsIn(template)) {
      const days = daysLeft(used, today);
      if (days !== undefined && days >= 0 && days < warning)
        console.warn(
          `${pathOf(used.logicalId, template.Resources[used.logicalId])}: support of ${used.product} ends in ${days} days`,
        );
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
  for (const { product, until, users } of statement(templates))
    console.log(`${product.padEnd(20)} supported until ${until}, used by ${users.length}`);
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
  return settled(templates).flatMap(({ template }) =>
    find(template).map(({ logicalId, fault }) => `${pathOf(logicalId, template.Resources[logicalId])}: ${fault}`),
  );
}
