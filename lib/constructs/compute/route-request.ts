import { BlockList, isIP } from 'node:net';

/** Which requests a rule takes: those that meet every condition given, each by one of its values. */
export interface RuleConditions {
  /** Names asked for, in any case; `*` stands for any characters, `?` for one. */
  readonly hosts?: readonly string[];
  /** Paths, without what follows a question mark; capitals differ from small letters, `*` stands for any characters, `?` for one. */
  readonly paths?: readonly string[];
  /** In capitals, without wildcards. */
  readonly methods?: readonly string[];
  /** Values by header, both in any case; wildcards in the values. Each header is a condition of its own. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** Values by parameter, both in any case and with wildcards; `*` is any parameter. Each parameter is a condition of its own. */
  readonly query?: Readonly<Record<string, readonly string[]>>;
  /** Ranges of who connects to the balancer, which is a proxy where one stands in front of it. */
  readonly sources?: readonly string[];
}

export interface RequestRule {
  readonly name: string;
  /** The lowest is asked first. */
  readonly priority: number;
  readonly conditions: RuleConditions;
}

export interface RoutedRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** In full, such as `https://blog.example.com/posts?id=456`. */
  readonly url: string;
  /** @default - none */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * The address that connects to the balancer.
   * @default - an address of no range
   */
  readonly source?: string;
}

/**
 * Which rule a balancer applies to a request: the first by priority whose conditions it meets. Nothing where the listener's default
 * answers.
 *
 * @claims compute-alb-rules, compute-alb-path-host, compute-alb-other-conditions
 */
export function route<Rule extends RequestRule>(request: RoutedRequest, rules: readonly Rule[]): Rule | undefined {
  return [...rules]
    .sort((one, other) => one.priority - other.priority)
    .find(({ conditions }) => meets(request, conditions));
}

function meets({ method = 'GET', url, headers = {}, source }: RoutedRequest, wanted: RuleConditions): boolean {
  const { hostname, pathname, search } = new URL(url);
  const sent = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), [values].flat()] as const);
  const parameters = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '')
    .map(parameterOf);
  const { hosts, paths, methods, sources } = wanted;
  return (
    (!hosts || hosts.some((pattern) => fits(hostname, pattern, 'i'))) &&
    (!paths || paths.some((pattern) => fits(pathname, pattern))) &&
    (!methods || methods.includes(method)) &&
    (!sources || (source !== undefined && sources.some((range) => isWithin(source, range)))) &&
    Object.entries(wanted.headers ?? {}).every(([name, patterns]) =>
      sent.some(
        ([header, values]) =>
          header === name.toLowerCase() &&
          values.some((value) => patterns.some((pattern) => fits(value, pattern, 'i'))),
      ),
    ) &&
    Object.entries(wanted.query ?? {}).every(([key, patterns]) =>
      parameters.some(([name, value]) => fits(name, key, 'i') && patterns.some((pattern) => fits(value, pattern, 'i'))),
    )
  );
}

const parameterOf = (text: string): readonly [string, string] => {
  const [name, ...value] = text.split('=');
  return [name, value.join('=')];
};

const fits = (text: string, pattern: string, flags = ''): boolean =>
  expression(pattern, '[^]*', '[^]', flags).test(text);

function expression(pattern: string, any: string, one: string, flags: string): RegExp {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return any;
    return part === '?' ? one : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, flags);
}

/**
 * Whether every request that meets the narrow conditions meets the broad ones too, as far as their texts show: what is called covered
 * is, and two patterns that only happen to mean the same are not found.
 */
export function coversRule(broad: RuleConditions, narrow: RuleConditions): boolean {
  return (
    each(broad.hosts, narrow.hosts, (wide, slim) => patternCovers(wide, slim, 'i')) &&
    each(broad.paths, narrow.paths, (wide, slim) => patternCovers(wide, slim)) &&
    each(broad.methods, narrow.methods, (wide, slim) => wide === slim) &&
    each(broad.sources, narrow.sources, rangeCovers) &&
    eachNamed(broad.headers, narrow.headers, (wide, slim) => wide.toLowerCase() === slim.toLowerCase()) &&
    eachNamed(broad.query, narrow.query, (wide, slim) => patternCovers(wide, slim, 'i'))
  );
}

type Covers = (wide: string, slim: string) => boolean;

const each = (broad: readonly string[] | undefined, narrow: readonly string[] | undefined, by: Covers): boolean =>
  !broad || (narrow?.every((slim) => broad.some((wide) => by(wide, slim))) ?? false);

const eachNamed = (broad: RuleConditions['query'] = {}, narrow: RuleConditions['query'] = {}, by: Covers): boolean =>
  Object.entries(broad).every(([wide, patterns]) =>
    Object.entries(narrow).some(
      ([slim, values]) => by(wide, slim) && each(patterns, values, (one, other) => patternCovers(one, other, 'i')),
    ),
  );

/** One wildcard of the wide pattern may take the wildcards of the slim one, `?` all of them but `*`. */
const patternCovers = (wide: string, slim: string, flags = ''): boolean =>
  expression(wide, '[^]*', '[^*]', flags).test(slim);

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

function isWithin(address: string, range: string): boolean {
  const [base, prefix] = range.split('/');
  if (familyOf(base) !== familyOf(address)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(prefix), familyOf(base));
  return list.check(address, familyOf(address));
}

function rangeCovers(wide: string, slim: string): boolean {
  const [base, prefix] = slim.split('/');
  if (wide === slim) return true;
  if (!isIP(base) || !isIP(wide.split('/')[0])) return false;
  return Number(prefix) >= Number(wide.split('/')[1]) && isWithin(base, wide);
}
