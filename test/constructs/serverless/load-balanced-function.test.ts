import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import {
  LoadBalancedFunction,
  type LoadBalancedFunctionProps,
} from '../../../lib/constructs/serverless/load-balanced-function';
import { testStack } from '../../support/app';
import { Parts } from '../compute/parts';

const made = (props: Partial<LoadBalancedFunctionProps> = {}) => {
  const parts = new Parts(testStack());
  const { function: callee } = new AppFunction(parts.stack, 'Answer', {
    description: 'Answers',
    code: Code.fromInline('exports.handler = async () => 1'),
  });
  new LoadBalancedFunction(parts.stack, 'Documents', {
    balancer: parts.balancer(parts.pool()),
    callee,
    priority: 10,
    conditions: [ListenerCondition.pathPatterns(['/documents/*'])],
    ...props,
  });
  return Template.fromStack(parts.stack);
};
const group = { TargetType: 'lambda', Port: Match.absent(), Protocol: Match.absent() };
const lists = (value: string) => [{ Key: 'lambda.multi_value_headers.enabled', Value: value }];

describe('LoadBalancedFunction', () => {
  test('requests of a path or a header go to the function, which balancers of this account alone may call, before it is registered [serverless-alb-target, compute-alb-lambda]', () => {
    const template = made({
      conditions: [ListenerCondition.pathPatterns(['/documents/*']), ListenerCondition.httpHeader('X-Version', ['2'])],
    });
    template.hasResource('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Properties: {
        ...group,
        HealthCheckEnabled: false,
        Targets: [{ Id: { 'Fn::GetAtt': [Match.anyValue(), 'Arn'] } }],
      },
      DependsOn: Match.arrayWith(Object.keys(template.findResources('AWS::Lambda::Permission'))),
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'elasticloadbalancing.amazonaws.com',
      SourceArn: {
        'Fn::Join': ['', Match.arrayWith([{ Ref: 'AWS::AccountId' }, ':targetgroup/*/*'])],
      },
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 10,
      Conditions: [{ Field: 'path-pattern' }, { Field: 'http-header' }],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: Match.stringLikeRegexp('^DocumentsGroup') } }],
    });
  });

  test('headers that come more than once are handed over when that is asked for [serverless-alb-target, compute-alb-lambda]', () => {
    const attributes = (props?: Partial<LoadBalancedFunctionProps>) =>
      Object.values(
        made(props).findResources('AWS::ElasticLoadBalancingV2::TargetGroup', { Properties: { TargetType: 'lambda' } }),
      )[0].Properties.TargetGroupAttributes;
    expect(attributes({ multiValueHeaders: true })).toEqual(expect.arrayContaining(lists('true')));
    expect(attributes()).not.toEqual(expect.arrayContaining(lists('true')));
  });

  test('health is asked for only where a path is given', () => {
    made({ healthPath: '/health' }).hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      ...group,
      HealthCheckEnabled: true,
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 300,
    });
  });

  test('rules that ask nothing, and numbers that no rule has, are refused', () => {
    expect(() => made({ priority: 0, conditions: [], healthPath: 'health' })).toThrow(
      'Stack/Documents:\n  priority is 0; give a whole number from 1 to 50000\n  conditions are none, so that the rules after it would never be asked; name a path or a header\n  healthPath is health; begin it with a slash, such as /health',
    );
  });
});
