import { looksLikeScript, looksLikeSql } from './injection-signs';
import { transformed } from './text-transformation';
import { headerOf } from './request-match';
import type { WebRequest } from './web-acl';

type Rule = (request: WebRequest) => boolean;

const decode = (text: string): string =>
  transformed(text, [
    { Priority: 0, Type: 'URL_DECODE' },
    { Priority: 1, Type: 'HTML_ENTITY_DECODE' },
  ]);
const query = ({ query: sent = '' }: WebRequest): string => decode(sent);
const body = ({ body: sent = '' }: WebRequest): string => decode(sent);
const path = ({ path: sent }: WebRequest): string => decode(sent);
const cookie = (request: WebRequest): string => decode(headerOf(request, 'cookie') ?? '');
const bytes = (text = ''): number => Buffer.byteLength(text);

const climbs = (text: string): boolean => /(^|[/\\=])\.\.[/\\]/.test(text);
const metadata = (text: string): boolean => /169\.254\.169\.254|\bmetadata\.google\.internal\b/i.test(text);
const lookup = (text: string): boolean => /\$\{[^}]*j.{0,8}n.{0,8}d.{0,8}i[^}]*:/i.test(text);
const remote = (text: string): boolean => /(^|=|&)\s*(https?|ftp|file):\/\/\d+\.\d+\.\d+\.\d+/i.test(text);

/**
 * What AWS documents of its rule groups, rule by rule, as far as samples go. How AWS looks for it is its own, changes without
 * notice, and finds more.
 */
export const managedGroups: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  AWSManagedRulesCommonRuleSet: {
    NoUserAgent_HEADER: (request) => !headerOf(request, 'user-agent'),
    SizeRestrictions_QUERYSTRING: ({ query: sent }) => bytes(sent) > 2048,
    SizeRestrictions_Cookie_HEADER: (request) => bytes(headerOf(request, 'cookie')) > 10_240,
    SizeRestrictions_BODY: ({ body: sent }) => bytes(sent) > 8192,
    SizeRestrictions_URIPATH: ({ path: sent }) => bytes(sent) > 1024,
    EC2MetaDataSSRF_BODY: (request) => metadata(body(request)),
    EC2MetaDataSSRF_QUERYARGUMENTS: (request) => metadata(query(request)),
    GenericLFI_QUERYARGUMENTS: (request) => climbs(query(request)),
    GenericLFI_URIPATH: (request) => climbs(path(request)),
    GenericLFI_BODY: (request) => climbs(body(request)),
    RestrictedExtensions_URIPATH: (request) => /\.(log|ini|bak|conf|env|sql|key|pem)$/i.test(path(request)),
    GenericRFI_QUERYARGUMENTS: (request) => remote(query(request)),
    CrossSiteScripting_COOKIE: (request) => looksLikeScript(cookie(request)),
    CrossSiteScripting_QUERYARGUMENTS: (request) => looksLikeScript(query(request)),
    CrossSiteScripting_BODY: (request) => looksLikeScript(body(request)),
    CrossSiteScripting_URIPATH: (request) => looksLikeScript(path(request)),
  },
  AWSManagedRulesSQLiRuleSet: {
    SQLi_QUERYARGUMENTS: (request) => looksLikeSql(query(request)),
    SQLi_BODY: (request) => looksLikeSql(body(request)),
    SQLi_COOKIE: (request) => looksLikeSql(cookie(request)),
    SQLi_URIPATH: (request) => looksLikeSql(path(request)),
  },
  AWSManagedRulesKnownBadInputsRuleSet: {
    Log4JRCE_HEADER: ({ headers = {} }) => Object.values(headers).some(lookup),
    Log4JRCE_QUERYSTRING: (request) => lookup(query(request)),
    Log4JRCE_BODY: (request) => lookup(body(request)),
    Log4JRCE_URIPATH: (request) => lookup(path(request)),
    Host_localhost_HEADER: (request) => /^localhost(:\d+)?$/i.test(headerOf(request, 'host') ?? ''),
    PROPFIND_METHOD: ({ method }) => method === 'PROPFIND',
    ExploitablePaths_URIPATH: (request) => /\/(\.git\/|web-inf\/|\.htpasswd)/i.test(path(request)),
  },
};

/** Groups that go by what only AWS knows: addresses that have attacked others, and programs that are no browser. */
export const privateGroups: readonly string[] = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesAnonymousIpList',
  'AWSManagedRulesBotControlRuleSet',
  'AWSManagedRulesAntiDDoSRuleSet',
];
