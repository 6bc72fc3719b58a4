import fc from 'fast-check';
import { handler as country } from '../../../lambda/personalised-edge/choose-country';
import { handler as device } from '../../../lambda/personalised-edge/choose-device';
import { isMoved, migrationOf } from '../../../lambda/personalised-edge/migration';
import { handler as move } from '../../../lambda/personalised-edge/move-origin';
import { originRequest } from '../../support/edge-events';

describe('a device', () => {
  const asked = async (headers: Record<string, string>, uri = '/devices/home.txt') =>
    (await device(originRequest({ uri, headers }))).uri;

  test.each([
    ['desktop', { 'CloudFront-Is-Desktop-Viewer': 'true', 'CloudFront-Is-Mobile-Viewer': 'false' }],
    ['mobile', { 'CloudFront-Is-Desktop-Viewer': 'false', 'CloudFront-Is-Mobile-Viewer': 'true' }],
    ['tablet', { 'CloudFront-Is-Tablet-Viewer': 'true', 'CloudFront-Is-Mobile-Viewer': 'true' }],
    ['desktop', {}],
    ['desktop', { 'CloudFront-Is-Tablet-Viewer': 'TRUE' }],
  ])('that is %s gets the form made for it, from %j [edge-device-variant]', async (form, headers) => {
    expect(await asked(headers)).toBe(`/devices/${form}/home.txt`);
  });

  test('does not choose the form of another by the path [edge-device-variant]', async () => {
    expect(await asked({ 'CloudFront-Is-Mobile-Viewer': 'true' }, '/devices/tablet/home.txt')).toBe(
      '/devices/mobile/tablet/home.txt',
    );
  });
});

describe('a country', () => {
  const asked = async (
    headers: Record<string, string>,
    settings: Record<string, string> = { 'x-site-countries': 'de,fr' },
  ) => (await country(originRequest({ uri: '/countries/offer.txt', headers, settings }))).uri;

  test.each([
    ['is known', { 'CloudFront-Viewer-Country': 'DE' }, 'de'],
    ['is unknown', { 'CloudFront-Viewer-Country': 'JP' }, 'world'],
    ['is missing', {}, 'world'],
    ['is none', { 'CloudFront-Viewer-Country': '../de' }, 'world'],
    ['is an empty word', { 'CloudFront-Viewer-Country': '' }, 'world'],
  ])('that %s gets what is meant for it [edge-country-content]', async (_, headers, folder) => {
    expect(await asked(headers)).toBe(`/countries/${folder}/offer.txt`);
  });

  test('fails when the origin does not say which countries there are, even if a viewer does', () => {
    const event = originRequest({ headers: { 'x-site-countries': 'jp' } });
    expect(() => country(event)).toThrow(
      'the origin has no header x-site-countries, by which this function is told its settings',
    );
  });
});

describe('a move between two buckets', () => {
  const old = 'old.s3.eu-west-1.amazonaws.com';
  const fresh = 'new.s3.eu-west-1.amazonaws.com';
  const asked = async (uri: string, share: string, prefixes = 'none') => {
    const settings = { 'x-site-move-to': fresh, 'x-site-move-share': share, 'x-site-move-prefixes': prefixes };
    const { origin, headers } = await move(originRequest({ uri, settings }));
    const { domainName } = origin!.s3!;
    // S3 would answer for another bucket, or refuse the signature.
    expect(headers.host).toEqual([{ key: 'Host', value: domainName }]);
    return domainName;
  };
  const files = Array.from({ length: 1000 }, (_, i) => `/archive/${i}.txt`);
  const movedAt = async (share: string) => {
    const from = await Promise.all(files.map((file) => asked(file, share)));
    return files.filter((_, i) => from[i] === fresh);
  };

  test('takes nothing from the new one at 0 %, half at 50 %, all at 100 % [edge-origin-migration]', async () => {
    expect(await movedAt('0')).toEqual([]);
    expect((await movedAt('50')).length).toBeGreaterThan(450);
    expect((await movedAt('50')).length).toBeLessThan(550);
    expect(await movedAt('100')).toEqual(files);
  });

  test('never takes a file back while the share grows, and asks one bucket for it each time [edge-origin-migration]', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.nat(100), fc.nat(100), (uri, one, other) => {
        const [less, more] = [one, other].sort((a, b) => a - b);
        const at = (share: number) => isMoved(uri, { share, prefixes: [] });
        expect(at(less)).toBe(at(less));
        if (at(less)) expect(at(more)).toBe(true);
      }),
    );
  });

  test('takes what begins with a prefix from the new one, whatever the share [edge-origin-migration]', async () => {
    expect(await asked('/archive/2026/a.txt', '0', '/archive/2026/,/archive/2025/')).toBe(fresh);
    expect(await asked('/archive/2024/a.txt', '0', '/archive/2026/,/archive/2025/')).toBe(old);
  });

  test.each(['101', '-1', '5.5', '', 'all'])('fails when the share is %j', (share) => {
    expect(() => migrationOf(share, 'none')).toThrow(
      `the share to move is ${share}; it is a whole number from 0 to 100`,
    );
  });
});
