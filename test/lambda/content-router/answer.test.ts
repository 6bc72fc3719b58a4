import { answer, type Members } from '../../../lambda/content-router/answer';
import type { BalancerRequest } from '../../../lambda/shared/balancer';

const own = { service: 'pages', release: '1' };
const asked = (path: string, headers: BalancerRequest['headers'] = {}): BalancerRequest => ({
  method: 'GET',
  path,
  headers: { 'x-forwarded-for': ['10.0.0.1', '203.0.113.9'], ...headers },
  query: {},
  body: Buffer.alloc(0),
});
const said = async (request: BalancerRequest, members?: Members) => {
  const { status, body } = await answer(request, own, members);
  return { status, ...(JSON.parse(body.toString()) as object) };
};
const members: Members = (token) => Promise.resolve(token === 'good' ? 'member-7' : undefined);
const token = (text: string) => ({ 'x-amzn-oidc-data': [text] });

describe('answer', () => {
  test('tells which service answered, what was asked, and who asked by the word of the balancer', async () => {
    expect(await said(asked('/about'))).toEqual({
      status: 200,
      ...own,
      method: 'GET',
      path: '/about',
      client: '203.0.113.9',
    });
  });

  test('shows a page of members to whom the balancer vouches for', async () => {
    expect(await said(asked('/members/list', token('good')), members)).toMatchObject({
      status: 200,
      member: 'member-7',
    });
  });

  test.each<[string, string, BalancerRequest['headers'], Members | undefined]>([
    ['without a sign-in', '/members', {}, members],
    ['with a token that is not good', '/members/list', token('guess'), members],
    ['where nobody signs in at all', '/members', token('good'), undefined],
  ])('turns away %s', async (_, path, headers, known) => {
    expect(await said(asked(path, headers), known)).toMatchObject({
      status: 403,
      detail: 'Sign in to see this page.',
    });
  });

  test('other pages are for everybody, also one whose name begins alike', async () => {
    expect(await said(asked('/membership'))).toMatchObject({ status: 200 });
  });

  test('a request that came past the balancer is an error', async () => {
    await expect(answer(asked('/', { 'x-forwarded-for': [] }), own)).rejects.toThrow('X-Forwarded-For has nothing');
  });
});
