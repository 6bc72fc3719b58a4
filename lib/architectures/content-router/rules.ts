import { Duration } from 'aws-cdk-lib';
import { membersPath } from '../../../lambda/content-router/environment';
import { RuleAction, type OidcSignIn, type RulePool } from '../../constructs/compute/rule-action';
import type { TableRule } from '../../constructs/compute/rule-table';
import type { Services } from './services';

export interface Routed {
  readonly services: Services;
  /** The name below which `blog`, `old` and `www` are. */
  readonly domain: string;
  /** From where the office asks. */
  readonly office: readonly string[];
  /** @default - there are no pages of members */
  readonly signIn?: OidcSignIn | undefined;
  /** @default - there are no reports */
  readonly reports?: RulePool | undefined;
}

const orders = ['/orders', '/orders/*'];
const office = ['/office', '/office/*'];
/** A rule has five values at most, and two are the paths. */
const rangesInRule = 3;
/** The office has the priorities 80 to 89, one for each rule. */
const mostRanges = 10 * rangesInRule;

/** What is wrong with as many ranges of the office. */
export const officeFault = (ranges: readonly string[]): string | false =>
  ranges.length > mostRanges &&
  `allowFrom lists ${ranges.length} blocks, and the rules of the office hold ${mostRanges}; join some into larger blocks, or leave some out`;

/** Which request goes where. The first that fits counts, so that what is narrow stands before what is broad. */
export function rules({ services, domain, office: ranges, signIn, reports }: Routed): TableRule[] {
  const pages = RuleAction.forward(services.pages);
  return [
    {
      name: 'Scanners',
      conditions: { paths: ['/.git/*', '/wp-*', '*.php'] },
      action: RuleAction.answer({ status: 404, body: 'There is nothing to find here.' }),
    },
    {
      name: 'Moved',
      conditions: { hosts: [`old.${domain}`] },
      action: RuleAction.redirect({ host: `www.${domain}` }),
    },
    { name: 'Blog', conditions: { hosts: [`blog.${domain}`] }, action: RuleAction.forward(services.blog) },
    {
      name: 'Tester',
      conditions: { paths: orders, headers: { 'X-Release': ['2'] } },
      action: RuleAction.forward(services.ordersNext),
    },
    {
      name: 'TesterLink',
      conditions: { paths: orders, query: { release: ['2'] } },
      action: RuleAction.forward(services.ordersNext),
    },
    {
      // The next release is tried by reading.
      name: 'Writes',
      conditions: { paths: orders, methods: ['POST', 'PUT', 'DELETE'] },
      action: RuleAction.forward(services.orders),
    },
    {
      name: 'Orders',
      conditions: { paths: orders },
      action: RuleAction.share(
        [
          { pool: services.orders, weight: 90 },
          { pool: services.ordersNext, weight: 10 },
        ],
        Duration.hours(1),
      ),
    },
    ...officeRules(ranges, pages),
    {
      name: 'OfficeClosed',
      priority: 90,
      conditions: { paths: office },
      action: RuleAction.answer({ status: 403, body: 'From the office only.' }),
    },
    { name: 'Pages', conditions: { paths: ['/', '/about', '/contact'], methods: ['GET', 'HEAD'] }, action: pages },
    // What not everybody has keeps a number of its own, so that no other rule moves when it comes.
    ...(signIn === undefined
      ? []
      : [
          {
            name: 'Members',
            priority: 200,
            conditions: { paths: [membersPath, `${membersPath}/*`] },
            action: RuleAction.signInWithOidc(signIn, pages),
          },
        ]),
    ...(reports === undefined
      ? []
      : [
          {
            name: 'Reports',
            priority: 210,
            conditions: { paths: ['/reports', '/reports/*'] },
            action: RuleAction.forward(reports),
          },
        ]),
  ];
}

const officeRules = (ranges: readonly string[], action: RuleAction): TableRule[] =>
  Array.from({ length: Math.ceil(ranges.length / rangesInRule) }, (_, at) => ({
    name: at === 0 ? 'Office' : `Office${at + 1}`,
    priority: 80 + at,
    conditions: { paths: office, sources: ranges.slice(at * rangesInRule, (at + 1) * rangesInRule) },
    action,
  }));
