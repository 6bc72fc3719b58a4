import Big from 'big.js';
import { architectures } from '#architectures';
import { textTable } from '../table';
import { loadTemplates } from '../template/load';
import { billOf, type Bill } from './bill';
import { DEFAULT_CAP } from './cap';
import { inDollars } from './money';
import { asText } from './print';

export { billOf, type Bill, type BillOptions, type FixedLine, type UsageLine, type Unpriced } from './bill';
export { aboveCap } from './cap';
export { inDollars } from './money';
export { asText, dollars, dominance, rate } from './print';
export { dominant, grouped, type Group } from './summary';

/**
 * Prints what an architecture costs: when nobody calls it, and by use.
 *
 * @param args an architecture with its settings, a template file or a `cdk.out`; nothing for the totals of all; `--json`
 */
export function run(args: readonly string[]): number {
  const isJson = args.includes('--json');
  const [target, ...settings] = args.filter((word) => word !== '--json');
  if (target?.startsWith('--')) {
    console.error(
      `${target} is no option; say bill, or bill orders-api profile=production, a template file, or a cdk.out, and --json`,
    );
    return 2;
  }
  if (target === undefined || target.includes('=')) {
    const given = target === undefined ? settings : [target, ...settings];
    if (architectures.names.length === 0) {
      console.error(
        'say what to price: bill template.yaml, or a cdk.out, with region=us-east-1 and --json as you like',
      );
      return 2;
    }
    const bills = architectures.entries.flatMap(({ name }) =>
      ['sandbox', 'production'].map((profile) =>
        billOfTarget(name, [...given.filter(isNoProfile), `profile=${profile}`]),
      ),
    );
    console.log(isJson ? JSON.stringify(bills, null, 2) : overview(bills));
    return 0;
  }
  const bill = billOfTarget(target, settings);
  console.log(isJson ? JSON.stringify(bill, null, 2) : asText(bill));
  return 0;
}

const isNoProfile = (setting: string): boolean => !setting.startsWith('profile=');

/** The bill of what a person means by a word, as `loadTemplates` takes it. */
export function billOfTarget(target: string, settings: readonly string[] = []): Bill {
  const setting = (name: string): string | undefined =>
    settings.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const entry = architectures.entries.find(({ name }) => name === target);
  // The region of a template file is told for its prices, not for its synthesis.
  const handed = entry ? settings : settings.filter((word) => !word.startsWith('region='));
  return billOf(loadTemplates(target, handed), {
    name: target,
    profile: entry && (setting('profile') ?? 'sandbox'),
    region: setting('region'),
    use: entry?.exampleUse,
  });
}

function overview(bills: readonly Bill[]): string {
  const rows = architectures.entries.map(({ name, monthlyCap = DEFAULT_CAP }) => {
    const [sandbox, production] = ['sandbox', 'production'].map((profile) =>
      bills.find((bill) => bill.name === name && bill.profile === profile)!,
    );
    const cells = [sandbox.monthly, production.monthly, sandbox.example.monthly].map((amount) =>
      inDollars(new Big(amount)),
    );
    return [
      name,
      cells[0].padStart(8),
      String(monthlyCap).padStart(4),
      cells[1].padStart(10),
      cells[2].padStart(8),
      sandbox.example.what,
    ];
  });
  const total = (profile: string): string =>
    inDollars(
      bills.filter((bill) => bill.profile === profile).reduce((sum, { monthly }) => sum.plus(monthly), new Big(0)),
    );
  const unpriced = bills.reduce((sum, bill) => sum + bill.unpriced.length, 0);
  const [{ region, asOf }] = bills;
  return [
    `USD a month of 730 hours in ${region} at the prices of ${asOf}, before taxes and free allowances.`,
    '',
    textTable([
      ['architecture', ' sandbox', ' cap', 'production', '  by use', 'of'],
      ...rows,
      ['all', total('sandbox').padStart(8), '', total('production').padStart(10), '', ''],
    ]),
    ...(unpriced > 0
      ? ['', `${unpriced} resources are billed but not counted here; the bill of each architecture names them.`]
      : []),
  ].join('\n');
}
