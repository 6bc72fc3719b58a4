import { App, Stack } from 'aws-cdk-lib';
import { companionStack } from '../../lib/constructs/companion-stack';
import { secondRegionOf } from '../../lib/constructs/second-region';
import { testStack } from '../support/app';

const props = { region: 'eu-central-1', description: 'Copies' };

describe('companionStack', () => {
  test('stands beside its home in a region of its own, is deployed first, and is as well protected', () => {
    const home = new Stack(new App(), 'home', { terminationProtection: true });
    const made = companionStack(home, 'copies', props);
    expect([made.stackName, made.region, made.terminationProtection]).toEqual(['home-copies', 'eu-central-1', true]);
    expect(home.dependencies).toEqual([made]);
    expect(companionStack(home, 'copies', props)).toBe(made);
  });

  test('is of the account of its home where that is fixed, and of any where it is not', () => {
    const env = { account: '111122223333', region: 'eu-west-1' };
    expect(companionStack(new Stack(new App(), 'home', { env }), 'copies', props).account).toBe('111122223333');
    expect(companionStack(testStack('home'), 'copies', props).environment).toBe('aws://unknown-account/eu-central-1');
  });
});

describe('secondRegionOf', () => {
  test.each([
    ['us-east-1', 'us-west-2'],
    ['eu-west-1', 'eu-central-1'],
    ['eu-north-1', 'eu-south-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
  ])('of %s is %s, and the other way round', (one, other) => {
    expect([secondRegionOf(one), secondRegionOf(other)]).toEqual([other, one]);
  });

  test('never leaves the country or union, as far as the first word tells', () => {
    const law = (region: string) => region.split('-')[0];
    for (const region of ['ca-central-1', 'eu-west-3', 'ap-northeast-1', 'ap-southeast-2', 'ap-south-1'])
      expect(law(secondRegionOf(region))).toBe(law(region));
  });

  test('is us-west-2 where only the deployment knows the first', () => {
    expect(secondRegionOf(testStack().region)).toBe('us-west-2');
  });

  test('fails where there is none near enough', () => {
    expect(() => secondRegionOf('me-south-1')).toThrow(
      'me-south-1 has no second region that could be taken without asking; say where second copies may lie (-c secondRegion=…)',
    );
  });
});
