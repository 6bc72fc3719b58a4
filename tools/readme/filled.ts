/**
 * A page with one generated part written anew, between `<!-- part -->` and `<!-- /part -->`.
 *
 * @throws when the page has no place for the part
 */
export function filled(file: string, page: string, part: string, text: string): string {
  const [open, close] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < from)
    throw new Error(`${file} has no place for its ${part}; put ${open} and ${close} where it belongs`);
  return `${page.slice(0, from)}${open}\n\n${text}\n\n${page.slice(to)}`;
}
