import { Duration, type Stack } from 'aws-cdk-lib';
import { UserPool, UserPoolClient, UserPoolDomain } from 'aws-cdk-lib/aws-cognito';
import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Exposure } from '../../../lib/constructs/compute/exposure';
import type { RuleConditions } from '../../../lib/constructs/compute/route-request';
import { RuleAction } from '../../../lib/constructs/compute/rule-action';
import { RuleTable, type RuleTableProps, type TableRule } from '../../../lib/constructs/compute/rule-table';
import { Stickiness } from '../../../lib/constructs/compute/stickiness';
import { TargetPool, type TargetPoolProps } from '../../../lib/constructs/compute/target-pool';
import { Transport } from '../../../lib/constructs/compute/transport';
import { testStack } from '../../support/app';
import { Parts } from './parts';

class Front {
  readonly parts: Parts = new Parts(testStack());
  readonly stack: Stack = this.parts.stack;
  readonly pool = this.parts.pool();
  readonly balancer;

  constructor(tls = false, exposure?: Exposure) {
    const certificate = () =>
      Certificate.fromCertificateArn(this.stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/one');
    this.balancer = this.parts.balancer(this.pool, {
      ...(tls && { transport: Transport.tls({ certificate: certificate() }) }),
      ...(exposure && { exposure, subnets: { subnets: this.parts.vpc.privateSubnets } }),
    });
  }

  other(id: string, props: Partial<TargetPoolProps> = {}): TargetPool {
    return new TargetPool(this.stack, id, { vpc: this.parts.vpc, port: 80, health: { path: '/health' }, ...props });
  }

  table(rules: readonly TableRule[], props: Partial<RuleTableProps> = {}): RuleTable {
    return new RuleTable(this.stack, 'Rules', { balancer: this.balancer, rules, ...props });
  }

  get rules(): any[] {
    return Object.values(Template.fromStack(this.stack).findResources('AWS::ElasticLoadBalancingV2::ListenerRule'))
      .map(({ Properties }) => Properties)
      .sort((one, next) => one.Priority - next.Priority);
  }
}

const answer = RuleAction.answer({ status: 200, body: 'here' });
const path = (name: string, ...paths: string[]): TableRule => ({ name, conditions: { paths }, action: answer });
const refusal = (conditions: RuleConditions) => () => new Front().table([{ name: 'It', conditions, action: answer }]);
const acting = (action: (front: Front) => RuleAction, tls = false) => {
  const front = new Front(tls);
  return () => {
    front.table([{ ...path('It', '/it'), action: action(front) }]);
    return front.rules[0].Actions;
  };
};

describe('RuleTable', () => {
  test('rules get ascending priorities in the order they are listed, and one that is given is kept [compute-alb-rules]', () => {
    const front = new Front();
    const table = front.table([path('A', '/a'), { ...path('B', '/b'), priority: 500 }, path('C', '/c')]);
    expect(front.rules.map(({ Priority }) => Priority)).toEqual([10, 500, 510]);
    expect(table.route({ url: 'http://example.com/c' })?.name).toBe('C');
    expect(table.route({ url: 'http://example.com/d' })).toBeUndefined();
  });

  test('a rule belongs to the listener, whatever pool it names [compute-alb-rules]', () => {
    const front = new Front();
    front.table([{ ...path('Api', '/api/*'), action: RuleAction.forward(front.other('Api')) }]);
    expect(front.rules).toEqual([
      expect.objectContaining({
        ListenerArn: { Ref: expect.stringMatching(/^EntryBalancerHttp/) },
        Actions: [{ Type: 'forward', TargetGroupArn: { Ref: expect.stringMatching(/^ApiGroup/) } }],
      }),
    ]);
  });

  test('every kind of condition is written in its own form [compute-alb-path-host, compute-alb-other-conditions]', () => {
    const front = new Front();
    front.table([
      { name: 'Blog', conditions: { hosts: ['blog.example.com'], paths: ['/posts/*'] }, action: answer },
      { name: 'Mobile', conditions: { headers: { 'User-Agent': ['*Mobile*'] }, methods: ['GET'] }, action: answer },
      { name: 'One', conditions: { query: { id: ['456'], '*': ['false'] } }, action: answer },
      { name: 'Office', conditions: { sources: ['203.0.113.0/24'] }, action: answer },
    ]);
    expect(front.rules.map(({ Conditions }) => Conditions)).toEqual([
      [
        { Field: 'host-header', HostHeaderConfig: { Values: ['blog.example.com'] } },
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/posts/*'] } },
      ],
      [
        { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'User-Agent', Values: ['*Mobile*'] } },
      ],
      [
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'id', Value: '456' }] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'false' }] } },
      ],
      [{ Field: 'source-ip', SourceIpConfig: { Values: ['203.0.113.0/24'] } }],
    ]);
  });

  test('fails when two rules have one priority, in one table or beside it [compute-alb-rules]', () => {
    expect(() => new Front().table([path('A', '/a'), { ...path('B', '/b'), priority: 10 }])).toThrow(
      'Stack/Entry:\n  rule RulesB has priority 10, which rule RulesA has already; give each a number of its own',
    );
    const front = new Front();
    front.balancer.forward('Old', 10, [ListenerCondition.pathPatterns(['/old'])], front.other('Old'));
    expect(() => front.table([path('A', '/a')])).toThrow('rule RulesA has priority 10, which rule Old has already');
  });

  test.each([0, 50_001])('fails when a priority is %d [compute-alb-rules]', (priority) => {
    expect(() => new Front().table([{ ...path('A', '/a'), priority }])).toThrow(
      `Stack/Entry:\n  priority is ${priority}; give a whole number from 1 to 50000`,
    );
  });

  test('fails at the rule that is one too many for a balancer [compute-alb-rules]', () => {
    const rules = Array.from({ length: 101 }, (_, number) => path(`R${number}`, `/${number}`));
    expect(() => new Front().table(rules.slice(0, 100))).not.toThrow();
    expect(() => new Front().table(rules)).toThrow(
      'rule RulesR100 is one more than the 100 a balancer holds; join rules, or take a second balancer',
    );
  });

  test('fails when a rule is never asked, as a broader one stands before it [compute-alb-rules]', () => {
    expect(() => new Front().table([path('Api', '/api/*'), path('Users', '/api/users')])).toThrow(
      'Stack/Rules:\n  rule Users (priority 20) never gets a request, for rule Api (priority 10) takes them all; put it before Api, or leave it out',
    );
    expect(() => new Front().table([path('Users', '/api/users'), path('Api', '/api/*')])).not.toThrow();
  });

  test.each<[RuleConditions, string]>([
    [{ headers: { 'X-A': ['1', '2', '3', '4', '5', '6'] } }, '6'],
    [{ query: { id: ['1', '2', '3'], order: ['1', '2', '3'] } }, '6'],
    [{ sources: [1, 2, 3, 4, 5, 6].map((n) => `10.${n}.0.0/16`) }, '6'],
    [{ hosts: ['a.org', 'b.org', 'c.org'], paths: ['/1', '/2', '/3', '/4'] }, '7'],
    [{ paths: ['/1', '/2', '/3', '/4', '/5', '/6'] }, '6'],
  ])('fails with more than five values: %j [compute-alb-rule-limits]', (conditions, count) => {
    expect(refusal(conditions)).toThrow(
      `Stack/Rules:\n  rule It has ${count} values in its conditions and may have 5; split it into several rules`,
    );
  });

  test('six values fail in a rule written by hand too, and five pass [compute-alb-rule-limits]', () => {
    const front = new Front();
    const ranges = [1, 2, 3, 4, 5].map((n) => `10.${n}.0.0/16`);
    const forward = (id: string, also: ListenerCondition[]) => () =>
      front.balancer.forward(id, id.length, [ListenerCondition.sourceIps(ranges), ...also], front.pool);
    expect(forward('Five', [])).not.toThrow();
    expect(forward('SixOf', [ListenerCondition.pathPatterns(['/x'])])).toThrow(
      'rule SixOf has 6 values in its conditions and may have 5; split it into several rules',
    );
  });

  test('fails with more than five wildcards [compute-alb-rule-limits]', () => {
    expect(refusal({ paths: ['/*/*/*/?'], hosts: ['*.?.org'] })).toThrow(
      'rule It has 6 wildcards and may have 5; split it into several rules',
    );
  });

  test.each<[RuleConditions, string]>([
    [{}, 'rule It has no conditions, so the rules after it would never be asked; name some'],
    [{ paths: [] }, 'rule It has a condition without values, which no request meets; name some, or leave it out'],
    [{ methods: ['get'] }, 'rule It has the method get, and methods are compared letter by letter; write GET'],
    [
      { methods: ['G*'] },
      'rule It has the method G*; give up to 40 capitals, hyphens and underscores, without wildcards',
    ],
    [{ hosts: ['localhost'] }, 'rule It has the host localhost; give a name of up to 128 letters'],
    [{ hosts: ['blog.example.com:443'] }, 'rule It has the host blog.example.com:443; give a name'],
    [{ paths: ['/a?id=1'] }, 'rule It has the path /a?id=1; give up to 128 letters'],
    [{ paths: ['api/*'] }, 'rule It has the path api/*, and every path of a request begins with a slash; write /api/*'],
    [
      { sources: ['203.0.113.7'] },
      'rule It has the source 203.0.113.7; give a range such as 203.0.113.7/32 or 2001:db8::/32',
    ],
    [{ sources: ['10.0.0.0/33'] }, 'rule It has the source 10.0.0.0/33; give a range'],
    [{ headers: { Host: ['a.org'] } }, 'rule It asks for the header Host; name hosts instead'],
    [
      { headers: { 'X-*': ['a'] } },
      'rule It asks for the header X-*; give the name of one header of up to 40 characters',
    ],
    [{ headers: { 'X-A': [''] } }, 'rule It compares with a text of 0 characters; give 1 to 128'],
    [{ query: { id: ['x'.repeat(129)] } }, 'rule It compares with a text of 129 characters; give 1 to 128'],
  ])('fails when the service would refuse or never find it: %j [compute-alb-other-conditions]', (conditions, fault) => {
    expect(refusal(conditions)).toThrow(`Stack/Rules:\n  ${fault}`);
  });

  test('fails when names are none or the same', () => {
    expect(() => new Front().table([path('a b', '/a'), path('C', '/c'), path('C', '/d')])).toThrow(
      'Stack/Rules:\n  rule a b is no name; give letters and digits\n  rule C is there more than once; give each a name of its own',
    );
  });

  const office: TableRule = { name: 'Office', conditions: { sources: ['203.0.113.0/24'] }, action: answer };
  test('warns when a source is asked for that is the proxy in front [compute-alb-other-conditions]', () => {
    const warned = (front: Front, text: string) =>
      Annotations.fromStack(front.stack).hasWarning('/Stack/Rules', Match.stringLikeRegexp(text));
    const named = new Front();
    named.table([office], { proxy: 'the firewall of the office' });
    warned(named, 'rule Office asks for the source, which is the address of the firewall of the office and never');
    const edge = new Front(false, Exposure.vpcOrigin());
    edge.table([office]);
    warned(edge, 'the address of a distribution and never');
    const open = new Front();
    open.table([office]);
    Annotations.fromStack(open.stack).hasNoWarning('/Stack/Rules', Match.stringLikeRegexp('source'));
  });
});

describe('RuleAction', () => {
  test('nine in ten go to one pool and stay with it for an hour [compute-alb-actions]', () => {
    const shares = (front: Front) => [
      { pool: front.pool, weight: 90 },
      { pool: front.other('Next'), weight: 10 },
    ];
    expect(acting((front) => RuleAction.share(shares(front), Duration.hours(1)))()).toEqual([
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: { Ref: expect.stringMatching(/^PoolGroup/) }, Weight: 90 },
            { TargetGroupArn: { Ref: expect.stringMatching(/^NextGroup/) }, Weight: 10 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 },
        },
      },
    ]);
  });

  test('a redirect and a fixed answer need no target [compute-alb-actions]', () => {
    expect(acting(() => RuleAction.redirect({ host: 'www.example.com' }))()).toEqual([
      { Type: 'redirect', RedirectConfig: { Host: 'www.example.com', StatusCode: 'HTTP_301' } },
    ]);
    const body = '{"closed":true}';
    expect(acting(() => RuleAction.answer({ status: 503, type: 'application/json', body }))()).toEqual([
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '503', ContentType: 'application/json', MessageBody: body },
      },
    ]);
  });

  const shared =
    (weights: readonly number[], sticky?: Duration, props: Partial<TargetPoolProps> = {}) =>
    (front: Front) =>
      RuleAction.share(
        weights.map((weight, at) => ({ pool: front.other(`Pool${at}`, props), weight })),
        sticky,
      );
  test('fails with six pools, and takes five [compute-alb-rule-limits]', () => {
    expect(acting(shared([1, 1, 1, 1, 1]))).not.toThrow();
    expect(acting(shared([1, 1, 1, 1, 1, 1]))).toThrow(
      'Stack/Entry:\n  rule RulesIt shares between 6 pools; give 2 to 5',
    );
  });

  test.each<[string, (front: Front) => RuleAction, string]>([
    ['one pool', shared([1]), 'rule It shares between 1 pools; give 2 to 5'],
    ['a weight of 1000', shared([1000, 1]), 'weight of rule It is 1000; give a whole number from 0 to 999'],
    [
      'no weight at all',
      shared([0, 0]),
      'rule It gives every pool the weight 0, so that nobody answers; give one more',
    ],
    [
      'the same pool twice',
      ({ pool }) =>
        RuleAction.share([
          { pool, weight: 1 },
          { pool, weight: 2 },
        ]),
      'rule It names a pool twice; add its weights up',
    ],
    [
      'a sticky pool in a rule that is not',
      shared([1, 1], undefined, { stickiness: Stickiness.balancerCookie(Duration.hours(1)) }),
      'rule It shares with a pool whose clients come back to their target, but not to the pool; say for how long they stay with it',
    ],
    ['a stay of eight days', shared([1, 1], Duration.days(8)), 'stay of rule It is 8 days; give 1 second to 7 days'],
    [
      'a redirection by a fixed answer',
      () => RuleAction.answer({ status: 302 }),
      'rule It answers 302; give 200 to 299',
    ],
    [
      'a fixed answer of 1025 characters',
      () => RuleAction.answer({ status: 200, body: 'x'.repeat(1025) }),
      'rule It answers with 1025 characters and may with 1024; shorten it, or let a target answer',
    ],
    ['a redirect to itself', () => RuleAction.redirect({ port: '80' }), 'redirect It leads back to where the request'],
  ])('fails with %s [compute-alb-actions]', (_, action, fault) => {
    expect(acting(action)).toThrow(`Stack/Entry:\n  ${fault.replace(/\bIt\b/, 'RulesIt')}`);
  });
});

describe('signing in', () => {
  const endpoint = (at: string) => `https://id.example.org/${at}`;
  const oidc = (front: Front, next: RuleAction, issuer = 'https://id.example.org') =>
    RuleAction.signInWithOidc(
      {
        issuer,
        authorizationEndpoint: endpoint('authorize'),
        tokenEndpoint: endpoint('token'),
        userInfoEndpoint: endpoint('me'),
        clientId: 'web',
        clientSecret: Secret.fromSecretNameV2(front.stack, 'Secret', 'oidc/web'),
      },
      next,
    );
  const cognito = ({ stack, pool }: Front) => {
    const userPool = new UserPool(stack, 'Users');
    return RuleAction.signInWithCognito(
      {
        userPool,
        userPoolClient: new UserPoolClient(stack, 'Client', { userPool, generateSecret: true }),
        userPoolDomain: new UserPoolDomain(stack, 'Domain', { userPool, cognitoDomain: { domainPrefix: 'people' } }),
      },
      RuleAction.forward(pool),
    );
  };

  test('it comes before the action it guards, at Cognito [compute-alb-auth]', () => {
    expect(acting(cognito, true)()).toEqual([
      {
        Order: 1,
        Type: 'authenticate-cognito',
        AuthenticateCognitoConfig: {
          UserPoolArn: { 'Fn::GetAtt': [expect.stringMatching(/^Users/), 'Arn'] },
          UserPoolClientId: { Ref: expect.stringMatching(/^Client/) },
          UserPoolDomain: { Ref: expect.stringMatching(/^Domain/) },
        },
      },
      { Order: 2, Type: 'forward', TargetGroupArn: { Ref: expect.stringMatching(/^PoolGroup/) } },
    ]);
  });

  test('or at another provider, with a secret that the template only names [compute-alb-auth]', () => {
    expect(acting((front) => oidc(front, RuleAction.forward(front.pool)), true)()).toEqual([
      {
        Order: 1,
        Type: 'authenticate-oidc',
        AuthenticateOidcConfig: expect.objectContaining({
          Issuer: 'https://id.example.org',
          ClientId: 'web',
          ClientSecret: {
            'Fn::Join': [
              '',
              expect.arrayContaining([
                expect.stringMatching('{{resolve:secretsmanager:'),
                expect.stringMatching(':oidc/web:SecretString:::}}'),
              ]),
            ],
          },
        }),
      },
      expect.objectContaining({ Order: 2, Type: 'forward' }),
    ]);
  });

  test('fails on a listener for plain HTTP [compute-alb-auth]', () => {
    expect(acting(cognito)).toThrow(
      'Stack/Entry:\n  rule RulesIt signs people in, but its balancer speaks plain HTTP, where anybody could take their session; give it Transport.tls',
    );
  });

  test('fails when nothing follows, or another sign-in does [compute-alb-auth]', () => {
    const nothing = undefined as unknown as RuleAction;
    expect(acting((front) => oidc(front, nothing), true)).toThrow(
      'Stack/Entry:\n  rule RulesIt signs people in and does nothing then; say what follows',
    );
    expect(acting((front) => oidc(front, cognito(front)), true)).toThrow(
      'Stack/Entry:\n  rule RulesIt signs people in twice; leave one out',
    );
  });

  test('fails at a provider that is asked in plain HTTP, and passes on what is wrong with what follows [compute-alb-auth]', () => {
    const wrong = RuleAction.answer({ status: 302 });
    expect(acting((front) => oidc(front, wrong, 'http://id.example.org'), true)).toThrow(
      'Stack/Entry:\n  rule RulesIt answers 302; give 200 to 299 or 400 to 599\n  rule RulesIt signs people in at http://id.example.org; give an address that begins with https://',
    );
  });
});
