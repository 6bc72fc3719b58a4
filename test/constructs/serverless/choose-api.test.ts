import { chooseApi, type ApiNeeds } from '../../../lib/constructs/serverless/choose-api';

describe('chooseApi', () => {
  test.each<[ApiNeeds, string]>([
    [{ serverPushes: true }, 'websocket'],
    [{ usagePlans: true }, 'rest'],
    [{ requestValidation: true }, 'rest'],
    [{ caching: true }, 'rest'],
    [{ firewall: true }, 'rest'],
    [{ privateEndpoint: true }, 'rest'],
    [{ transformation: true }, 'rest'],
    [{ canary: true }, 'rest'],
    [{ singleFunction: true }, 'function-url'],
    [{}, 'http'],
  ])('%j leads to the kind %s [serverless-api-choice]', (needs, use) => {
    expect(chooseApi(needs).use).toBe(use);
  });

  test('a need that only one kind meets wins over one that several meet, and the reason names it [serverless-api-choice]', () => {
    expect(chooseApi({ singleFunction: true, firewall: true })).toEqual({
      use: 'rest',
      because: 'a web ACL attaches to a REST stage, not to an HTTP API',
    });
  });

  test('fails when two needs are met by different kinds only', () => {
    expect(() => chooseApi({ serverPushes: true, usagePlans: true })).toThrow(
      'serverPushes needs a WebSocket API and usagePlans a REST API; make two APIs, one for each need',
    );
  });
});
