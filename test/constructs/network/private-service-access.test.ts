import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import { PrivateNames } from '../../../lib/constructs/network/private-names';
import {
  PrivateServiceAccess,
  type EndpointBundle,
  type PrivateServiceAccessProps,
} from '../../../lib/constructs/network/private-service-access';
import { TieredNetwork, type TieredNetworkProps } from '../../../lib/constructs/network/tiered-network';
import { testStack } from '../../support/app';
import type { CfnTemplate } from '../../support/architecture';
import { NetworkModel } from '../../support/reachability';

type Given = Omit<PrivateServiceAccessProps, 'vpc'>;
function made(given: Given, network: TieredNetworkProps = { gatewayEndpoints: {} }) {
  const stack = testStack();
  const { vpc } = new TieredNetwork(stack, 'Network', {
    plan: { cidr: '10.16.0.0/16', zones: 2, tiers: [{ name: 'inner', access: 'isolated' }] },
    ...network,
  });
  const access = new PrivateServiceAccess(stack, 'Services', { vpc, ...given });
  return { stack, vpc, access };
}

interface Endpoint {
  readonly service: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
const endpoints = (stack: Stack): Endpoint[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) => {
    const properties = Properties as { ServiceName: { 'Fn::Join': [string, string[]] }; VpcEndpointType: string };
    return {
      service: properties.ServiceName['Fn::Join'][1].at(-1)!.slice(1),
      type: properties.VpcEndpointType,
      properties,
    };
  });
const names = (stack: Stack) => endpoints(stack).map(({ service, type }) => `${service} ${type}`);

describe('bundles', () => {
  test.each<[EndpointBundle, string[]]>([
    ['sessionManager', ['ssm Interface', 'ssmmessages Interface']],
    ['containerPulls', ['s3 Gateway', 'ecr.api Interface', 'ecr.dkr Interface', 'logs Interface']],
    ['functionsAndSecrets', ['secretsmanager Interface', 'kms Interface', 'sts Interface']],
  ])('%s holds %j and nothing else [network-endpoint-bundles]', (bundle, expected) => {
    expect(names(made({ bundles: [bundle] }).stack)).toEqual(expected);
  });

  test('what two of them hold, or the network has, is made once [network-endpoint-bundles]', () => {
    const { stack, access } = made(
      { bundles: ['containerPulls', 'sessionManager', 'sessionManager'], services: ['logs', 's3', 'dynamodb'] },
      {},
    );
    expect(names(stack)).toEqual([
      's3 Gateway',
      'dynamodb Gateway',
      'ecr.api Interface',
      'ecr.dkr Interface',
      'logs Interface',
      'ssm Interface',
      'ssmmessages Interface',
    ]);
    expect(access.gateways.s3.node.path).toBe('Stack/Network/S3/Endpoint');
    expect(access.endpointFor('s3')).toBe(access.gateways.s3);
    expect(access.endpointFor('logs')).toBe(access.interfaces.logs.endpoint);
  });

  test('fails when asked for an endpoint that is not there', () => {
    const { access } = made({ services: ['kms'] });
    expect(() => access.endpointFor('sqs')).toThrow(
      'Stack/Services:\n  sqs has no endpoint here; add it to services, there are kms',
    );
  });
});

describe('services', () => {
  test('used from outside, S3 and DynamoDB have addresses besides their routes; others need nothing more [network-endpoint-choice, network-interface-endpoint-s3-dynamodb]', () => {
    const { stack } = made({
      services: ['s3', 'dynamodb', 'sqs'],
      fromOutside: ['s3', 'dynamodb', 'sqs'],
      clients: [Peer.ipv4('10.0.0.0/8')],
    });
    expect(names(stack)).toEqual([
      's3 Gateway',
      'dynamodb Gateway',
      's3 Interface',
      'dynamodb Interface',
      'sqs Interface',
    ]);
    const [, , s3, dynamodb] = endpoints(stack);
    expect(s3.properties).toMatchObject({
      PrivateDnsEnabled: true,
      DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: 'OnlyInboundResolver' },
    });
    expect(dynamodb.properties).toMatchObject({ PrivateDnsEnabled: false });
  });

  test('what is said of a service is for its endpoint alone', () => {
    const { stack } = made({
      services: ['s3', 'sqs', 'kms'],
      allow: {
        s3: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::mine/*'] }],
        sqs: [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:::mine'] }],
      },
      privateNames: { kms: PrivateNames.off() },
    });
    const [s3, sqs, kms] = endpoints(stack).map(({ properties }) => properties);
    expect(s3.PolicyDocument).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
    expect(sqs).toMatchObject({
      PolicyDocument: { Statement: [{ Action: 'sqs:SendMessage' }] },
      PrivateDnsEnabled: true,
    });
    expect(kms).not.toHaveProperty('PolicyDocument');
    expect(kms).toMatchObject({ PrivateDnsEnabled: false });
  });

  test('fails when a service is unknown, or more is said than asked for, in one error', () => {
    expect(() => made({ services: [] })).toThrow('bundles and services are none; name at least one of them');
    expect(() => made({ services: ['ecr', 'smm'], fromOutside: ['kms'], allow: { sqs: [] } })).toThrow(
      [
        'Stack/Services:',
        'services has ecr, for which no endpoint is known; did you mean ecr.api, ecr.dkr? An InterfaceEndpoint takes any other',
        'services has smm, for which no endpoint is known; write a short name such as ssm or ecr.api. An InterfaceEndpoint takes any other',
        'fromOutside names kms, which is not among the services; add it to services, or leave it out',
        'allow names sqs, which is not among the services; add it to services, or leave it out',
      ].join('\n  '),
    );
  });

  test('what is limited later is limited at every endpoint of the service', () => {
    const { stack, access } = made({ services: ['s3', 'kms'], fromOutside: ['s3'] });
    access.allow('s3', { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::mine/*'] });
    const limited = endpoints(stack).filter(({ properties }) => properties.PolicyDocument !== undefined);
    expect(limited.map(({ service, type }) => `${service} ${type}`)).toEqual(['s3 Gateway', 's3 Interface']);
    expect(() => access.allow('sqs', { actions: ['sqs:*'], resources: ['*'] })).toThrow(
      'Stack/Services:\n  allow limits sqs, for which no endpoint was made here; there are s3, kms',
    );
  });

  test('fails when it should limit a gateway that the network has made', () => {
    const allow = { s3: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::mine/*'] }] };
    expect(() => made({ services: ['s3'], allow }, {})).toThrow(
      'allow limits s3, whose gateway Stack/Network/S3/Endpoint is there already; limit it where it is made',
    );
  });
});

test('a network without any internet path reaches services by these alone [network-private-only-vpc]', () => {
  const { stack } = made({ services: ['s3', 'kms'] });
  const template = Template.fromStack(stack);
  for (const type of ['InternetGateway', 'NatGateway', 'EgressOnlyInternetGateway', 'Route'])
    template.resourceCountIs(`AWS::EC2::${type}`, 0);
  const network = NetworkModel.fromTemplates({ Stack: template.toJSON() as CfnTemplate });
  expect(network).toReach('inner', 's3', 'tcp 443');
  expect(network).not.toReach('inner', 'internet');
  expect(network).not.toReach('internet', 'inner');
});
