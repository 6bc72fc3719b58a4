import { BlockList } from 'node:net';
import { looksLikeScript, looksLikeSql } from './injection-signs';
import { transformed } from './text-transformation';
import type { FieldToMatch, WebRequest, WebStatement } from './web-acl';

/** What a statement is judged by, beside the request. */
export interface MatchSetting {
  /** The ranges of each address set, by its ARN, or by what stands for it in a template, as JSON. */
  readonly addressSets: Readonly<Record<string, readonly string[]>>;
  /** How much of a body is seen, in bytes. */
  readonly bodyLimit: number;
}

/**
 * Whether a request is what a statement says.
 *
 * @throws where the statement cannot be judged here
 * @claims edge-waf-matches, edge-waf-injection
 */
export function meets(statement: WebStatement, request: WebRequest, setting: MatchSetting): boolean {
  const each = (one: WebStatement) => meets(one, request, setting);
  if (statement.AndStatement) return statement.AndStatement.Statements.every(each);
  if (statement.OrStatement) return statement.OrStatement.Statements.some(each);
  if (statement.NotStatement) return !each(statement.NotStatement.Statement);
  if (statement.GeoMatchStatement) return statement.GeoMatchStatement.CountryCodes.includes(request.country ?? '');
  if (statement.IPSetReferenceStatement) return isWithin(request.address, rangesOf(statement, setting));
  const found = inspection(statement);
  if (!found)
    throw new Error(`a statement with ${Object.keys(statement).join(', ') || 'nothing'} cannot be judged here`);
  const [{ FieldToMatch: field, TextTransformations: wanted }, test] = found;
  const seen = partOf(field, request, setting.bodyLimit);
  if (seen === 'too long') return oversizeOf(field) === 'MATCH';
  return seen.some((text) => test(transformed(text, wanted)));
}

/** A header by its name in any case. */
export const headerOf = ({ headers = {} }: WebRequest, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

type Inspection = readonly [
  { readonly FieldToMatch: FieldToMatch; readonly TextTransformations: readonly { Priority: number; Type: string }[] },
  (text: string) => boolean,
];

function inspection(statement: WebStatement): Inspection | undefined {
  const { ByteMatchStatement: bytes, RegexMatchStatement: regex, SizeConstraintStatement: size } = statement;
  if (bytes) return [bytes, (text) => placed(text, bytes.SearchString, bytes.PositionalConstraint)];
  if (regex) return [regex, (text) => new RegExp(regex.RegexString).test(text)];
  if (size) return [size, (text) => compared(Buffer.byteLength(text), size.ComparisonOperator, size.Size)];
  if (statement.SqliMatchStatement) return [statement.SqliMatchStatement, looksLikeSql];
  if (statement.XssMatchStatement) return [statement.XssMatchStatement, looksLikeScript];
  return undefined;
}

function placed(text: string, wanted: string, place: string): boolean {
  switch (place) {
    case 'EXACTLY':
      return text === wanted;
    case 'STARTS_WITH':
      return text.startsWith(wanted);
    case 'ENDS_WITH':
      return text.endsWith(wanted);
    case 'CONTAINS':
      return text.includes(wanted);
    default:
      throw new Error(`the place ${place} of a text cannot be judged here`);
  }
}

function compared(length: number, operator: string, size: number): boolean {
  const results: Readonly<Record<string, boolean>> = {
    EQ: length === size,
    NE: length !== size,
    LE: length <= size,
    LT: length < size,
    GE: length >= size,
    GT: length > size,
  };
  if (!(operator in results)) throw new Error(`the comparison ${operator} cannot be judged here`);
  return results[operator];
}

/** The texts of a part of a request; nothing where there is none, as of a header that was not sent. */
function partOf(field: FieldToMatch, request: WebRequest, bodyLimit: number): readonly string[] | 'too long' {
  const [kind] = Object.keys(field);
  switch (kind) {
    case 'UriPath':
      return [request.path];
    case 'QueryString':
      return [request.query ?? ''];
    case 'AllQueryArguments':
      return (request.query ?? '').split('&').flatMap((pair) => pair.split('='));
    case 'Method':
      return [request.method ?? 'GET'];
    case 'SingleHeader':
      return given(headerOf(request, (field.SingleHeader as { Name: string }).Name));
    case 'Cookies': {
      const sent = headerOf(request, 'cookie') ?? '';
      const each = sent.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1));
      return Buffer.byteLength(sent) > 8192 || each.length > 200 ? whole(field, each) : each;
    }
    case 'Body': {
      const sent = Buffer.from(request.body ?? '');
      return sent.length > bodyLimit ? whole(field, [sent.subarray(0, bodyLimit).toString()]) : [request.body ?? ''];
    }
    default:
      throw new Error(`the part ${kind} of a request cannot be judged here`);
  }
}

const given = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);

/** A part that is longer than is looked at: judged by its beginning only where the statement says so. */
const whole = (field: FieldToMatch, beginning: readonly string[]): readonly string[] | 'too long' =>
  oversizeOf(field) === 'CONTINUE' ? beginning : 'too long';

const oversizeOf = (field: FieldToMatch): string =>
  (Object.values(field)[0] as { readonly OversizeHandling?: string }).OversizeHandling ?? 'CONTINUE';

function rangesOf({ IPSetReferenceStatement: reference }: WebStatement, setting: MatchSetting): readonly string[] {
  const arn = reference!.Arn;
  const name = typeof arn === 'string' ? arn : JSON.stringify(arn);
  const ranges = setting.addressSets[name];
  if (!ranges) throw new Error(`the address set ${name} is not given; give its ranges in addressSets`);
  return ranges;
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  for (const range of ranges) {
    const [base, prefix] = range.split('/');
    list.addSubnet(base, Number(prefix), base.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list.check(address, family);
}
