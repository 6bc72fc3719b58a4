import fc from 'fast-check';
import {
  coversRule,
  route,
  type RoutedRequest,
  type RuleConditions,
} from '../../../lib/constructs/compute/route-request';

const rule = (name: string, priority: number, conditions: RuleConditions) => ({ name, priority, conditions });
const takes = (conditions: RuleConditions, request: Omit<RoutedRequest, 'url'> & { readonly url?: string }): boolean =>
  route({ url: 'http://example.com/', ...request }, [rule('it', 1, conditions)]) !== undefined;

describe('route', () => {
  test('the lowest priority is asked first, in whatever order rules are listed, and nothing is left for the default [compute-alb-rules]', () => {
    const rules = [rule('all', 300, { paths: ['/a*'] }), rule('one', 20, { paths: ['/a/b'] })];
    const answer = (path: string) => route({ url: `http://example.com${path}` }, rules)?.name;
    expect(['/a/b', '/a/c', '/b'].map(answer)).toEqual(['one', 'all', undefined]);
  });

  test.each([
    ['/users', 'users'],
    ['/posts/1', 'posts'],
    ['/Users', undefined],
    ['/users/', undefined],
    ['/cat', 'animal'],
    ['/cow', undefined],
    ['/dog?kind=1', 'animal'],
    ['/home', 'front'],
    ['/about', 'front'],
    ['/api/orders', 'back'],
    ['/api', undefined],
    ['/img/7.png', 'picture'],
    ['/img/77.png', undefined],
    ['/imgs7.png', undefined],
  ])('the path %s goes to %s [compute-alb-path-host]', (path, name) => {
    const rules = [
      rule('users', 1, { paths: ['/users'] }),
      rule('posts', 2, { paths: ['/posts*'] }),
      rule('animal', 3, { paths: ['/cat', '/dog'] }),
      rule('front', 4, { paths: ['/home', '/about'] }),
      rule('back', 5, { paths: ['/api/*'] }),
      rule('picture', 6, { paths: ['/img/?.png'] }),
    ];
    expect(route({ url: `https://example.com${path}` }, rules)?.name).toBe(name);
  });

  test.each([
    ['blog.example.com', 'blog'],
    ['BLOG.Example.com', 'blog'],
    ['blog.example.com:8443', 'blog'],
    ['news.example.com', 'news'],
    ['a.shop.example.com', 'shop'],
    ['shop.example.com', undefined],
    ['blogxexample.com', undefined],
  ])('the name %s goes to %s [compute-alb-path-host]', (host, name) => {
    const rules = [
      rule('blog', 1, { hosts: ['Blog.example.com'] }),
      rule('news', 2, { hosts: ['news.example.com'] }),
      rule('shop', 3, { hosts: ['*.shop.example.com'] }),
    ];
    expect(route({ url: `https://${host}/` }, rules)?.name).toBe(name);
  });

  test.each<[boolean, RuleConditions, Omit<RoutedRequest, 'url'> & { readonly url?: string }]>([
    [true, { headers: { 'User-Agent': ['*Mobile*'] } }, { headers: { 'user-agent': 'x mobile y' } }],
    [true, { headers: { 'X-Team': ['a', 'b'] } }, { headers: { 'x-team': ['c', 'B'] } }],
    [false, { headers: { 'X-Team': ['a'], 'X-Stage': ['1'] } }, { headers: { 'x-team': 'a' } }],
    [false, { headers: { 'X-Team': ['*'] } }, {}],
    [true, { methods: ['GET', 'HEAD'] }, {}],
    [false, { methods: ['GET'] }, { method: 'get' }],
    [false, { methods: ['GET'] }, { method: 'POST' }],
    [true, { query: { id: ['456'] } }, { url: 'http://x.org/?order=false&ID=456' }],
    [false, { query: { id: ['456'] } }, { url: 'http://x.org/?id=4567' }],
    [true, { query: { order: ['FALSE'] } }, { url: 'http://x.org/?order=false' }],
    [false, { query: { id: ['456'], order: ['false'] } }, { url: 'http://x.org/?id=456' }],
    [true, { query: { '*': ['456'] } }, { url: 'http://x.org/?any=456' }],
    [false, { query: { '*': ['*'] } }, { url: 'http://x.org/?' }],
    [true, { query: { '*': ['*'] } }, { url: 'http://x.org/?flag' }],
    [true, { query: { token: ['a=b'] } }, { url: 'http://x.org/?token=a=b' }],
    [true, { sources: ['203.0.113.0/24'] }, { source: '203.0.113.9' }],
    [false, { sources: ['203.0.113.0/24'] }, { source: '203.0.114.9' }],
    [true, { sources: ['203.0.113.0/24', '2001:db8::/32'] }, { source: '2001:db8:1::1' }],
    [false, { sources: ['0.0.0.0/0'] }, {}],
    [false, { sources: ['10.0.0.0/8'] }, { source: '203.0.113.9', headers: { 'x-forwarded-for': '10.0.0.1' } }],
    [false, { paths: ['/'], methods: ['POST'] }, {}],
  ])('%s: %j takes %j [compute-alb-other-conditions]', (taken, conditions, request) => {
    expect(takes(conditions, request)).toBe(taken);
  });
});

describe('coversRule', () => {
  test.each<[boolean, RuleConditions, RuleConditions]>([
    [true, { paths: ['/api/*'] }, { paths: ['/api/users', '/api/v?/*'] }],
    [false, { paths: ['/api/*'] }, { paths: ['/api/users', '/home'] }],
    [false, { paths: ['/api/?'] }, { paths: ['/api/*'] }],
    [false, { paths: ['/api/*'] }, { paths: ['/API/users'] }],
    [true, { hosts: ['*.example.com'] }, { hosts: ['A.EXAMPLE.com'], paths: ['/'] }],
    [false, { hosts: ['*.example.com'], paths: ['/'] }, { hosts: ['a.example.com'] }],
    [true, { methods: ['GET', 'PUT'] }, { methods: ['PUT'] }],
    [true, { sources: ['10.0.0.0/8'] }, { sources: ['10.1.0.0/16'] }],
    [false, { sources: ['10.1.0.0/16'] }, { sources: ['10.0.0.0/8'] }],
    [false, { sources: ['10.0.0.0/8'] }, { sources: ['::/0'] }],
    [true, { headers: { 'X-A': ['*'] } }, { headers: { 'x-a': ['1'] } }],
    [false, { headers: { 'X-A': ['*'] } }, { headers: { 'x-b': ['1'] } }],
    [true, { query: { '*': ['1'] } }, { query: { id: ['1'] } }],
    [false, { query: { id: ['1'] } }, { query: { '*': ['1'] } }],
  ])('%s: %j takes all that %j does', (covered, broad, narrow) => {
    expect(coversRule(broad, narrow)).toBe(covered);
  });

  test('whatever a covered rule takes the broad one takes too', () => {
    const text = (...letters: string[]) =>
      fc.array(fc.constantFrom(...letters), { maxLength: 5 }).map((each) => `/${each.join('')}`);
    const pattern = text('a', 'b', '*', '?');
    fc.assert(
      fc.property(pattern, pattern, text('a', 'b'), (broad, narrow, path) => {
        const [wide, slim] = [{ paths: [broad] }, { paths: [narrow] }];
        fc.pre(coversRule(wide, slim) && takes(slim, { url: `http://example.com${path}` }));
        return takes(wide, { url: `http://example.com${path}` });
      }),
    );
  });
});
