import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { GatewayVpcEndpointAwsService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { context as featureFlags } from '../../../cdk.json';
import { GatewayEndpoint, type GatewayEndpointProps } from '../../../lib/constructs/network/gateway-endpoint';
import { testStack } from '../../support/app';

const endpoint = (props: Partial<GatewayEndpointProps> = {}, stack = testStack()) => {
  const vpc = new Vpc(stack, 'Vpc', { availabilityZones: stack.availabilityZones, natGateways: 1 });
  new GatewayEndpoint(stack, 'S3', { vpc, service: GatewayVpcEndpointAwsService.S3, ...props });
  return Template.fromStack(stack);
};

describe('GatewayEndpoint', () => {
  test('it is a route in the tables of the chosen subnets, with no interface and no group [network-gateway-endpoint]', () => {
    const template = endpoint({ subnets: [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }] });
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      RouteTableIds: [
        { Ref: Match.stringLikeRegexp('VpcPrivateSubnet1RouteTable') },
        { Ref: Match.stringLikeRegexp('VpcPrivateSubnet2RouteTable') },
      ],
      SubnetIds: Match.absent(),
      SecurityGroupIds: Match.absent(),
    });
  });

  test.each([
    ['S3', GatewayVpcEndpointAwsService.S3, 's3'],
    ['S3 Express', GatewayVpcEndpointAwsService.S3_EXPRESS, 's3express'],
    ['DynamoDB', GatewayVpcEndpointAwsService.DYNAMODB, 'dynamodb'],
  ])('%s has one [network-gateway-endpoint-scope]', (_, service, name) => {
    endpoint({ service }).hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, `.${name}`]] },
    });
  });

  test('fails when another service is named, or another Region [network-gateway-endpoint-scope]', () => {
    expect(() => endpoint({ service: new GatewayVpcEndpointAwsService('sqs') })).toThrow(
      'Stack/S3:\n  service is sqs; gateway endpoints exist for s3, s3express, dynamodb only, so use an interface endpoint',
    );
    const stack = new Stack(new App({ context: featureFlags }), 'Stack', { env: { region: 'eu-west-1' } });
    expect(() => endpoint({ service: { name: 'com.amazonaws.us-east-1.s3' } }, stack)).toThrow(
      'service is com.amazonaws.us-east-1.s3; a gateway endpoint reaches its own Region only, so write com.amazonaws.eu-west-1.s3',
    );
  });

  test('only what is listed is let through, to anyone, and not everything [network-endpoint-policy]', () => {
    const template = endpoint({
      allow: [
        { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::reports/*'] },
        {
          actions: ['s3:ListBucket'],
          resources: ['arn:aws:s3:::reports'],
          conditions: { StringEquals: { 's3:prefix': 'public/' } },
        },
      ],
    });
    const [one] = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    expect(one.Properties.PolicyDocument.Statement).toEqual([
      { Action: 's3:GetObject', Effect: 'Allow', Principal: { AWS: '*' }, Resource: 'arn:aws:s3:::reports/*' },
      {
        Action: 's3:ListBucket',
        Condition: { StringEquals: { 's3:prefix': 'public/' } },
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Resource: 'arn:aws:s3:::reports',
      },
    ]);
  });

  test('fails when the list would close the endpoint or say nothing [network-endpoint-policy]', () => {
    expect(() => endpoint({ allow: [] })).toThrow(
      'allow is empty, which closes the endpoint; list what may be reached, or leave it out',
    );
    expect(() => endpoint({ allow: [{ actions: [], resources: ['*'] }] })).toThrow(
      'allow has an entry without actions or resources; name at least one of each',
    );
  });
});
