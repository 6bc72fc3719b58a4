import { chooseEndpoint, type EndpointKind, type EndpointNeeds } from '../../../lib/constructs/network/choose-endpoint';

const both = ['gateway', 'interface'] as const;
const outside: EndpointNeeds = { fromOutside: true };

describe('chooseEndpoint', () => {
  test.each<[string, EndpointNeeds, readonly EndpointKind[]]>([
    ['s3', {}, ['gateway']],
    ['s3', outside, both],
    ['s3express', {}, ['gateway']],
    ['dynamodb', {}, ['gateway']],
    ['dynamodb', outside, both],
    ['ssm', {}, ['interface']],
    ['ssmmessages', {}, ['interface']],
    ['ecr.api', {}, ['interface']],
    ['logs', {}, ['interface']],
    ['secretsmanager', {}, ['interface']],
    ['kms', {}, ['interface']],
    ['sqs', outside, ['interface']],
  ])('%s with %j is reached by %j [network-endpoint-choice]', (service, needs, use) => {
    const choice = chooseEndpoint(service, needs);
    expect(choice.use).toEqual(use);
    expect(choice.because).toContain(service);
  });

  test('a gateway changes no application and is in all zones; an interface needs a subnet in each [network-endpoint-choice]', () => {
    expect(chooseEndpoint('s3')).toMatchObject({ changesApplication: false, needsZones: false });
    expect(chooseEndpoint('s3', { privateNames: false })).toMatchObject({ changesApplication: false });
    expect(chooseEndpoint('kms')).toMatchObject({ changesApplication: false, needsZones: true });
  });

  test('an interface changes the application only when private names are off [network-endpoint-choice]', () => {
    expect(chooseEndpoint('kms', { privateNames: false }).changesApplication).toBe(true);
    expect(chooseEndpoint('kms', { privateNames: true }).changesApplication).toBe(false);
  });

  test('fails when a service that has gateways only is wanted from outside [network-endpoint-choice]', () => {
    expect(() => chooseEndpoint('s3express', outside)).toThrow(
      's3express has gateway endpoints only, which serve their own VPC; leave it out of fromOutside, and let those outside use its public address',
    );
  });
});
