import { viewerRuntime } from '../../support/viewer-runtime';

const answer = (body: string, imports = '') =>
  viewerRuntime(`${imports}async function handler(event) { ${body} }`)({ request: { uri: '/' } }, { share: '50' });

describe('the runtime of viewer functions', () => {
  test.each(['require', 'process', 'fetch', 'setTimeout', 'Map', 'Proxy', 'BigInt', 'WebAssembly', 'eval'])(
    'has no %s [edge-cloudfront-function]',
    async (name) => {
      expect(await answer(`return { kind: typeof ${name} };`)).toEqual({ kind: 'undefined' });
    },
  );

  test('makes no code of text, and is strict [edge-cloudfront-function]', async () => {
    await expect(answer("return { made: Function('return 1')() };")).rejects.toThrow('Code generation from strings');
    await expect(answer('undeclared = 1; return event;')).rejects.toThrow('undeclared is not defined');
  });

  test('has the store of the function, hashes, and nothing to import beside [edge-cloudfront-function]', async () => {
    const store = "import cf from 'cloudfront';\n";
    expect(await answer("const share = await cf.kvs().get('share'); return { share };", store)).toEqual({
      share: '50',
    });
    await expect(answer("const none = await cf.kvs().get('none'); return { none };", store)).rejects.toThrow(
      'KeyNotFound',
    );
    const hash = "return { hash: crypto.createHash('sha256').update('a').digest('hex').slice(0, 8) };";
    expect(await answer(hash, "import crypto from 'crypto';\n")).toEqual({ hash: 'ca978112' });
    await expect(async () => answer('return event;', "import fs from 'fs';\n")).rejects.toThrow(
      'the runtime has no module fs',
    );
  });
});
