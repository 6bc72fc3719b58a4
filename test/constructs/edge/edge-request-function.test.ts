import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { experimental, LambdaEdgeEventType } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Architecture,
  Code,
  Function,
  LayerVersion,
  Runtime,
  Tracing,
  type FunctionProps,
} from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import type { EdgeRoute } from '../../../lib/constructs/edge/edge-route';
import { EdgeHook, type IEdgeCode } from '../../../lib/constructs/edge/edge-hook';
import {
  EdgeRequestFunction,
  type EdgeRequestFunctionProps,
  type VersionAtEdge,
} from '../../../lib/constructs/edge/edge-request-function';
import { edgeStack } from '../../../lib/constructs/edge/edge-stack';
import { ViewerFunction } from '../../../lib/constructs/edge/viewer-function';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testApp, testStack } from '../../support/app';

const code = Code.fromInline('exports.handler = async ({ Records }) => Records[0].cf.request;');
const inRegion = (region: string, id = 'Stack') => new Stack(testApp(), id, { env: { region } });
const edgeRegion = () => inRegion('us-east-1');

type Props = Partial<EdgeRequestFunctionProps>;
const at = (hook: EdgeHook, props: Props = {}, stack = edgeRegion(), id = 'Code') =>
  new EdgeRequestFunction(stack, id, { description: 'Decides', code, hook, ...props });
const viewerFunction = (stack: Stack, hook: EdgeHook, id = 'Viewer') =>
  new ViewerFunction(stack, id, { description: 'Decides', code: 'function handler(event) {}', hook });

/** A distribution whose default route runs code. */
function distribution(stack: Stack, runs: readonly IEdgeCode[], route: Partial<EdgeRoute> = {}): EdgeDistribution {
  const logBucket = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
  const origin = S3BucketOrigin.withOriginAccessControl(new Bucket(stack, 'Files'));
  return new EdgeDistribution(stack, 'Edge', {
    description: 'Site',
    logBucket,
    defaultRoute: { origin, cache: new CacheRules(stack, 'Rules'), runs, ...route },
  });
}

/** What a distribution says to a function of the plain CDK. */
const withPlain =
  (props: Partial<FunctionProps>, hook: VersionAtEdge = { hook: EdgeHook.ORIGIN_REQUEST }, stack = edgeRegion()) =>
  () => {
    const made = new Function(stack, 'Plain', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code,
      ...props,
    });
    return distribution(stack, [EdgeRequestFunction.fromVersion(made.currentVersion, hook)]);
  };

describe('an edge function', () => {
  const home = inRegion('eu-west-1', 'home');
  distribution(home, [at(EdgeHook.ORIGIN_REQUEST, {}, edgeStack(home))]);
  const support = Template.fromStack(edgeStack(home));
  const main = Template.fromStack(home);

  test('stands in the stack of us-east-1, as a published version, whatever the region of the rest [edge-lambda-at-edge]', () => {
    expect(edgeStack(home).region).toBe('us-east-1');
    main.resourceCountIs('AWS::Lambda::Function', 0);
    const [version] = Object.keys(support.findResources('AWS::Lambda::Version'));
    const [output] = Object.entries(support.findOutputs('*'));
    expect(output[1].Value).toEqual({ Ref: version });
    main.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        DefaultCacheBehavior: Match.objectLike({
          LambdaFunctionAssociations: [
            {
              EventType: 'origin-request',
              LambdaFunctionARN: {
                'Fn::GetStackOutput': { StackName: 'home-edge', OutputName: output[0], Region: 'us-east-1' },
              },
            },
          ],
        }),
      }),
    });
  });

  test('has nothing that CloudFront would refuse, and is trusted to both services [edge-lambda-at-edge]', () => {
    const [{ Properties: made }] = Object.values(support.findResources('AWS::Lambda::Function'));
    expect(Object.keys(made as object).sort()).toEqual([
      'Architectures',
      'Code',
      'Description',
      'Handler',
      'LoggingConfig',
      'MemorySize',
      'Role',
      'Runtime',
      'Timeout',
    ]);
    expect(made).toMatchObject({ Architectures: ['x86_64'], MemorySize: 128, Timeout: 5, Runtime: 'nodejs24.x' });
    support.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: ['edgelambda.amazonaws.com', 'lambda.amazonaws.com'] },
          },
        ],
      }),
    });
  });

  test('may write its logs in every Region, into groups of its one name', () => {
    const [group] = Object.keys(support.findResources('AWS::Logs::LogGroup'));
    support.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':logs:*:',
                  { Ref: 'AWS::AccountId' },
                  ':log-group:',
                  { Ref: group },
                  ':*',
                ],
              ],
            },
          },
        ],
      }),
    });
  });

  test('is referred to directly where the whole stack is in us-east-1', () => {
    const stack = edgeRegion();
    distribution(stack, [at(EdgeHook.ORIGIN_RESPONSE, {}, stack)]);
    const template = Template.fromStack(stack);
    const [version] = Object.keys(template.findResources('AWS::Lambda::Version'));
    expect(JSON.stringify(template.toJSON())).toContain(
      `"LambdaFunctionAssociations":[{"EventType":"origin-response","LambdaFunctionARN":{"Ref":"${version}"}}]`,
    );
  });
});

describe('hooks', () => {
  test('are four, and a Lambda function stands on each of them as the event it is told [edge-hook-points]', () => {
    const stack = edgeRegion();
    const hooks = Object.values(EdgeHook);
    distribution(
      stack,
      hooks.map((hook) => at(hook, { includeBody: hook.endsWith('request') }, stack, hook.replace('-', ''))),
    );
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudFront::Distribution'));
    const told = Properties.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations;
    expect(told.map(({ EventType, IncludeBody }: any) => [EventType, IncludeBody])).toEqual([
      ['viewer-request', true],
      ['origin-request', true],
      ['origin-response', undefined],
      ['viewer-response', undefined],
    ]);
  });

  test('of the viewer may be CloudFront Functions while those of the origin are Lambda@Edge', () => {
    const stack = edgeRegion();
    distribution(stack, [viewerFunction(stack, EdgeHook.VIEWER_REQUEST), at(EdgeHook.ORIGIN_REQUEST, {}, stack)]);
    const text = JSON.stringify(Template.fromStack(stack).toJSON());
    expect(text).toContain('"FunctionAssociations":[{"EventType":"viewer-request"');
    expect(text).toContain('"LambdaFunctionAssociations":[{"EventType":"origin-request"');
  });

  test('fails when two functions stand on one hook of a route [edge-hook-points]', () => {
    const stack = edgeRegion();
    const two = ['One', 'Two'].map((id) => at(EdgeHook.ORIGIN_REQUEST, {}, stack, id));
    expect(() => distribution(stack, two)).toThrow(
      'Stack/Edge:\n  the route * runs Stack/One and Stack/Two on origin-request; each hook of a route has room for one, so make one of them',
    );
  });

  test('fails when a CloudFront Function and Lambda@Edge share the viewer hooks of a route [edge-hook-points]', () => {
    const stack = edgeRegion();
    const mixed = [viewerFunction(stack, EdgeHook.VIEWER_REQUEST), at(EdgeHook.VIEWER_RESPONSE, {}, stack)];
    expect(() => distribution(stack, mixed)).toThrow(
      'the route * runs Stack/Viewer (CloudFront Functions) on viewer-request and Stack/Code (Lambda@Edge) on viewer-response; the viewer hooks of a route are of one kind, so make both the same',
    );
  });

  test('fails when the body is asked for on a response hook, as in the CDK [edge-hook-points]', () => {
    expect(() => at(EdgeHook.ORIGIN_RESPONSE, { includeBody: true })).toThrow(
      'Stack/Code on origin-response: includeBody is true, and an answer has no body of the viewer; leave it out',
    );
    const stack = edgeRegion();
    const made = new Function(stack, 'Plain', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    expect(() =>
      distribution(stack, [
        {
          hook: EdgeHook.ORIGIN_RESPONSE,
          kind: 'Lambda@Edge',
          name: 'Plain',
          edgeFaults: () => [],
          associate: () => ({
            edgeLambdas: [
              {
                functionVersion: made.currentVersion,
                eventType: LambdaEdgeEventType.ORIGIN_RESPONSE,
                includeBody: true,
              },
            ],
          }),
        },
      ]),
    ).toThrow("'includeBody' can only be true for ORIGIN_REQUEST or VIEWER_REQUEST event types.");
  });
});

describe('limits of a hook', () => {
  test.each<[string, EdgeHook, Props, string]>([
    [
      '10 s at the viewer',
      EdgeHook.VIEWER_REQUEST,
      { timeout: Duration.seconds(10) },
      'timeout is 10 seconds; give 1 second to 5 seconds',
    ],
    ['256 MB at the viewer', EdgeHook.VIEWER_RESPONSE, { memorySize: 256 }, 'memorySize is 256 MB; give 128 MB'],
    [
      '31 s at the origin',
      EdgeHook.ORIGIN_REQUEST,
      { timeout: Duration.seconds(31) },
      'timeout is 31 seconds; give 1 second to 30 seconds',
    ],
    [
      '64 MB',
      EdgeHook.ORIGIN_REQUEST,
      { memorySize: 64 },
      'memorySize is 64 MB; give a whole number from 128 to 10240 MB',
    ],
    [
      'Java',
      EdgeHook.ORIGIN_REQUEST,
      { runtime: Runtime.JAVA_21 },
      'runtime is java21; give one of Node.js or Python, such as nodejs24.x',
    ],
  ])('fails when it is %s [edge-lambda-at-edge]', (_, hook, props, message) => {
    expect(() => at(hook, props)).toThrow(`Stack/Code:\n  Stack/Code on ${hook}: ${message}`);
  });

  test('are 30 s and more memory at an origin hook [edge-lambda-at-edge]', () => {
    const stack = edgeRegion();
    at(
      EdgeHook.ORIGIN_REQUEST,
      { timeout: Duration.seconds(30), memorySize: 512, runtime: Runtime.PYTHON_3_13 },
      stack,
    );
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Timeout: 30, MemorySize: 512 });
  });

  test('fails when it stands elsewhere than in us-east-1, or nowhere for certain [edge-lambda-at-edge]', () => {
    expect(() => at(EdgeHook.ORIGIN_REQUEST, {}, inRegion('eu-west-1'))).toThrow(
      'it stands in a stack of eu-west-1; CloudFront copies functions from us-east-1 alone, so make it in edgeStack(this)',
    );
    expect(() => at(EdgeHook.ORIGIN_REQUEST, {}, testStack())).toThrow(
      'it stands in a stack without a fixed region; CloudFront',
    );
  });
});

describe('a function made elsewhere', () => {
  const vpc = (stack: Stack) => new Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0 });
  test.each<[string, (stack: Stack) => Partial<FunctionProps>, string]>([
    [
      'a network',
      (stack) => ({
        vpc: vpc(stack),
        vpcSubnets: { subnets: vpc(new Stack(stack, 'In')).publicSubnets },
        allowPublicSubnet: true,
      }),
      'it stands in a VPC; leave the network out',
    ],
    [
      'layers',
      (stack) => ({
        layers: [LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:us-east-1:111122223333:layer:a:1')],
      }),
      'it has layers; bundle the libraries with the code',
    ],
    ['another processor', () => ({ architecture: Architecture.ARM_64 }), 'its architecture is arm64; give x86_64'],
    ['tracing', () => ({ tracing: Tracing.ACTIVE }), 'it is traced; leave tracing out'],
    [
      'a dead-letter queue',
      () => ({ deadLetterQueueEnabled: true }),
      'it has a dead-letter queue, and somebody waits for each answer; leave it out',
    ],
    [
      'reserved runs',
      () => ({ reservedConcurrentExecutions: 5 }),
      'it has 5 reserved runs, which would count in each Region apart; leave them out',
    ],
    ['a large /tmp', () => ({ ephemeralStorageSize: Size.mebibytes(1024) }), 'its /tmp is of 1024 MiB; give 512 MiB'],
    [
      'another language',
      () => ({
        runtime: Runtime.JAVA_21,
        handler: 'a::b',
        code: Code.fromBucketV2(Bucket.fromBucketName(new Stack(), 'B', 'code-of-it'), 'k'),
      }),
      'runtime is java21; give one of Node.js or Python, such as nodejs24.x',
    ],
  ])('fails when it has %s [edge-lambda-at-edge]', (_, props, message) => {
    const stack = edgeRegion();
    expect(withPlain(props(stack), undefined, stack)).toThrow(`on origin-request: ${message}`);
  });

  test('fails when it is larger or slower than a viewer hook allows, with all that is wrong in one message [edge-lambda-at-edge]', () => {
    expect(
      withPlain(
        { memorySize: 256, timeout: Duration.seconds(10) },
        { hook: EdgeHook.VIEWER_REQUEST, includeBody: true },
      ),
    ).toThrow(/timeout is 10 seconds; give 1 second to 5 seconds\n.*memorySize is 256 MB; give 128 MB/);
  });

  test('is run where it keeps to the rules', () => {
    expect(withPlain({})).not.toThrow();
  });

  test('fails in the CDK when it has environment variables, is $LATEST, or its stack has no region [edge-lambda-at-edge]', () => {
    const stack = edgeRegion();
    withPlain({ environment: { A: 'b' } }, undefined, stack)();
    expect(() => Template.fromStack(stack)).toThrow(
      'contains environment variables [A] and is not compatible with Lambda@Edge',
    );
    const other = edgeRegion();
    const made = new Function(other, 'Plain', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    const latest = EdgeRequestFunction.fromVersion(made.latestVersion, { hook: EdgeHook.ORIGIN_REQUEST });
    expect(() => distribution(other, [latest])).toThrow('$LATEST function version cannot be used for Lambda@Edge');
    const props = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code };
    expect(() => new experimental.EdgeFunction(new Stack(new App(), 'Nowhere'), 'Plain', props)).toThrow(
      'stacks which use EdgeFunctions must have an explicitly set region',
    );
  });
});
