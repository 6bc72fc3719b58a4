import { Token } from 'aws-cdk-lib';
import { RedirectProtocol, type RoutingRule } from 'aws-cdk-lib/aws-s3';
import { outsideRange } from '../faults';

/** How many rules S3 takes. */
const mostRules = 50;

/**
 * Why S3 would refuse a website's rules, or take them and lead its visitors nowhere.
 *
 * @claims storage-website-routing-rules
 */
export function websiteRuleFaults(rules: readonly RoutingRule[]): (string | undefined | false)[] {
  return [
    rules.length > mostRules && `routingRules has ${rules.length} rules; S3 takes ${mostRules}`,
    ...rules.flatMap((rule, at) =>
      ruleFaults(rule, at === rules.length - 1).flatMap((fault) => (fault ? [`routing rule ${at + 1}: ${fault}`] : [])),
    ),
  ];
}

function ruleFaults(rule: RoutingRule, isLast: boolean): (string | undefined | false)[] {
  const { condition, hostName, httpRedirectCode, protocol, replaceKey } = rule;
  const leads = [hostName, httpRedirectCode, protocol, replaceKey].some((part) => part !== undefined);
  return [
    outsideRange('httpRedirectCode', numberOf(httpRedirectCode), 301, 399),
    outsideRange('condition.httpErrorCodeReturnedEquals', numberOf(condition?.httpErrorCodeReturnedEquals), 400, 599),
    hostName !== undefined && hostFault('hostName', hostName),
    !leads && 'it leads nowhere; give hostName, protocol, replaceKey or httpRedirectCode',
    condition === undefined && !isLast && 'it has no condition, so that no rule behind it is ever asked; put it last',
    leadsBack(rule),
  ];
}

/** A prefix that its own replacement begins with is replaced again at every next request, without end. */
function leadsBack({ condition = {}, hostName, protocol, replaceKey = {} }: RoutingRule): string | false {
  const { keyPrefixEquals: prefix = '', httpErrorCodeReturnedEquals: error } = condition;
  const { withKey, prefixWithKey = prefix } = replaceKey as { withKey?: string; prefixWithKey?: string };
  const to = withKey ?? prefixWithKey;
  const sameSite = hostName === undefined && protocol !== RedirectProtocol.HTTPS;
  const certain = error === undefined && sameSite && ![prefix, to].some((key) => Token.isUnresolved(key));
  return (
    certain &&
    to.startsWith(prefix) &&
    `it leads from "${prefix}" to "${to}", which it matches again, without end; lead to a key that begins otherwise, or to another host`
  );
}

/** Why a text is no name of a host. */
export const hostFault = (prop: string, host: string): string | false =>
  !Token.isUnresolved(host) &&
  !/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/i.test(host) &&
  `${prop} is ${host}; give the name of a host alone, such as www.example.com, without a scheme or a path`;

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined || Token.isUnresolved(text) ? undefined : Number(text);
