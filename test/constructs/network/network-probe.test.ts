import { Match, Template } from 'aws-cdk-lib/assertions';
import { NetworkProbe, type NetworkProbeProps } from '../../../lib/constructs/network/network-probe';
import { testStack } from '../../support/app';
import { closedNetwork } from '../../support/networks';

const probe = (doors: NetworkProbeProps['doors']) => {
  const stack = testStack();
  const { vpc } = closedNetwork(stack, 'Shop', '10.16.0.0/16');
  new NetworkProbe(stack, 'Probe', { network: { vpc }, doors });
  return Template.fromStack(stack);
};

test('a probe stands in the network, is told its doors, and reaches nobody until it is let', () => {
  const template = probe({ billing: { host: '10.18.0.5', port: 2049 }, s3: { host: 's3.example.com', port: 443 } });
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: { SubnetIds: Match.anyValue() },
    Environment: { Variables: { PROBE_DOORS: 'billing=10.18.0.5:2049,s3=s3.example.com:443' } },
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [Match.objectLike({ CidrIp: '127.0.0.1/32' })],
    SecurityGroupIngress: Match.absent(),
  });
});

test('fails when there is nowhere to knock, or a door is none', () => {
  expect(() => probe({})).toThrow('Stack/Probe:\n  doors are none; name at least one');
  expect(() => probe({ 'a b': { host: '10.18.0.5', port: 80 } })).toThrow(
    'doors have the name "a b"; use letters, digits, hyphens and underscores',
  );
  expect(() => probe({ a: { host: 'https://x', port: 80 } })).toThrow(
    'door a has the host https://x; give an IPv4 address or a name, without a scheme',
  );
  expect(() => probe({ a: { host: '10.18.0.5', port: 0 } })).toThrow(
    'port of door a is 0; give a whole number from 1 to 65535',
  );
});
