import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HandlerBundle, handlersIn } from '../../../lib/constructs/serverless/handler-bundle';
import { architecture } from '../../support/architecture';
import { context } from '../../support/fresh-handler';
import { environmentOf } from './start';

const folder = resolve('lambda', 'orders-api');
const names = ['attachments', 'invoices', 'orders', 'write-invoice'];
const bundleOf = (name: string) => resolve('.cache', 'handlers', `lambda-orders-api-${name}`);

beforeAll(() => {
  HandlerBundle.prepare(handlersIn(folder));
  Object.assign(process.env, environmentOf);
});

test('the folder holds these handlers and no other', () => {
  expect(handlersIn(folder).sort()).toEqual(names.map((name) => join(folder, `${name}.ts`)));
});

describe.each(names)('the bundle of %s', (name) => {
  test('has at its root the file, and in it the function, that the template names as handler [serverless-handler-contract, serverless-packaging]', () => {
    const handlers = Object.values(
      architecture('orders-api').findResources('AWS::Lambda::Function', {
        Properties: { Runtime: 'nodejs24.x', MemorySize: 512 },
      }),
    );
    expect(new Set(handlers.map(({ Properties }) => Properties.Handler))).toEqual(new Set(['index.handler']));
    const [file, named] = handlers[0].Properties.Handler.split('.');
    expect(typeof require(join(bundleOf(name), `${file}.js`))[named]).toBe('function');
  });

  test('gets an event and its context, and returns a value [serverless-handler-contract]', async () => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation(() => {});
    const { handler } = require(join(bundleOf(name), 'index.js'));
    const nothing = { resource: '/nothing', httpMethod: 'GET', requestContext: { requestId: 'r-1' } };
    if (name === 'write-invoice')
      return expect(handler(nothing, context)).rejects.toThrow('not a request for an invoice');
    expect(await handler(nothing, context)).toMatchObject({
      statusCode: 404,
      body: expect.stringContaining('"requestId":"r-1"'),
    });
  });

  test('stays small, with the SDK left to the runtime [serverless-packaging]', () => {
    const code = join(bundleOf(name), 'index.js');
    expect(statSync(code).size).toBeLessThan(name === 'orders' ? 140_000 : 90_000);
    expect(readFileSync(code, 'utf8')).toContain('require("@aws-sdk/client-dynamodb")');
  });
});
