import { chooseInstanceFamily, type Workload } from '../../../lib/constructs/compute/choose-instance-family';

describe('a family of instance types', () => {
  test.each<[string, Workload, string, string[]]>([
    ['a small web server', { bursty: true }, 'general', ['t']],
    ['a web fleet under steady load', {}, 'general', ['m']],
    ['batch work', { computeBound: true }, 'compute', ['c']],
    ['media transcoding', { computeBound: true, memoryPerProcessor: 2 }, 'compute', ['c']],
    ['a cache', { memoryPerProcessor: 8 }, 'memory', ['r']],
    ['an in-memory database', { memoryPerProcessor: 16 }, 'memory', ['x', 'u']],
    ['a warehouse', { localDisks: 'sequential' }, 'storage', ['d', 'h']],
    ['a database with many small reads', { localDisks: 'random', memoryPerProcessor: 8 }, 'storage', ['i', 'im', 'is']],
    ['training a model', { accelerator: 'training', memoryPerProcessor: 16 }, 'accelerated', ['p', 'trn']],
    ['answers of a model', { accelerator: 'inference' }, 'accelerated', ['inf', 'g']],
    ['rendering on a GPU', { accelerator: 'graphics', computeBound: true }, 'accelerated', ['g']],
    ['a circuit of one’s own', { accelerator: 'hardware design' }, 'accelerated', ['f']],
    ['a weather model', { tightlyCoupled: true, computeBound: true }, 'high performance', ['hpc']],
  ])('for %s [compute-type-families]', (_, workload, purpose, families) => {
    expect(chooseInstanceFamily(workload)).toMatchObject({
      purpose,
      families,
      because: expect.stringMatching(/\w+ \w+/),
    });
  });
});
