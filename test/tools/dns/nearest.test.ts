import { handler } from '../../../tools/dns/nearest';

const regions = ['ap-northeast-1', 'eu-west-1', 'us-east-1', 'us-west-2'];

test.each([
  [undefined, ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1']],
  ['133.11.0.10', ['ap-northeast-1', 'us-west-2', 'eu-west-1', 'us-east-1']],
  ['147.83.0.10', ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-northeast-1']],
])('regions are tried from %s in the order of their distance', async (address, order) => {
  await expect(handler({ regions, ...(address !== undefined && { address }) })).resolves.toEqual({ order });
});

test('a region that nobody knows comes last', async () => {
  await expect(handler({ regions: ['xx-none-1', 'sa-east-1'] })).resolves.toEqual({
    order: ['sa-east-1', 'xx-none-1'],
  });
});
