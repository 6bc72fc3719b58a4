import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { answerTariff } from '../../../lambda/api-facade/tariff-service';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { ApiValue } from '../../../lib/constructs/serverless/api-value';
import { RestFacade } from '../../../lib/constructs/serverless/rest-facade';
import type { SoapTargetOptions } from '../../../lib/constructs/serverless/soap-target';
import { testStack } from '../../support/app';
import { answerOf, integrationOf, requestOf } from '../../support/mapping';

const options: SoapTargetOptions = {
  namespace: 'urn:example:tariffs',
  operation: 'GetTariff',
  elements: { Code: ApiValue.path('code') },
  answer: { goods: ['Goods', 'text'], percent: ['Percent', 'number'], note: ['Note', 'text'] },
  refused: 'There is no such tariff.',
  refusedStatus: 404,
};

const methodWith = (more: Partial<SoapTargetOptions> = {}, url = 'https://customs.example.com/soap') => {
  const stack = testStack();
  new RestFacade(stack, 'Api', {
    description: 'Tariffs',
    access: ApiAccess.open({ reason: 'Anybody may ask, and is told nothing that is not public.' }),
    accessLogs: ApiAccessLogs.toBucket(new Bucket(stack, 'Logs'), 'api/'),
    alarms: new AlarmTopic(stack, 'Alarms'),
  }).route('GET /tariffs/{code}', { target: ApiTarget.soap(url, { ...options, ...more }) });
  return integrationOf(Template.fromStack(stack), 'GET');
};
const method = methodWith();
const sent = (code: string): string => requestOf(method, { params: { path: { code } } });

/** The old service, on a port of this machine. */
let service: Server;
let heard: { readonly type?: string; readonly action?: unknown }[] = [];
beforeAll(async () => {
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ type: request.headers['content-type'], action: request.headers.soapaction });
      const answer = answerTariff(body);
      response.writeHead(answer.status, { 'Content-Type': 'text/xml' }).end(answer.body);
    });
  });
  await new Promise<void>((ready) => service.listen(0, '127.0.0.1', ready));
});
beforeEach(() => (heard = []));
afterAll(() => new Promise((ended) => service.close(ended)));

/** A request through the templates, over HTTP to the service and back. */
async function ask(code: string) {
  const { RequestParameters } = method.Integration;
  const constant = (name: string) => (RequestParameters[`integration.request.header.${name}`] as string).slice(1, -1);
  const response = await fetch(`http://127.0.0.1:${(service.address() as AddressInfo).port}`, {
    method: method.Integration.IntegrationHttpMethod,
    headers: { 'Content-Type': constant('Content-Type'), SOAPAction: constant('SOAPAction') },
    body: sent(code),
  });
  return answerOf(method, response.status, await response.text());
}

describe('a SOAP service behind a method', () => {
  test('is asked with an envelope and answers JSON [serverless-soap-bridge]', async () => {
    const answer = await ask('0901');
    expect([answer.status, answer.type]).toEqual([200, 'application/json']);
    expect(JSON.parse(answer.text)).toEqual({ goods: 'Coffee & tea', percent: 7.5, note: null });
    expect(heard).toEqual([{ type: 'text/xml; charset=utf-8', action: '"urn:example:tariffs#GetTariff"' }]);
    expect(JSON.parse((await ask('6403')).text)).toMatchObject({ goods: 'Footwear, "leather"', percent: 8 });
  });

  test('a fault that blames the caller is a problem of ours, without its text [serverless-soap-bridge]', async () => {
    const answer = await ask('1234');
    expect([answer.status, answer.type]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(answer.text)).toEqual({
      type: 'about:blank',
      title: 'Request refused',
      status: 404,
      detail: 'There is no such tariff.',
    });
  });

  test('a fault of the service is 502, and nothing of it gets out [serverless-soap-bridge]', async () => {
    const answer = await ask('BROKEN');
    expect([answer.status, answer.type]).toEqual([502, 'application/problem+json']);
    expect(answer.text).not.toContain('NullPointer');
  });

  test('a fault that comes with 200 is one all the same [serverless-soap-bridge]', () => {
    const { body } = answerTariff('<no/>');
    expect(answerOf(method, 200, body).status).toBe(404);
  });

  test('what a caller sends is text and never markup [serverless-soap-bridge]', async () => {
    const hostile = '</t:Code><t:Code>9503</t:Code><t:Code x="&lt;">';
    expect((await ask(hostile)).status).toBe(404);
    const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, trimValues: false });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (code) => {
        const parsed = parser.parse(sent(code), true);
        expect(Object.keys(parsed.Envelope.Body.GetTariff)).toEqual(['Code']);
        expect(parsed.Envelope.Body.GetTariff.Code).toBe(code);
      }),
    );
  });

  test('characters that XML cannot hold are left out', () => {
    expect(sent('a\u0000b\u001Fc\nd')).toContain('<t:Code>abc\nd</t:Code>');
  });

  test.each([
    ['<r><m:Goods xmlns:m="x" a="b">A&amp;lt;B &quot;q&quot; it&apos;s \\ \n</m:Goods></r>', 'A&lt;B "q" it\'s \\'],
    ['<r><Goods/></r>', null],
    ['<r><GoodsToo>x</GoodsToo></r>', null],
  ])('of %s the text is taken as it was meant [serverless-soap-bridge]', (body, goods) => {
    expect(JSON.parse(answerOf(method, 200, body).text)).toMatchObject({ goods });
  });

  test.each([
    ['7.50', 7.5],
    ['-3', -3],
    ['1e9', null],
    ['","admin":true,"x":"', null],
  ])('a number that reads %s is %s [serverless-soap-bridge]', (text, percent) => {
    expect(JSON.parse(answerOf(method, 200, `<r><Percent>${text}</Percent></r>`).text).percent).toBe(percent);
  });

  test('fails with names that are none, no answer, and a status that is no refusal', () => {
    const wrong: Partial<SoapTargetOptions> = {
      namespace: 'a b',
      operation: 'Get Tariff',
      answer: {},
      refusedStatus: 500,
    };
    expect(() => methodWith(wrong, 'http://customs.example.com')).toThrow(
      [
        'Stack/Api:',
        'GET /tariffs/{code}: url is http://customs.example.com; give one that begins with https://, as what goes over the internet in the clear can be read and changed on the way',
        'GET /tariffs/{code}: "Get Tariff" is no name of an element',
        'GET /tariffs/{code}: namespace is "a b"; give a URI such as urn:example:tariffs',
        'GET /tariffs/{code}: answer is empty, so that the caller would learn nothing; name an element',
        'GET /tariffs/{code}: refusedStatus is 500; give 400 to 499',
      ].join('\n  '),
    );
  });
});
