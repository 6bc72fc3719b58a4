import type { Template } from 'aws-cdk-lib/assertions';
import { firstVerdict, type Verdict, type VerdictSetting } from '../../lib/constructs/edge/first-verdict';
import type { WebAcl, WebRequest } from '../../lib/constructs/edge/web-acl';

/** The only web ACL of a template, with the address sets its rules refer to. */
export function webAclOf(template: Template): { acl: WebAcl; addressSets: Record<string, string[]> } {
  const [acl, ...others] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  if (!acl || others.length > 0) throw new Error(`the template has ${others.length + (acl ? 1 : 0)} web ACLs`);
  const sets = Object.entries(template.findResources('AWS::WAFv2::IPSet')) as [
    string,
    { readonly Properties: { readonly Addresses: string[] } },
  ][];
  const addressSets = Object.fromEntries(
    sets.map(([id, { Properties }]) => [JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] }), Properties.Addresses]),
  );
  return { acl: (acl as { Properties: WebAcl }).Properties, addressSets };
}

/** A visitor with a browser, unless said otherwise. */
export const visit = (request: Partial<WebRequest> = {}): WebRequest => ({
  address: '198.51.100.7',
  country: 'AT',
  path: '/',
  ...request,
  headers: { host: 'd111111abcdef8.cloudfront.net', 'user-agent': 'Mozilla/5.0', ...request.headers },
});

/** What the web ACL of a template does with a request. */
export function verdictOf(template: Template, request: WebRequest, setting: VerdictSetting = {}): Verdict {
  const { acl, addressSets } = webAclOf(template);
  return firstVerdict(acl, request, { addressSets, ...setting });
}
