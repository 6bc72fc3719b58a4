import fc from 'fast-check';
import {
  capabilityNames,
  formatInstanceType,
  isBurstable,
  parseInstanceType,
  type CapabilityLetter,
} from '../../../lib/constructs/compute/instance-type-name';

describe('parseInstanceType', () => {
  test.each([
    ['t4g.micro', { family: 't', generation: 4, capabilities: ['g'], size: 'micro' }],
    ['m5.2xlarge', { family: 'm', generation: 5, capabilities: [], size: '2xlarge' }],
    ['r5dn.8xlarge', { family: 'r', generation: 5, capabilities: ['d', 'n'], size: '8xlarge' }],
    ['c7gn.xlarge', { family: 'c', generation: 7, capabilities: ['g', 'n'], size: 'xlarge' }],
    ['r7iz.metal-16xl', { family: 'r', generation: 7, capabilities: ['i', 'z'], size: 'metal-16xl' }],
    ['x2iedn.32xlarge', { family: 'x', generation: 2, capabilities: ['i', 'e', 'd', 'n'], size: '32xlarge' }],
    ['m7i-flex.large', { family: 'm', generation: 7, capabilities: ['i'], variant: 'flex', size: 'large' }],
    [
      'u7in-16tb.224xlarge',
      { family: 'u', generation: 7, capabilities: ['i', 'n'], variant: '16tb', size: '224xlarge' },
    ],
    ['u-12tb1.metal', { family: 'u', generation: 1, capabilities: [], variant: '12tb', size: 'metal' }],
    ['hpc7g.4xlarge', { family: 'hpc', generation: 7, capabilities: ['g'], size: '4xlarge' }],
    ['is4gen.medium', { family: 'is', generation: 4, capabilities: ['g', 'e', 'n'], size: 'medium' }],
  ])('%s is read into its parts [compute-type-grammar]', (name, parts) => {
    expect(parseInstanceType(name)).toEqual(parts);
  });

  test('each letter after the generation has its meaning [compute-type-grammar]', () => {
    const meanings = (name: string) => parseInstanceType(name).capabilities.map((letter) => capabilityNames[letter]);
    expect(meanings('r5dn.large')).toEqual(['local NVMe disks', 'more network']);
    expect(meanings('m6a.large')).toEqual(['AMD processor']);
    expect(meanings('m7g.large')).toEqual(['Graviton processor']);
    expect(meanings('r7iz.large')).toEqual(['Intel processor', 'high frequency']);
    expect(meanings('r5b.large')).toEqual(['EBS-optimised']);
    expect(meanings('x2iedn.xlarge')).toContain('extra memory or storage');
  });

  test.each([
    '',
    't4g',
    '.micro',
    't4g.',
    'T4g.micro',
    't.micro',
    '4g.micro',
    't4g.huge',
    't4y.micro',
    't4g.micro ',
    't4g..micro',
    'm5.0xlarge',
    'u-tb1.metal',
  ])('fails when the name is "%s" [compute-type-grammar]', (name) => {
    expect(() => parseInstanceType(name)).toThrow(
      `${name || '(empty)'} is no instance type; write family letters, a generation, capability letters if any, a dot and a size, such as r5dn.8xlarge`,
    );
  });

  test('a name made of parts is read into the same parts [compute-type-grammar]', () => {
    const parts = fc.record({
      family: fc.constantFrom('t', 'm', 'c', 'r', 'x', 'i', 'im', 'hpc', 'mac', 'inf', 'trn'),
      generation: fc.integer({ min: 1, max: 99 }),
      capabilities: fc.array(fc.constantFrom(...(Object.keys(capabilityNames) as CapabilityLetter[])), {
        maxLength: 4,
      }),
      size: fc.constantFrom('nano', 'micro', 'small', 'medium', 'large', 'xlarge', '24xlarge', 'metal', 'metal-48xl'),
    });
    fc.assert(fc.property(parts, (name) => expect(parseInstanceType(formatInstanceType(name))).toEqual(name)));
    expect(formatInstanceType(parseInstanceType('u-12tb1.metal'))).toBe('u-12tb1.metal');
  });

  test('only the t family is burstable', () => {
    expect(
      ['t2.micro', 't4g.large', 'trn1.2xlarge', 'm7g.medium'].map((name) => isBurstable(parseInstanceType(name))),
    ).toEqual([true, true, false, false]);
  });
});
