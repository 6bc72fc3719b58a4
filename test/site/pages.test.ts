import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { folder, launch, noBrowser, serve } from './browser';

if (noBrowser) {
  test('a browser looks at the pages', () => {
    // Where everything has to run, a missing browser is a failure; elsewhere it is said and no more.
    if (process.env.CI) throw new Error(noBrowser);
    console.warn(noBrowser);
  });
} else describe('in a browser', inBrowser);

function inBrowser(): void {
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const names = readdirSync(join(folder, 'architectures'))
    .filter((file) => file.endsWith('.html'))
    .map((file) => file.replace('.html', ''));
  const domains = readdirSync(join(folder, 'claims')).filter((file) => file !== 'index.html');
  const kinds = [
    'index.html',
    'blocks/index.html',
    'blocks/TieredNetwork.html',
    'claims/index.html',
    'claims/network.html',
    'docs/index.html',
    'docs/conventions.html',
    'source/lib/architectures/three-tier-web/three-tier-web-stack.ts.html',
    'architectures/orders-api/template.html',
    ...names.map((name) => `architectures/${name}.html`),
  ];
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: Page;
  const open = async (path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<void> => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(`${url}/${path}`);
  };
  const visible = (selector: string): Promise<string[]> =>
    page.locator(`${selector}:visible`).evaluateAll((items) => items.map((item) => item.textContent ?? ''));

  beforeAll(async () => {
    ({ url, server } = await serve());
    browser = await launch();
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  test('the gallery holds every architecture, and filters combine', async () => {
    await open('index.html');
    expect(await visible('.card h3 a')).toHaveLength(names.length);
    await page.locator('select[name=domain]').selectOption('messaging');
    const messaging = await visible('.card h3 a');
    expect(messaging).toContain('Video job fan-out');
    expect(messaging).not.toContain('Three-tier web');
    await page.getByRole('searchbox', { name: 'Find' }).fill('zebra');
    expect(await visible('.card h3 a')).toEqual([]);
    expect(await visible('.none')).toEqual([expect.stringContaining('No architecture is like that')]);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await visible('.card h3 a')).toHaveLength(names.length);
  });

  test('every filter hides something, and shows something', async () => {
    await open('index.html');
    for (const select of await page.locator('.filters select').all()) {
      const [, value] = await select.locator('option').allTextContents();
      await select.selectOption(value);
      const shown = (await visible('.card h3 a')).length;
      expect([value, shown > 0 && shown < names.length]).toEqual([value, true]);
      await select.selectOption('');
    }
  });

  test('what is filtered stands in the address, and so can be sent to somebody', async () => {
    await open('index.html');
    await page.getByRole('searchbox', { name: 'Find' }).fill('nobody directly');
    expect(await visible('.card h3 a')).toEqual(['Private static site']);
    expect(new URL(page.url()).search).toBe('?words=nobody+directly');
    await page.reload();
    expect(await visible('.card h3 a')).toEqual(['Private static site']);
  });

  test('the search finds architectures, blocks and claims, and leads to them', async () => {
    await open('claims/network.html');
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Search for' }).fill('tiered netw');
    await page.locator('dialog li a', { hasText: 'TieredNetwork' }).first().click();
    await page.waitForURL('**/blocks/TieredNetwork.html');
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Search for' }).fill('network-cidr-count');
    await page.locator('dialog li a').first().click();
    await page.waitForURL('**/claims/network.html#network-cidr-count');
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Search for' }).fill('zzzzqqq');
    await page.getByText('Nothing is called “zzzzqqq”.').waitFor();
  });

  test('a copy button copies the command', async () => {
    await open('index.html');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('npm ci && npx cdk synth');
    await page.goto(`${url}/architectures/orders-api.html#deploy`);
    await page.locator('#deploy').getByRole('button', { name: 'Copy' }).first().click();
    await page.locator('#deploy').getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('npm run sandbox -- deploy orders-api');
    await page.locator('#try').getByRole('button', { name: 'Copy' }).first().click();
    await page.locator('#try').getByRole('button', { name: 'Copied' }).waitFor();
    // Of a transcript only what a person types.
    const typed = await page.evaluate(() => navigator.clipboard.readText());
    expect(typed).toMatch(/^URL=/);
    expect(typed).not.toMatch(/^\$ /m);
  });

  test.each(names)('the template of %s holds every resource, and each leads to the line that made it', async (name) => {
    await open(`architectures/${name}/template.html`);
    const template = JSON.parse(
      readFileSync(join(folder, 'architectures', `${name}.sandbox.template.json`), 'utf8'),
    ) as {
      Resources: Record<string, { Type: string }>;
    };
    const ids = Object.keys(template.Resources);
    expect(await page.locator('.resources > li').evaluateAll((items) => items.map((item) => item.id))).toEqual(
      expect.arrayContaining(ids),
    );
    await page.goto(`${url}/architectures/${name}/template.html#${ids[0]}`);
    const definition = page.locator(`[id="${ids[0]}"] pre`);
    await definition.waitFor({ state: 'visible' });
    expect(await definition.textContent()).toContain(template.Resources[ids[0]].Type);
    const link = page.locator(`[id="${ids[0]}"] a`);
    expect(await link.textContent()).toMatch(new RegExp(`^lib/.*\\.ts:\\d+$`));
    await link.click();
    const line = (await page.locator('.source span:target').textContent())!;
    expect(line.trim()).not.toBe('');
  });

  test('the template is searched, what stands inside the resources too', async () => {
    await open('architectures/orders-api/template.html');
    const field = page.getByRole('searchbox', { name: 'Find' });
    await field.fill('dynamodb table orders');
    const found = await visible('.resources > li code');
    expect(found).toContain('Store/Orders/Table');
    expect(found).not.toContain('Alarms/Topic');
    await field.fill('maxreceivecount');
    expect((await visible('.resources > li')).length).toBeLessThan(5);
    await field.fill('zzzz');
    expect(await visible('.resources > li')).toEqual([]);
    expect(await page.locator('.filters output').textContent()).toMatch(/^0 of \d+$/);
  });

  test.each(names)('the page of %s holds the generated facts, and a box of the picture leads to them', async (name) => {
    await open(`architectures/${name}.html`);
    for (const heading of [
      'What is proven',
      'Who can reach whom',
      'Who may do what',
      'Rule packs',
      'What it costs',
      'What stays after a destroy',
    ]) {
      const section = page.locator('section', { has: page.getByRole('heading', { name: heading, exact: true }) });
      expect((await section.innerText()).length).toBeGreaterThan(heading.length + 10);
    }
    const box = page.locator('.picture g[role=button]', { has: page.locator('rect.c') }).first();
    expect(await visible('.parts .chosen')).toEqual([]);
    await box.focus();
    await page.keyboard.press('Enter');
    const chosen = page.locator('.parts .chosen');
    await chosen.waitFor({ state: 'visible' });
    expect(await chosen.getAttribute('data-for')).toBe(await box.getAttribute('data-part'));
    const [resource, source] = await chosen.locator('li').first().locator('a').all();
    // A part may stand in a stack beside the main one, as the firewall of an edge does.
    expect(await resource.textContent()).toMatch(new RegExp(`^${name}(-[a-z]+)?/`));
    expect(await source.textContent()).toMatch(/^lib\/.*\.ts:\d+$/);
    await resource.click();
    await page.waitForURL(`**/architectures/${name}/template.html#*`);
    expect(await page.locator('.resources > li:target pre').isVisible()).toBe(true);
  });

  test('the facts of an architecture are those of its template', async () => {
    await open('architectures/three-tier-web.html');
    const rows = async (label: string) =>
      await page
        .locator(`[aria-label="${label}"] tbody tr`)
        .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
    expect(await rows('Who can reach whom')).toContainEqual(['internet', 'Balancer', 'tcp 80', 'internet gateway']);
    expect((await rows('Findings by rule pack')).map(([pack]) => pack)).toContain('AwsSolutions');
    await page.getByText(/findings accepted, each with its reason/).click();
    expect((await rows('Accepted findings'))[0][2].split(' ').length).toBeGreaterThan(5);
    await page.locator('#access summary', { hasText: 'Fleet' }).first().click();
    expect(await page.locator('#access [role=region]:visible').count()).toBe(1);
    expect(await visible('.legend .plain')).toEqual(['traffic, data']);
  });

  test('a page of claims shows the state of each, and the tests of those that are proven', async () => {
    expect(domains.length).toBeGreaterThan(5);
    await open('claims/compute.html');
    const all = await visible('.claims > li');
    for (const state of ['open', 'proven']) {
      await page.locator('select[name=state]').selectOption(state);
      expect(await visible('.claims > li')).toEqual(all.filter((text) => text.startsWith(state)));
    }
    await page.locator('.claims > li:visible summary').first().click();
    const test = page.locator('.claims > li:visible details[open] a', { hasText: '“' }).first();
    await test.click();
    await page.waitForURL('**/source/test/**.html#L*');
    expect(await page.locator('.source span:target').textContent()).toMatch(/test|it/);
  });

  test('the page of a block lists its props with type, meaning and default', async () => {
    await open('blocks/WorkQueue.html');
    const head = await visible('[aria-label=Props] th');
    expect(head).toEqual(['prop', 'type', 'what it is', 'default']);
    const cells = await page
      .locator('[aria-label=Props] tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? '')),
      );
    expect(cells.length).toBeGreaterThan(2);
    for (const row of cells) expect(row.every((cell) => cell !== '')).toBe(true);
    expect(cells.filter(([name]) => name.endsWith('?')).every(([, , , fallback]) => fallback !== 'required')).toBe(
      true,
    );
  });

  test.each(kinds)(
    '%s has no fault of accessibility in light or dark, and nothing sticks out on any screen',
    async (path) => {
      await open(path);
      await page.evaluate(axe);
      const faults = async (options: object) => {
        const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
          `axe.run(${JSON.stringify(options)})`,
        );
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
      };
      expect(await faults({})).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await faults({ runOnly: ['color-contrast'] })).toEqual([]);
      for (const width of [360, 768, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([width, over]).toEqual([width, 0]);
      }
    },
  );

  test('no template sticks out on a phone', async () => {
    await open('index.html', { viewport: { width: 360, height: 800 } });
    for (const name of names) {
      await page.goto(`${url}/architectures/${name}/template.html`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([name, over]).toEqual([name, 0]);
    }
  });

  test('without JavaScript everything can be read, and nothing is offered that does not work', async () => {
    await open(`architectures/${names[0]}/template.html`, { javaScriptEnabled: false });
    expect(await page.locator('.filters:visible, .tools:visible, .copy').count()).toBe(0);
    await page.locator('.resources details summary').first().click();
    expect(await page.locator('.resources pre').first().isVisible()).toBe(true);
  });

  test('the theme can be changed and is remembered', async () => {
    await open('index.html', { colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.goto(`${url}/blocks/index.html`);
    expect(await background()).toBe(dark);
  });

  test('the keyboard alone reaches the content, and sees where it is', async () => {
    await open('index.html');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to the content');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline).not.toBe('none');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
  });
}
