import { handler } from '../../../tools/objects/website';

describe('the program the emulator asks for a website', () => {
  const website = {
    IndexDocument: 'index.html',
    RoutingRules: [
      { RoutingRuleCondition: { KeyPrefixEquals: 'old/' }, RedirectRule: { ReplaceKeyPrefixWith: 'new/' } },
    ],
  };
  const request = { path: '/', host: 'site', objects: ['index.html', 'own.html'], readable: ['index.html'] };

  test('takes keys as lists, and answers as the website does', async () => {
    expect(await handler({ website, request })).toEqual({ status: 200, key: 'index.html' });
    expect(await handler({ website, request: { ...request, path: '/own.html' } })).toEqual({ status: 403 });
    expect(await handler({ website, request: { ...request, path: '/old/a' } })).toEqual({
      status: 301,
      location: 'http://site/new/a',
    });
  });
});
