/** Domain names as text, in lower case and without a dot at their end. Pure: no CDK, no state. */

/**
 * Why a text is not a domain name; nothing if it is one.
 *
 * @param name the prop the text was given for
 */
export function domainNameFault(name: string, text: string): string | undefined {
  const tidy = text.toLowerCase().replace(/\.$/, '');
  const label = text.split('.').find((one) => !/^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(one));
  if (label === undefined)
    return text.length > 253 ? `${name} is ${text.length} characters; write at most 253` : undefined;
  if (tidy !== text && domainNameFault(name, tidy) === undefined)
    return `${name} is ${text}; write ${tidy}, in lower case and without a dot at its end`;
  return `${name} is ${text}; write labels of 1 to 63 letters, digits, - and _ with dots between them, such as internal.example.com, not "${label}"`;
}

/** Why a text is not what a firewall's list may hold: a name, `*.` and a name for all below it, or `*` for everything. */
export function domainPatternFault(name: string, text: string): string | undefined {
  if (text === '*') return undefined;
  const domain = text.replace(/^\*\./, '');
  return domain.includes('*')
    ? `${name} is ${text}; write * alone, or once and first before a dot, such as *.example.com`
    : domainNameFault(name, domain);
}

/** Whether a name is a domain or lies below it; everything lies below `.`. */
export const isWithin = (name: string, domain: string): boolean =>
  domain === '.' || name === domain || name.endsWith(`.${domain}`);

/** Whether a name is what an entry of a firewall's list stands for. `*.example.com` leaves example.com itself out. */
export const matchesPattern = (name: string, pattern: string): boolean =>
  pattern === '*' || name === pattern || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));

/** How many labels a domain has; the more, the more specific. `.` has none. */
export const depthOf = (domain: string): number => (domain === '.' ? 0 : domain.split('.').length);
