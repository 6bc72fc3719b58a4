import MiniSearch from 'minisearch';
import type { Found } from '../search-index';

/** What the pages do besides being read: filter, search, copy, switch between light and dark. All of it works without. */

const all = <T extends Element>(selector: string, within: ParentNode = document): T[] => [
  ...within.querySelectorAll<T>(selector),
];

for (const hidden of all<HTMLElement>('[data-script]')) hidden.hidden = false;

const remembered = localStorage.getItem('theme');
if (remembered !== null) document.documentElement.dataset.theme = remembered;
document.querySelector('.theme')?.addEventListener('click', () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
});

for (const block of all<HTMLElement>('pre[data-copy]')) {
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'copy',
    textContent: 'Copy',
  });
  button.addEventListener('click', () => {
    const text = block.querySelector('code')!.textContent.trimEnd();
    void navigator.clipboard.writeText(commandsIn(text)).then(() => {
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    });
  });
  const frame = Object.assign(document.createElement('div'), { className: 'framed' });
  block.replaceWith(frame);
  frame.append(block, button);
}

/** Of a transcript only what a person types; other text as it is. */
function commandsIn(text: string): string {
  if (!/^\$ /m.test(text)) return text;
  const typed: string[] = [];
  let goesOn = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) typed.push(line.slice(2));
    else if (goesOn || line.startsWith('> ')) typed.push(line.replace(/^> /, ''));
    goesOn = (line.startsWith('$ ') || goesOn) && line.endsWith('\\');
  }
  return typed.join('\n');
}

for (const form of all<HTMLFormElement>('.filters')) {
  const items = all<HTMLElement>('[data-words]', form.parentElement!);
  const none = form.parentElement!.querySelector<HTMLElement>('.none');
  const isCards = !('rows' in form.dataset);
  const apply = (): void => {
    const wanted = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const words = (wanted.words ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = Object.entries(wanted).filter(([name, value]) => name !== 'words' && value !== '');
    let shown = 0;
    for (const item of items) {
      const fits =
        words.every((word) => textOf(item).includes(word)) &&
        chosen.every(([name, value]) => (item.dataset[name] ?? '').split(',').includes(value));
      item.hidden = !fits;
      if (fits) shown += 1;
    }
    form.querySelector('output')!.textContent = `${shown} of ${items.length}`;
    if (none) none.hidden = shown > 0;
    if (isCards) history.replaceState(null, '', queryOf(wanted));
  };
  const given = new URLSearchParams(isCards ? location.search : '');
  for (const [name, value] of given) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
  }
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  none?.querySelector('button')?.addEventListener('click', () => {
    form.reset();
    apply();
  });
  apply();
}

/** What an item is found by: its words, and what stands inside it where it says so. */
function textOf(item: HTMLElement): string {
  const { words, inside } = item.dataset;
  const within = inside === undefined ? '' : (item.querySelector(inside)?.textContent.toLowerCase() ?? '');
  return `${words} ${within}`;
}

function queryOf(wanted: Record<string, string>): string {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== '')).toString();
  return query ? `?${query}` : location.pathname;
}

/** A link to a resource or claim opens what it points at. */
function openTarget(): void {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let at: Element | null = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  target.querySelector('details')?.setAttribute('open', '');
  target.scrollIntoView();
}
addEventListener('hashchange', openTarget);
openTarget();

/** A box of the picture opens what it stands for. */
const parts = document.querySelector<HTMLDetailsElement>('.parts');
if (parts) {
  const boxes = all<SVGElement>('.picture [data-part]').filter((box) => partOf(box) !== undefined);
  // What is a picture as long as it is only looked at is a group of buttons now.
  document.querySelector('.picture svg')?.setAttribute('role', 'group');
  for (const box of boxes) {
    box.setAttribute('tabindex', '0');
    box.setAttribute('role', 'button');
    box.addEventListener('click', (event) => {
      event.stopPropagation();
      show(box);
    });
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      show(box);
    });
  }
}

function partOf(box: SVGElement): HTMLElement | undefined {
  return all<HTMLElement>('.parts [data-for]').find(({ dataset }) => dataset.for === box.dataset.part);
}

function show(box: SVGElement): void {
  parts!.open = true;
  const chosen = partOf(box)!;
  for (const item of all<HTMLElement>('.parts [data-for]')) item.classList.toggle('chosen', item === chosen);
  // Where the reader goes on, by keyboard too.
  chosen.focus({ preventScroll: true });
  chosen.scrollIntoView({ block: 'center' });
}

/** Which part of the page is read is marked in its contents. */
const contents = new Map(all<HTMLAnchorElement>('.contents a').map((link) => [link.hash.slice(1), link]));
if (contents.size > 0) {
  const seen = new Set<Element>();
  const sections = all<HTMLElement>('.prose > section');
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      const here = sections.find((section) => seen.has(section));
      for (const [id, link] of contents) {
        if (id === here?.id) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
    { rootMargin: '-20% 0px -60%' },
  );
  for (const section of sections) observer.observe(section);
}

const dialog = document.querySelector<HTMLDialogElement>('dialog.search')!;
const field = dialog.querySelector<HTMLInputElement>('input')!;
const results = dialog.querySelector('ol')!;
let index: Promise<MiniSearch<Found>> | undefined;

async function load(): Promise<MiniSearch<Found>> {
  const response = await fetch(document.documentElement.dataset.index!);
  const search = new MiniSearch<Found>({
    fields: ['title', 'text'],
    // `TieredNetwork` is found by its words too.
    extractField: (found, field) => {
      const text = String(found[field as keyof Found]);
      return field === 'title' ? `${text} ${text.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')}` : text;
    },
    storeFields: ['kind', 'title', 'text', 'path'],
    searchOptions: {
      prefix: true,
      fuzzy: 0.2,
      combineWith: 'AND',
      boost: { title: 3 },
      boostDocument: (_id, _term, stored) =>
        ({ architecture: 3, block: 2, claim: 1 })[(stored as unknown as Found).kind],
    },
  });
  search.addAll((await response.json()) as Found[]);
  return search;
}

function openSearch(): void {
  dialog.showModal();
  field.focus();
  index ??= load();
}

document.querySelector('.find')?.addEventListener('click', openSearch);
addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openSearch();
});
field.addEventListener('input', () => {
  void index?.then((search) => {
    const found = search.search(field.value).slice(0, 12) as unknown as Found[];
    results.replaceChildren(...found.map(resultOf));
    if (found.length === 0 && field.value.trim() !== '') {
      results.append(
        Object.assign(document.createElement('li'), { textContent: `Nothing is called “${field.value}”.` }),
      );
    }
  });
});
results.addEventListener('click', (event) => {
  if ((event.target as Element).closest('a')) dialog.close();
});

function resultOf({ kind, title, text, path }: Found): HTMLLIElement {
  const item = document.createElement('li');
  const link = Object.assign(document.createElement('a'), { href: `${document.documentElement.dataset.root}${path}` });
  const label = Object.assign(document.createElement('strong'), { textContent: title });
  const what = Object.assign(document.createElement('small'), { textContent: kind });
  const words = Object.assign(document.createElement('span'), { textContent: text });
  link.append(label, ' ', what, words);
  item.append(link);
  return item;
}
