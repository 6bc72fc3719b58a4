/** The generated parts of a README, and where each belongs. */
const places = {
  architectures: { at: 'end', of: 'The architectures' },
  picture: { at: 'end', of: undefined },
  parts: { at: 'end', of: 'Parts' },
  claims: { at: 'end', of: 'What is proven' },
  leftovers: { at: 'end', of: 'Take away' },
  cost: { at: 'start', of: 'Cost' },
  variants: { at: 'end', of: 'Cost' },
} as const;

export type Part = keyof typeof places;

/**
 * A page with one generated part written anew, between `<!-- part -->` and `<!-- /part -->`. A page without these marks gets
 * them where the part belongs.
 *
 * @param file its path, for the message
 * @throws when a mark has no other end, or the page has no section for the part
 */
export function written(file: string, page: string, part: Part, text: string): string {
  const [open, close] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  const generated = `${open}\n\n${text}\n\n${close}`;
  if (from < 0 && to < 0) return placed(file, page, part, generated);
  if (from < 0 || to < from)
    throw new Error(
      `${file} has ${from < 0 ? close : open} alone; put ${open} and ${close} around its ${part}, in this order`,
    );
  return page.slice(0, from) + generated + page.slice(to + close.length);
}

/** The page without anything that is generated. */
export const byHand = (page: string): string => page.replace(/<!-- (\w+) -->[^]*?<!-- \/\1 -->\n*/g, '');

function placed(file: string, page: string, part: Part, generated: string): string {
  const { at, of } = places[part];
  const sections = page.split(/^(?=## )/m);
  const index = of === undefined ? 0 : sections.findIndex((section) => section.startsWith(`## ${of}\n`));
  if (index < 0) throw new Error(`${file} has no section “## ${of}” for its ${part}; write one`);
  const section = sections[index].trimEnd();
  const [heading] = section.split('\n');
  const rest = section.slice(heading.length).trim();
  const isLast = index === sections.length - 1;
  sections[index] =
    [heading, ...(at === 'start' ? [generated, rest] : [rest, generated])].filter((text) => text !== '').join('\n\n') +
    (isLast ? '\n' : '\n\n');
  return sections.join('');
}
