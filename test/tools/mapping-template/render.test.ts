import fc from 'fast-check';
import { NoJson, render, type MappingInput } from '../../../tools/mapping-template/render';

const text = (template: string, input: Partial<MappingInput> = {}): string =>
  render(template, { body: '', ...input }).text;
const withBody = (template: string, body: unknown): string => text(template, { body: JSON.stringify(body) });

describe('$input', () => {
  test.each([
    ["$input.path('$.a.b')", '1'],
    ["$input.path('$.list[1].n')", '2'],
    ['$input.path("$[\'odd name\']")', 'x'],
    ["$input.json('$.a')", '{"b":1}'],
    ["$input.json('$.list[*].n')", '[1,2]'],
    ["$input.json('$.text')", '"say \\"x\\""'],
    ["[$input.path('$.none')]", '[]'],
    ['$input.body.length()', '94'],
  ])('%s is %s', (template, expected) => {
    const body = { a: { b: 1 }, list: [{ n: 1 }, { n: 2 }], 'odd name': 'x', text: 'say "x"', none: null, pad: 'x' };
    expect(withBody(template, body)).toBe(expected);
  });

  test('a body that is not there is an empty object, and one that is no JSON fails where a part of it is asked for', () => {
    expect(text("$input.json('$')")).toBe('{}');
    expect(() => text("$input.json('$')", { body: 'no' })).toThrow(NoJson);
    expect(() => text("$input.path('$.x')", { body: '<a/>' })).toThrow('Could not parse request body into json');
    expect(text('$input.body', { body: '<a/>' })).toBe('<a/>');
  });

  test('parameters are looked for in the path, the query and the headers, in this order', () => {
    const params = { path: { id: 'p' }, querystring: { id: 'q', only: 'query' }, header: { 'X-Id': 'h' } };
    expect(
      text("$input.params('id') $input.params('only') $input.params('X-Id') [$input.params('none')]", { params }),
    ).toBe('p query h []');
    expect(text("$input.params().querystring.get('id') [$!input.params().header.get('none')]", { params })).toBe(
      'q []',
    );
    expect(text('#foreach($k in $input.params().querystring.keySet())$k;#end', { params })).toBe('id;only;');
  });
});

describe('$context and $stageVariables', () => {
  test('what is not there is empty', () => {
    const context = { requestId: 'r-1', identity: { sourceIp: '192.0.2.1' } };
    expect(
      text('$context.requestId $context.identity.sourceIp [$context.none] [$context.authorizer.x]', { context }),
    ).toBe('r-1 192.0.2.1 [] []');
    expect(text('$stageVariables.alias [$stageVariables.none]', { stageVariables: { alias: 'live' } })).toBe('live []');
  });

  test('a template can put a status and headers in place of those of the answer', () => {
    const template =
      '#set($context.responseOverride.status = 404)#set($context.responseOverride.header.Content-Type = "a/b")gone';
    expect(render(template, { body: '' })).toEqual({ text: 'gone', status: 404, headers: { 'Content-Type': 'a/b' } });
    expect(render('here', { body: '' })).toEqual({ text: 'here', headers: {} });
  });
});

describe('$util', () => {
  test.each([
    ["$util.urlEncode('a b&c=d~')", 'a+b%26c%3Dd%7E'],
    ["$util.urlDecode('a+b%26c')", 'a b&c'],
    ["$util.base64Encode('héllo')", 'aMOpbGxv'],
    ["$util.base64Decode('aMOpbGxv')", 'héllo'],
    ['$util.parseJson(\'{"a":[1,2]}\').a.size()', '2'],
  ])('%s is %s', (template, expected) => expect(text(template)).toBe(expected));

  test('escapeJavaScript makes any text fit between the quotes of JSON, once apostrophes are set right', () => {
    const template = `"$util.escapeJavaScript($input.params('x')).replaceAll("\\\\'","'")"`;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (x) => {
        expect(JSON.parse(text(template, { params: { path: { x } } }))).toBe(x);
      }),
    );
  });
});

describe('methods of Java', () => {
  test.each([
    ["$x.replaceAll('[ab]+','-')", '-c-'],
    ["$x.replace('b','$1')", 'a$1ca$1'],
    ["$x.split('c')[1]", 'ab'],
    ["$x.split('b').size()", '2'],
    ["$x.split('b', 2)[1]", 'cab'],
    ['$x.substring(1, 3)', 'bc'],
    ["$x.matches('[abc]+') $x.matches('a')", 'true false'],
    ["$x.contains('ca') $x.startsWith('b') $x.endsWith('b')", 'true false true'],
    ["$x.indexOf('c') $x.lastIndexOf('b') $x.length()", '2 4 5'],
    ["$x.equals('abcab') $x.isEmpty() $x.toUpperCase()", 'true false ABCAB'],
  ])('%s is %s', (template, expected) => expect(text(`#set($x = 'abcab')${template}`)).toBe(expected));

  test('of lists and maps', () => {
    const body = { list: [1, 2], map: { a: 1 } };
    expect(withBody("$input.path('$.list').size() $input.path('$.map').containsKey('a')", body)).toBe('2 true');
    expect(withBody("#foreach($e in $input.path('$.map').entrySet())$e.key=$e.value#end", body)).toBe('a=1');
    expect(withBody("$input.path('$').toString()", body)).toBe('{list=[1,2], map={a=1}}');
  });
});

describe('what cannot be rendered', () => {
  test.each([
    ["$input.params('x').shout()", 'a mapping template calls shout() on a text, which is not known here'],
    ["$input.path('$.n').replaceAll('1','2')", 'a mapping template calls replaceAll() on a value'],
    ['#if($x)', 'the mapping template cannot be read: it begins 1 blocks and ends 0'],
    ['#set($x = )', 'the mapping template cannot be read'],
    ["$input.path('$..a')", "the JSONPath $..a is not understood; write $, .name, ['name'], [0] and one [*]"],
    ["$input.path('a')", 'the JSONPath a is not understood'],
    ["$input.path('$.a[*].b[*]')", 'is not understood'],
  ])('fails with %s', (template, message) => expect(() => withBody(template, { n: 1 })).toThrow(message));
});
