import { mediaFolder, pictureFolder } from './environment';
import type { Work } from './works';

/** Where what a page shows comes from, as scheme and host, and its style sheet. */
export interface Places {
  readonly site: string;
  readonly archive: string;
  readonly style: string;
}

/** All works, each with a link to its page. */
export function index(works: readonly Work[], places: Places): string {
  const items = works.map(
    (work) =>
      `<li><a href="/works/${escaped(work.name)}">${picture(work, places)}<span>${escaped(work.title)}</span></a></li>`,
  );
  return page('Harbour museum', `<ul class="works">${items.join('')}</ul>`, places);
}

/** One work with its film or photograph. */
export function workPage(work: Work, places: Places): string {
  const url = escaped(`${places.site}${mediaFolder}${encodeURIComponent(work.media)}`);
  const media = work.media.endsWith('.mp4')
    ? `<video controls src="${url}"></video>`
    : `<img src="${url}" alt="${escaped(work.title)}">`;
  return page(
    work.title,
    `${media}<p>${escaped(work.text)}</p>${picture(work, places)}<p><a href="/">All works</a></p>`,
    places,
  );
}

export const unknownPage = (places: Places): string =>
  page('Not in the collection', '<p>There is no page at this address.</p><p><a href="/">All works</a></p>', places);

/** What pages load, and nothing else; the browser is told so with each of them. */
export const contentSecurityPolicy = ({ site, archive }: Places): string =>
  [
    "default-src 'none'",
    `style-src ${site}`,
    `img-src ${site} ${archive}`,
    `media-src ${site}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** With `crossorigin` the browser asks by CORS, and shows the picture only where the archive lets pages of this origin have it. */
const picture = ({ picture: file, title }: Work, { archive }: Places): string =>
  `<img crossorigin="anonymous" src="${escaped(`${archive}${pictureFolder}${encodeURIComponent(file)}`)}" alt="Drawing: ${escaped(title)}">`;

const page = (title: string, content: string, { site, style }: Places): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><link rel="stylesheet" href="${escaped(`${site}${style}`)}"><main><h1>${escaped(title)}</h1>${content}</main></html>\n`;

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => signs[sign]);
