import { publicNameAnswer, type Vantage } from '../../../lib/constructs/network/public-name';

const instance = { privateAddress: '10.16.48.10', publicAddress: '203.0.113.25' };

test.each<[Vantage, string]>([
  ['its own VPC', '10.16.48.10'],
  ['a peered VPC that resolves over the peering', '10.16.48.10'],
  ['another VPC', '203.0.113.25'],
  ['the internet', '203.0.113.25'],
])('asked for in %s, the public name of an instance is %s [network-public-name-inside]', (view, address) => {
  expect(publicNameAnswer(view, instance)).toBe(address);
});

test('without a public address, or where a VPC gives no names, there is no public name [network-public-name-inside]', () => {
  expect(publicNameAnswer('its own VPC', { privateAddress: '10.16.48.10' })).toBeUndefined();
  expect(publicNameAnswer('the internet', { ...instance, hostnames: false })).toBeUndefined();
});
