/** The website of a bucket, as a template has it. */
export interface WebsiteConfiguration {
  readonly IndexDocument?: string;
  readonly ErrorDocument?: string;
  readonly RedirectAllRequestsTo?: { readonly HostName: string; readonly Protocol?: string };
  readonly RoutingRules?: readonly WebsiteRoutingRule[];
}
interface WebsiteRoutingRule {
  readonly RoutingRuleCondition?: { readonly HttpErrorCodeReturnedEquals?: string; readonly KeyPrefixEquals?: string };
  readonly RedirectRule: {
    readonly HostName?: string;
    readonly HttpRedirectCode?: string;
    readonly Protocol?: string;
    readonly ReplaceKeyPrefixWith?: string;
    readonly ReplaceKeyWith?: string;
  };
}

export interface WebsiteRequest {
  /** What follows the host, decoded, with its slash and without the query string. */
  readonly path: string;
  /** What follows the question mark, as it was sent. @default '' */
  readonly query?: string;
  /** The host a visitor asked for. */
  readonly host: string;
  /** The keys in the bucket. */
  readonly objects: ReadonlySet<string>;
  /** Those of them that the bucket's policy lets a visitor read, who never signs. */
  readonly readable: ReadonlySet<string>;
}

/** An object or an error's own page (`key`), or the way to somewhere else (`location`). */
export interface WebsiteAnswer {
  readonly status: number;
  readonly key?: string;
  readonly location?: string;
}

/** What the website endpoint of S3 answers to a GET, which is always over plain HTTP. */
export function websiteAnswer(website: WebsiteConfiguration, request: WebsiteRequest): WebsiteAnswer {
  const { RedirectAllRequestsTo: elsewhere, RoutingRules: rules = [], ErrorDocument } = website;
  const asked = request.path.slice(1);
  if (elsewhere) {
    const query = request.query ? `?${request.query}` : '';
    return { status: 301, location: `${elsewhere.Protocol ?? 'http'}://${elsewhere.HostName}/${asked}${query}` };
  }

  const before = rules.find((rule) => errorOf(rule) === undefined && asked.startsWith(prefixOf(rule)));
  if (before) return redirect(before, request, asked);

  const found = lookUp(website, request, asked);
  if (found.status < 400) return found;
  const after = rules.find((rule) => errorOf(rule) === found.status && asked.startsWith(prefixOf(rule)));
  if (after) return redirect(after, request, asked);
  const hasPage = ErrorDocument !== undefined && request.readable.has(ErrorDocument);
  return { status: found.status, ...(hasPage && { key: ErrorDocument }) };
}

function lookUp({ IndexDocument: index = '' }: WebsiteConfiguration, request: WebsiteRequest, asked: string) {
  const { objects, readable } = request;
  const key = asked === '' || asked.endsWith('/') ? `${asked}${index}` : asked;
  if (objects.has(key)) return readable.has(key) ? { status: 200, key } : { status: 403 };
  const isFolder = key === asked && objects.has(`${asked}/${index}`);
  return isFolder ? { status: 302, location: `/${asked}/` } : { status: 404 };
}

function redirect(rule: WebsiteRoutingRule, { host }: WebsiteRequest, asked: string): WebsiteAnswer {
  const { HostName = host, HttpRedirectCode = '301', Protocol = 'http', ...replace } = rule.RedirectRule;
  const { ReplaceKeyPrefixWith, ReplaceKeyWith } = replace;
  const moved =
    ReplaceKeyPrefixWith === undefined ? asked : `${ReplaceKeyPrefixWith}${asked.slice(prefixOf(rule).length)}`;
  return { status: Number(HttpRedirectCode), location: `${Protocol}://${HostName}/${ReplaceKeyWith ?? moved}` };
}

const prefixOf = ({ RoutingRuleCondition }: WebsiteRoutingRule): string => RoutingRuleCondition?.KeyPrefixEquals ?? '';

function errorOf({ RoutingRuleCondition }: WebsiteRoutingRule): number | undefined {
  const code = RoutingRuleCondition?.HttpErrorCodeReturnedEquals;
  return code === undefined ? undefined : Number(code);
}
