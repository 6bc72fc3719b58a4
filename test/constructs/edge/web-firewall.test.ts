import { Duration, Stack, type App } from 'aws-cdk-lib';
import { CfnRestApi, CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnService } from 'aws-cdk-lib/aws-apprunner';
import { CfnGraphQLApi } from 'aws-cdk-lib/aws-appsync';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { CfnVerifiedAccessInstance } from 'aws-cdk-lib/aws-ec2';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import { edgeStack } from '../../../lib/constructs/edge/edge-stack';
import { FirewallCondition } from '../../../lib/constructs/edge/firewall-condition';
import { FirewallRule } from '../../../lib/constructs/edge/firewall-rule';
import { RequestPart } from '../../../lib/constructs/edge/request-part';
import { WebFirewall, type IWebFirewall, type WebFirewallProps } from '../../../lib/constructs/edge/web-firewall';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { templateOf, testApp, testStack } from '../../support/app';

const rules = [FirewallRule.managed('AWSManagedRulesCommonRuleSet'), FirewallRule.rate('TooMany', { limit: 1000 })];
const base: WebFirewallProps = { description: 'Tests', scope: 'regional', rules };
const templateWith = (props: Partial<WebFirewallProps> = {}) =>
  templateOf((stack) => new WebFirewall(stack, 'Firewall', { ...base, ...props }));
const refusal = (props: Partial<WebFirewallProps>, stack = testStack()) => {
  return () => new WebFirewall(stack, 'Firewall', { ...base, ...props });
};
const usEast = (app: App = testApp()) => new Stack(app, 'Stack', { env: { region: 'us-east-1' } });

describe('a firewall', () => {
  test('names its scope, what holds where no rule decides, and what can be seen of it [edge-web-acl]', () => {
    const template = templateWith();
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      VisibilityConfig: { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: Match.anyValue() },
      Rules: [
        Match.objectLike({ VisibilityConfig: Match.objectLike({ MetricName: 'AWSManagedRulesCommonRuleSet' }) }),
        Match.objectLike({ VisibilityConfig: Match.objectLike({ MetricName: 'TooMany' }) }),
      ],
    });
    templateWith({ otherwise: 'block' }).hasResourceProperties('AWS::WAFv2::WebACL', { DefaultAction: { Block: {} } });
  });

  test('logs what it turned away or counted, without what signs callers in, where WAF looks for it [edge-web-acl]', () => {
    const template = templateWith();
    const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const stackPart = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: { 'Fn::Join': ['', ['aws-waf-logs-', stackPart, '-firewall']] },
    });
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      ResourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FirewallAcl'), 'Arn'] },
      LogDestinationConfigs: [{ 'Fn::Join': ['', Match.arrayWith([':log-group:', { Ref: group }])] }],
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
      LoggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::Logs::ResourcePolicy', {
      PolicyDocument: Match.anyValue(),
    });
  });

  test('observing, no rule turns anything away [edge-web-acl-order]', () => {
    templateWith({ mode: 'observe' }).hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: [
        Match.objectLike({ OverrideAction: { Count: {} }, Action: Match.absent() }),
        Match.objectLike({ Action: { Count: {} }, OverrideAction: Match.absent() }),
      ],
    });
  });

  test('fails when it is for the edge and not in us-east-1 [edge-web-acl]', () => {
    expect(refusal({ scope: 'edge' })).toThrow(
      'Stack/Firewall:\n  scope is edge in a stack without a fixed region; such a firewall stands in us-east-1 only, so make it in edgeStack(this)',
    );
    const elsewhere = new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1' } });
    expect(refusal({ scope: 'edge' }, elsewhere)).toThrow('scope is edge in a stack of eu-west-1; ');
    expect(refusal({ scope: 'edge' }, usEast())).not.toThrow();
  });

  test('fails when its description has characters that WAF does not take, or it has no rules', () => {
    expect(refusal({ description: 'What’s new?', rules: [] })).toThrow(
      [
        'Stack/Firewall:',
        'description is "What’s new?"; WAF takes 1 to 256 letters, digits, spaces and + = : # @ / - , .',
        'rules is empty, so that everything would have one fate; give at least one',
      ].join('\n  '),
    );
  });
});

describe('the order of rules', () => {
  const named = (name: string, priority?: number) =>
    FirewallRule.block(name, FirewallCondition.fromCountries('AQ'), { ...(priority !== undefined && { priority }) });
  const priorities = (template: Template) =>
    Object.values(template.findResources('AWS::WAFv2::WebACL'))[0].Properties.Rules.map(
      ({ Name, Priority }: { Name: string; Priority: number }) => [Name, Priority],
    );

  test('is that of the list, with room between for others [edge-web-acl-order]', () => {
    expect(priorities(templateWith({ rules: [named('A'), named('B'), named('C')] }))).toEqual([
      ['A', 0],
      ['B', 10],
      ['C', 20],
    ]);
    expect(priorities(templateWith({ rules: [named('A', 5), named('B'), named('C', 1)] }))).toEqual([
      ['A', 5],
      ['B', 15],
      ['C', 1],
    ]);
  });

  test('fails when two rules have one priority or one name [edge-web-acl-order]', () => {
    expect(refusal({ rules: [named('A', 10), named('B', 0), named('C')] })).toThrow(
      'Stack/Firewall:\n  rules has the priority 10 more than once; give each its own',
    );
    expect(refusal({ rules: [named('A'), named('A')] })).toThrow(
      'Stack/Firewall:\n  rules has the rule A more than once; give each its own',
    );
  });

  test('fails when a group of rules has an action, or another rule an override [edge-web-acl-order]', () => {
    const managedRuleGroupStatement = { vendorName: 'AWS', name: 'AWSManagedRulesBotControlRuleSet' };
    const bots = { name: 'Bots', statement: { managedRuleGroupStatement } };
    const country = { name: 'Country', statement: { geoMatchStatement: { countryCodes: ['AQ'] } } };
    expect(
      refusal({
        rules: [
          FirewallRule.raw({ ...bots, action: { block: {} } }),
          FirewallRule.raw({ ...country, overrideAction: { none: {} } }),
        ],
      }),
    ).toThrow(
      [
        'Stack/Firewall:',
        'rule Bots: it has an action, but a group of rules acts by itself; give overrideAction: { none: {} } instead',
        'rule Bots: it is a group of rules without overrideAction; give overrideAction: { none: {} }',
        'rule Country: it has an overrideAction, which only groups of rules take; give an action',
        'rule Country: it has no action; give one such as { block: {} }',
      ].join('\n  '),
    );
    const allowed = [
      FirewallRule.raw({ ...bots, overrideAction: { none: {} } }),
      FirewallRule.raw({ ...country, action: { block: {} } }),
    ];
    expect(refusal({ rules: allowed })).not.toThrow();
  });
});

describe('what it stands before', () => {
  const protecting = (make: (stack: Stack) => IConstruct, stack = testStack()) => {
    const firewall = new WebFirewall(stack, 'Firewall', base);
    firewall.protect(make(stack));
    return Template.fromStack(stack);
  };
  const balancer = (type?: string) => (stack: Stack) =>
    new CfnLoadBalancer(stack, 'Balancer', { ...(type && { type }), subnets: ['subnet-1', 'subnet-2'] });

  test.each<[string, (stack: Stack) => IConstruct, object]>([
    ['an Application Load Balancer', balancer('application'), { Ref: 'Balancer' }],
    [
      'a stage of a REST API',
      (stack) => {
        const api = new CfnRestApi(stack, 'Api', { name: 'api' });
        return new CfnStage(stack, 'Stage', { restApiId: api.ref, stageName: 'live' });
      },
      {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':apigateway:',
            { Ref: 'AWS::Region' },
            '::/restapis/',
            { Ref: 'Api' },
            '/stages/',
            { Ref: 'Stage' },
          ],
        ],
      },
    ],
    [
      'a GraphQL API',
      (stack) => new CfnGraphQLApi(stack, 'Graph', { name: 'graph', authenticationType: 'AWS_IAM' }),
      { 'Fn::GetAtt': ['Graph', 'Arn'] },
    ],
    ['a pool of users', (stack) => new UserPool(stack, 'Pool'), { 'Fn::GetAtt': ['PoolD3F588B8', 'Arn'] }],
    [
      'a service of App Runner',
      (stack) => new CfnService(stack, 'Runner', { sourceConfiguration: {} }),
      { 'Fn::GetAtt': ['Runner', 'ServiceArn'] },
    ],
    [
      'an instance of Verified Access',
      (stack) => new CfnVerifiedAccessInstance(stack, 'Verified', {}),
      { 'Fn::Join': ['', Match.arrayWith([':verified-access-instance/', { Ref: 'Verified' }])] },
    ],
  ])('%s is named by its ARN [edge-web-acl]', (_, make, ResourceArn) => {
    protecting(make).hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      WebACLArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FirewallAcl'), 'Arn'] },
      ResourceArn,
    });
  });

  test.each<[string, (stack: Stack) => IConstruct, string]>([
    [
      'a Network Load Balancer',
      balancer('network'),
      'Stack/Balancer is a network load balancer, which forwards packets and reads no HTTP; put an Application Load Balancer behind it',
    ],
    [
      'a Gateway Load Balancer',
      balancer('gateway'),
      'Stack/Balancer is a gateway load balancer, which forwards packets',
    ],
    [
      'an HTTP API',
      (stack) => new CfnApi(stack, 'Http', { name: 'http', protocolType: 'HTTP' }),
      'Stack/Http is an HTTP or WebSocket API, which takes no firewall; use a REST API, or put a distribution before it',
    ],
    [
      'a distribution',
      (stack) => new Distribution(stack, 'Cdn', { defaultBehavior: { origin: new HttpOrigin('example.com') } }),
      'Stack/Cdn is a distribution, which names its firewall itself; give the firewall to EdgeDistribution',
    ],
    [
      'a queue',
      (stack) => new Queue(stack, 'Queue'),
      'Stack/Queue is nothing that takes a firewall; give an Application',
    ],
  ])('fails when it is %s [edge-web-acl]', (_, make, message) => {
    expect(() => protecting(make)).toThrow(`Stack/Firewall:\n  ${message}`);
  });

  test('fails when a firewall of the edge is to stand before something in a region [edge-web-acl]', () => {
    const stack = usEast();
    const firewall = new WebFirewall(stack, 'Firewall', { ...base, scope: 'edge' });
    expect(() => firewall.protect(balancer('application')(stack))).toThrow(
      'Stack/Firewall:\n  scope is edge, so it cannot stand before Stack/Balancer; give it to EdgeDistribution, or make one whose scope is regional',
    );
  });
});

describe('before a distribution', () => {
  const distribution = (stack: Stack, firewall: IWebFirewall) =>
    new EdgeDistribution(stack, 'Edge', {
      description: 'Tests',
      defaultRoute: { origin: new HttpOrigin('example.com'), cache: new CacheRules(stack, 'Rules') },
      logBucket: new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket,
      firewall,
    });

  test('in us-east-1 the distribution names the firewall beside it [edge-web-acl]', () => {
    const stack = usEast();
    distribution(stack, new WebFirewall(edgeStack(stack), 'Firewall', { ...base, scope: 'edge' }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        WebACLId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FirewallAcl'), 'Arn'] },
      }),
    });
    expect(stack.node.root.node.children.filter(Stack.isStack)).toHaveLength(1);
  });

  test('elsewhere, or nowhere in particular, a second stack of us-east-1 holds it and is deployed first [edge-web-acl]', () => {
    const app = testApp();
    const stack = new Stack(app, 'Stack', { terminationProtection: true });
    const firewall = new WebFirewall(edgeStack(stack), 'Firewall', { ...base, scope: 'edge' });
    distribution(stack, firewall);
    const edge = edgeStack(stack);
    expect([edge.stackName, edge.region, edge.terminationProtection]).toEqual(['Stack-edge', 'us-east-1', true]);
    expect(stack.dependencies).toContain(edge);
    const output = Object.keys(Template.fromStack(edge).findOutputs('*'));
    expect(output).toHaveLength(1);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        WebACLId: { 'Fn::GetStackOutput': { StackName: 'Stack-edge', OutputName: output[0], Region: 'us-east-1' } },
      }),
    });
    Template.fromStack(stack).resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  test('fails when the firewall is regional, or none of WAF [edge-web-acl]', () => {
    const stack = testStack();
    expect(() => distribution(stack, new WebFirewall(stack, 'Firewall', base))).toThrow(
      'Stack/Edge:\n  firewall is Stack/Firewall, which is regional; give one whose scope is edge, made in edgeStack(this)',
    );
    expect(() => distribution(testStack(), WebFirewall.fromArn('473e64fd-f30b-4765-81a0-62ad96dd167a'))).toThrow(
      'firewall is 473e64fd-f30b-4765-81a0-62ad96dd167a, an id of WAF Classic, which AWS has retired; give the ARN of a web ACL of WAF',
    );
    const id = 'webacl/name/473e64fd-f30b-4765-81a0-62ad96dd167a';
    const regional = `arn:aws:wafv2:eu-west-1:111122223333:regional/${id}`;
    expect(() => distribution(testStack(), WebFirewall.fromArn(regional))).toThrow(
      `firewall is ${regional}; give the ARN of a web ACL of the scope CLOUDFRONT`,
    );
    const global = WebFirewall.fromArn(`arn:aws:wafv2:us-east-1:111122223333:global/${id}`);
    expect(() => distribution(testStack(), global)).not.toThrow();
  });
});

describe('the rules it is given', () => {
  const faultsOf = (rule: FirewallRule) => rule.faults();
  const anywhere = FirewallCondition.fromCountries('AT');

  test('fails when a limit, a window or a status is outside what WAF takes [edge-waf-rate]', () => {
    expect(
      refusal({
        rules: [
          FirewallRule.rate('Few', { limit: 5, window: Duration.seconds(45) }),
          FirewallRule.rate('Odd', { limit: 2_000_000_001, window: Duration.minutes(5), status: 700 }),
        ],
      }),
    ).toThrow(
      [
        'Stack/Firewall:',
        'rule Few: limit is 5 requests; give a whole number from 10 to 2000000000 requests',
        'rule Few: window is 45 seconds; give 1, 2, 5 or 10 minutes',
        'rule Odd: limit is 2000000001 requests; give a whole number from 10 to 2000000000 requests',
        'rule Odd: status is 700; give a whole number from 200 to 599',
      ].join('\n  '),
    );
  });

  test('fails when a condition names what there is not [edge-waf-matches]', () => {
    expect(faultsOf(FirewallRule.block('a rule', anywhere))).toEqual([
      'rule a rule: its name is none; give letters, digits, hyphens and underscores, at most 128',
    ]);
    expect(
      faultsOf(
        FirewallRule.block(
          'All',
          FirewallCondition.any(
            FirewallCondition.fromCountries('UK'),
            FirewallCondition.fromAddresses(['203.0.113.0', '0.0.0.0/0']),
            FirewallCondition.contains(RequestPart.header('user agent'), ''),
            FirewallCondition.matches(RequestPart.path(), /(?=x)y/i),
            FirewallCondition.matches(RequestPart.path(), /^\/Admin\S/),
            FirewallCondition.matches(RequestPart.path(), /^\/admin\S/),
            FirewallCondition.longerThan(RequestPart.path(), -1),
            FirewallCondition.all(anywhere),
          ),
        ),
      ),
    ).toEqual([
      'rule All: a condition lists the country UK; use ISO 3166-1 codes of two capital letters such as AT',
      'rule All: a condition lists the range 203.0.113.0; give one such as 203.0.113.0/24 or 2001:db8::/32',
      'rule All: a condition lists 0.0.0.0/0, which WAF does not take; leave the condition out',
      'rule All: a condition looks at the header "user agent"; give a name such as user-agent',
      'rule All: a text to look for in the header user agent has 0 characters; it takes 1 to 200',
      'rule All: the expression (?=x)y looks around or back, which WAF does not; write it without',
      'rule All: the expression (?=x)y has the flags i, which WAF does not know; texts are in lower case',
      'rule All: the expression ^\\/Admin\\S has capital letters, which no text in lower case holds; write small ones',
      'rule All: a size is -1; give a whole number of bytes',
      'rule All: all() has 1 conditions; give two or more',
    ]);
  });
});
