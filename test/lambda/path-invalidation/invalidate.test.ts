import * as edge from '@aws-sdk/client-cloudfront';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

const cloudFront = mockClient(edge.CloudFrontClient);
const context = (awsRequestId: string) => ({ awsRequestId, functionName: 'invalidate' }) as Context;
let handler: (event: unknown, context: Context) => Promise<unknown>;

beforeAll(() => {
  process.env.POWERTOOLS_DEV = 'true';
  process.env.DISTRIBUTION_ID = 'E2QWRUHAPOMQZL';
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-cloudfront', () => edge);
    handler = require('../../../lambda/path-invalidation/invalidate').handler;
  });
});
beforeEach(() => {
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  cloudFront.reset();
  cloudFront.on(edge.CreateInvalidationCommand).resolves({
    Invalidation: { Id: 'I1', Status: 'InProgress', CreateTime: new Date(0), InvalidationBatch: undefined },
  });
});
const asked = () => cloudFront.commandCalls(edge.CreateInvalidationCommand).map(({ args }) => args[0].input);

describe('who ends copies', () => {
  test('asks for the paths of one wish, under the id of its run, which a second try has too [edge-invalidate-paths]', async () => {
    expect(await handler({ paths: ['/images/*', '/'] }, context('run-1'))).toEqual({ id: 'I1', status: 'InProgress' });
    await handler({ paths: ['/images/*', '/'] }, context('run-1'));
    const wish = {
      DistributionId: 'E2QWRUHAPOMQZL',
      InvalidationBatch: { CallerReference: 'run-1', Paths: { Quantity: 2, Items: ['/images/*', '/'] } },
    };
    expect(asked()).toEqual([wish, wish]);
  });

  test.each([
    [{ paths: ['images'] }, 'the path images does not begin with a slash; write /images'],
    [{ paths: [] }, 'no path is named; name some, such as /images/*'],
    [{ path: '/' }, 'the event is not {"paths": ["/one", "/folder/*"]}'],
    [{ paths: ['/'], distribution: 'other' }, 'the event is not {"paths"'],
    ['/', 'the event is not {"paths"'],
  ])('fails for %j, with its reason [edge-invalidate-paths]', async (event, reason) => {
    await expect(handler(event, context('run-2'))).rejects.toThrow(reason);
    expect(asked()).toEqual([]);
  });

  test('fails when CloudFront has too many under way, so that Lambda tries again', async () => {
    cloudFront.on(edge.CreateInvalidationCommand).rejects(new Error('too many'));
    await expect(handler({ paths: ['/'] }, context('run-3'))).rejects.toThrow('too many');
  });
});
