import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';

/** What a script of a page finds in a browser, as far as a test wants it. */
export type Browser = Readonly<Record<string, unknown>>;

/**
 * Loads the modules of a page, which import each other by their addresses, into a browser that a test makes up.
 *
 * @param folder where the page's files are
 * @param shared those that stand elsewhere, by their addresses
 */
export function pageModules(
  folder: string,
  browser: Browser,
  shared: Readonly<Record<string, string>> = {},
): (address: string) => Record<string, any> {
  const loaded = new Map<string, Record<string, unknown>>();
  const load = (address: string): Record<string, unknown> => {
    const known = loaded.get(address);
    if (known) return known;
    const { code } = transformSync(readFileSync(shared[address] ?? join(folder, address), 'utf8'), { format: 'cjs' });
    const module = { exports: {} as Record<string, unknown> };
    const run = compileFunction(code, ['module', 'exports', 'require', ...Object.keys(browser)]) as (
      ...given: unknown[]
    ) => void;
    run(module, module.exports, load, ...Object.values(browser));
    loaded.set(address, module.exports);
    return module.exports;
  };
  return load;
}
