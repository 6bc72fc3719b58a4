import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpAlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Exposure } from '../../../lib/constructs/compute/exposure';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import { ApiLink } from '../../../lib/constructs/serverless/api-link';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { RestFacade } from '../../../lib/constructs/serverless/rest-facade';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testApp, testStack } from '../../support/app';
import { NetworkModel } from '../../support/reachability';
import { Parts } from '../compute/parts';

const inside = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

/** A network with an internal balancer before a fleet, and the link that it lets in. */
function scene(stack = testStack()) {
  const parts = new Parts(stack);
  const link = new ApiLink(stack, 'Link', { vpc: parts.vpc, subnets: inside });
  const pool = parts.pool();
  const balancer = parts.balancer(pool, { subnets: inside, exposure: Exposure.internal([link]) });
  parts.fleet({ targets: pool });
  return { parts, link, balancer };
}

function withApi(stack?: Stack) {
  const { parts, link, balancer } = scene(stack);
  const api = new RestFacade(parts.stack, 'Api', {
    description: 'Things',
    access: ApiAccess.iam(),
    accessLogs: ApiAccessLogs.toBucket(new LogBucket(parts.stack, 'ApiLogs').bucket, 'api/'),
    alarms: parts.alarms,
  });
  api.route('GET /things/{id}', {
    target: ApiTarget.linkedProxy(link, { balancer: balancer.loadBalancer, path: '/things/{id}' }),
  });
  return Template.fromStack(parts.stack);
}

const group = (id: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(id), 'GroupId'] });

describe('ApiLink', () => {
  test('a REST API reaches an internal balancer through it, the balancer named as the target of the method [serverless-integration-private]', () => {
    const template = withApi();
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'GET',
      RequestParameters: { 'method.request.path.id': true },
      Integration: {
        Type: 'HTTP_PROXY',
        ConnectionType: 'VPC_LINK',
        ConnectionId: { Ref: Match.stringLikeRegexp('^Link') },
        IntegrationTarget: { Ref: Match.stringLikeRegexp('^EntryBalancer') },
        Uri: { 'Fn::Join': ['', ['http://', Match.anyValue(), ':80/things/{id}']] },
        RequestParameters: { 'integration.request.path.id': 'method.request.path.id' },
      },
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
  });

  test('it has a group of its own, which is all that the balancer admits [serverless-integration-private]', () => {
    const template = withApi();
    template.hasResourceProperties('AWS::ApiGatewayV2::VpcLink', {
      SecurityGroupIds: [group('^LinkGroup')],
      SubnetIds: [Match.anyValue(), Match.anyValue()],
    });
    const into = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).filter(({ Properties }) =>
      JSON.stringify(Properties.GroupId).includes('EntryGroup'),
    );
    expect(into.map(({ Properties }) => [Properties.FromPort, Properties.ToPort])).toEqual([[80, 80]]);
    expect(JSON.stringify(into[0].Properties.SourceSecurityGroupId)).toContain('LinkGroup');
  });

  test('the link reaches the balancer, and the internet reaches neither [serverless-integration-private]', () => {
    const app = testApp();
    app.node.setContext('aws:cdk:enable-path-metadata', true);
    const network = NetworkModel.fromTemplates(withApi(new Stack(app, 'Stack')).toJSON());
    expect(network).toReach('Link', 'Entry/Balancer', 'tcp 80');
    expect(network).not.toReach('internet', 'Entry/Balancer', 'tcp 80');
    expect(network).not.toReach('internet', 'Link');
    expect(network).not.toReach('Link', 'Fleet', 'tcp 80');
  });

  test('an HTTP API goes the same way [serverless-integration-private]', () => {
    const { parts, link, balancer } = scene();
    new HttpApi(parts.stack, 'Http', {
      defaultIntegration: new HttpAlbIntegration('Things', balancer.listener, { vpcLink: link.link }),
    });
    const template = Template.fromStack(parts.stack);
    template.resourceCountIs('AWS::ApiGatewayV2::VpcLink', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      ConnectionType: 'VPC_LINK',
      ConnectionId: { Ref: Match.stringLikeRegexp('^Link') },
      IntegrationUri: { Ref: Match.stringLikeRegexp('^EntryBalancerHttp') },
    });
  });

  test('fails in public subnets, or in one alone [serverless-integration-private]', () => {
    const { stack, vpc } = new Parts(testStack());
    expect(() => new ApiLink(stack, 'Link', { vpc, subnets: { subnets: [vpc.publicSubnets[0]] } })).toThrow(
      [
        'Stack/Link:',
        'subnets are 1; give one in each of two or more zones, or the API fails with its zone',
        'subnets are public, which an API does not need to get in; give private ones',
      ].join('\n  '),
    );
  });

  test('fails when the balancer has public addresses [serverless-integration-private]', () => {
    const parts = new Parts(testStack());
    const link = new ApiLink(parts.stack, 'Link', { vpc: parts.vpc, subnets: inside });
    const balancer = parts.balancer(parts.pool());
    const kind = ApiTarget.linkedProxy(link, { balancer: balancer.loadBalancer, path: 'things', port: 0 }).kindFor(
      'GET',
    );
    expect(kind.faults({ endpoint: { domainType: undefined } as never, stages: [] }).filter(Boolean)).toEqual([
      'path is "things"; begin it with a slash, such as /orders/{orderId}',
      'port is 0; give a whole number from 1 to 65535',
      'balancer is Stack/Entry/Balancer, which has public addresses, so that everybody could pass the API by; give an internal one',
    ]);
  });
});
