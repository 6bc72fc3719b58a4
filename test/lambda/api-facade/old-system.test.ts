import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { handler as tariffs } from '../../../lambda/api-facade/old-tariffs';
import { priceRoutes } from '../../../lambda/api-facade/prices';
import { restHandler } from '../../../lambda/shared/rest';
import { context } from '../../support/fresh-handler';
import { request } from '../../support/rest-call';

for (const level of ['log', 'warn'] as const) jest.spyOn(console, level).mockImplementation();
const old = restHandler(priceRoutes, {
  logger: new Logger({ logLevel: 'SILENT' }),
  metrics: new Metrics({ namespace: 'test' }),
});
const price = async (land: string) => {
  const { statusCode, body } = await old(request('GET /prices/{land}', { path: { land } }), context);
  return { status: statusCode, body: JSON.parse(body) };
};

test('prices come in words of their own, with what is nobody’s business', async () => {
  expect(await price('DE')).toEqual({
    status: 200,
    body: { land: 'DE', preis: { cent: 690, waehrung: 'EUR' }, tabelle: 'PREISE', knoten: 'app-07' },
  });
  expect((await price('XX')).body.detail).toBe('no row for XX in PREISE');
  expect((await price('toString')).status).toBe(404);
});

const envelope =
  '<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetTariff><Code>9503</Code></GetTariff></soap:Body></soap:Envelope>';

test.each([
  ['as text', { body: envelope, isBase64Encoded: false }],
  ['encoded', { body: Buffer.from(envelope).toString('base64'), isBase64Encoded: true }],
])('tariffs are told to an envelope that comes %s', async (_, event) => {
  const answer = await tariffs(event);
  expect([answer.statusCode, answer.headers['Content-Type']]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(answer.body).toContain('<t:Goods>Toys</t:Goods><t:Percent>0</t:Percent>');
});

test.each([[{}], [{ body: null }], [{ body: '<a>' }], [{ body: 'x' }], [undefined]])(
  'anything else is a fault of the caller: %p',
  async (event) => {
    const answer = await tariffs(event);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toContain('<faultcode>soap:Client</faultcode>');
  },
);
