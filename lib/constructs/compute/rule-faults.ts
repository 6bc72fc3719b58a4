import { isIPv4, isIPv6 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { coversRule, type RequestRule, type RuleConditions } from './route-request';

/** What a rule holds of characters that stand for others; the service counts them over all its conditions. */
const mostWildcards = 5;
const mostValues = 5;

/**
 * What is wrong with how many values the conditions of a rule have together; the CDK counts those of one list of paths alone.
 *
 * @claims compute-alb-rule-limits
 */
export const valuesFault = (rule: string, values: number): string | false =>
  values > mostValues &&
  `rule ${rule} has ${values} values in its conditions and may have ${mostValues}; split it into several rules`;

/**
 * What is wrong with the conditions of a rule: what the service would refuse, and what it would take but never find in a request.
 *
 * @claims compute-alb-other-conditions
 */
export function conditionFaults(rule: string, conditions: RuleConditions): (string | false)[] {
  const { hosts, paths, methods, sources, headers = {}, query = {} } = conditions;
  const named = [...Object.entries(headers), ...Object.entries(query)];
  const lists = [hosts, paths, methods, sources, ...named.map(([, values]) => values)];
  const patterns = [hosts, paths, ...named.map(([, values]) => values), Object.keys(query)].flatMap(
    (list) => list ?? [],
  );
  const wildcards = patterns.join('').match(/[*?]/g)?.length ?? 0;
  const known = (list: readonly string[] = []) => list.filter((value) => !Token.isUnresolved(value));
  return [
    lists.every((list) => list === undefined) &&
      `rule ${rule} has no conditions, so the rules after it would never be asked; name some`,
    lists.some((list) => list?.length === 0) &&
      `rule ${rule} has a condition without values, which no request meets; name some, or leave it out`,
    valuesFault(rule, lists.flatMap((list) => list ?? []).length),
    wildcards > mostWildcards &&
      `rule ${rule} has ${wildcards} wildcards and may have ${mostWildcards}; split it into several rules`,
    ...known(hosts).map((host) => hostFault(rule, host)),
    ...known(paths).map((path) => pathFault(rule, path)),
    ...known(methods).map((method) => methodFault(rule, method)),
    ...known(sources).map((range) => rangeFault(rule, range)),
    ...Object.keys(headers).map((name) => headerFault(rule, name)),
    ...known(named.flatMap(([, values]) => values)).map((value) => valueFault(rule, value)),
    ...known(Object.keys(query)).map((key) => valueFault(rule, key)),
  ];
}

/**
 * Rules that are never asked, as one before them takes every request they would.
 *
 * @claims compute-alb-rules
 */
export function shadowFaults(rules: readonly RequestRule[]): string[] {
  return rules.flatMap((rule) => {
    const before = rules.find(
      (other) => other.priority < rule.priority && coversRule(other.conditions, rule.conditions),
    );
    return before
      ? [
          `rule ${rule.name} (priority ${rule.priority}) never gets a request, for rule ${before.name} (priority ${before.priority}) takes them all; put it before ${before.name}, or leave it out`,
        ]
      : [];
  });
}

const hostFault = (rule: string, host: string): string | false =>
  (!/^[A-Za-z0-9.*?-]*\.[A-Za-z]+$/.test(host) || host.length > 128) &&
  `rule ${rule} has the host ${host || '(empty)'}; give a name of up to 128 letters, digits, hyphens, dots and wildcards that ends in a dot and letters, such as *.example.com`;

function pathFault(rule: string, path: string): string | false {
  if (!/^[A-Za-z0-9_\-.$/~"'@:+&*?]{1,128}$/.test(path))
    return `rule ${rule} has the path ${path || '(empty)'}; give up to 128 letters, digits and _-.$/~"'@:+&*? without the query, which has conditions of its own`;
  return (
    !/^[/*?]/.test(path) &&
    `rule ${rule} has the path ${path}, and every path of a request begins with a slash; write /${path}`
  );
}

function methodFault(rule: string, method: string): string | false {
  if (/^[A-Z_-]{1,40}$/.test(method)) return false;
  const capitals = method.toUpperCase();
  return /^[A-Z_-]{1,40}$/.test(capitals)
    ? `rule ${rule} has the method ${method}, and methods are compared letter by letter; write ${capitals}`
    : `rule ${rule} has the method ${method || '(empty)'}; give up to 40 capitals, hyphens and underscores, without wildcards`;
}

function rangeFault(rule: string, range: string): string | false {
  const [base, prefix = '', ...rest] = range.split('/');
  const most = isIPv4(base) ? 32 : isIPv6(base) ? 128 : -1;
  const isRange = /^\d{1,3}$/.test(prefix) && Number(prefix) <= most && rest.length === 0;
  return (
    !isRange &&
    `rule ${rule} has the source ${range || '(empty)'}; give a range such as 203.0.113.7/32 or 2001:db8::/32`
  );
}

function headerFault(rule: string, name: string): string | false {
  if (name.toLowerCase() === 'host') return `rule ${rule} asks for the header ${name}; name hosts instead`;
  return (
    !/^[!#$%&'+\-.^_`|~0-9A-Za-z]{1,40}$/.test(name) &&
    `rule ${rule} asks for the header ${name || '(empty)'}; give the name of one header of up to 40 characters, without wildcards`
  );
}

const valueFault = (rule: string, value: string): string | false =>
  (value.length < 1 || value.length > 128) &&
  `rule ${rule} compares with a text of ${value.length} characters; give 1 to 128`;
