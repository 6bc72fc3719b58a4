import type { ComponentChildren } from 'preact';
import { pathTo, relative } from './paths';

export interface Page {
  /** From the root of the site. */
  readonly path: string;
  readonly title: string;
  /** One sentence for search engines and previews. */
  readonly description: string;
  readonly body: ComponentChildren;
}

const sections = [
  { title: 'Architectures', path: pathTo.gallery, folder: 'architectures/' },
  { title: 'Blocks', path: pathTo.blocks, folder: 'blocks/' },
  { title: 'Claims', path: pathTo.claims, folder: 'claims/' },
  { title: 'Guides', path: pathTo.document('docs/index.md'), folder: 'docs/' },
];

/** What is the same on every page: head, navigation, search, footer. */
export function Layout({ path, title, description, body }: Page) {
  const to = (target: string) => relative(path, target);
  return (
    <html lang="en" data-root={to('')} data-index={to('assets/search.json')}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={description} />
        <meta name="color-scheme" content="light dark" />
        <title>{path === pathTo.gallery ? title : `${title} · Groundplan`}</title>
        <link rel="icon" type="image/svg+xml" href={to('assets/favicon.svg')} />
        <link rel="stylesheet" href={to('assets/site.css')} />
        <script src={to('assets/site.js')} defer />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="brand" href={to(pathTo.gallery)}>
            <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
              <path d="M4 12 16 4l12 8v16H4z M4 20h12v8 M16 12v8 M22 12v16" />
            </svg>
            Groundplan
          </a>
          <nav aria-label="Main">
            {sections.map((section) => {
              const here = path === section.path || path.startsWith(section.folder);
              return (
                <a href={to(section.path)} aria-current={here ? 'page' : undefined}>
                  {section.title}
                </a>
              );
            })}
          </nav>
          <div class="tools" hidden data-script>
            <button type="button" class="find" aria-haspopup="dialog">
              Search <kbd>/</kbd>
            </button>
            <button type="button" class="theme" aria-label="Switch between light and dark">
              <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
                <path d="M12 3a9 9 0 1 0 0 18z" />
                <circle cx="12" cy="12" r="9" fill="none" />
              </svg>
            </button>
          </div>
        </header>
        <main id="main">{body}</main>
        <footer class="bottom">
          <p>
            Everything on these pages is derived from the templates, the code and the tests of the repository. MIT-0:
            copy what you need.
          </p>
        </footer>
        <dialog class="search" aria-label="Search">
          <form method="dialog">
            <input
              type="search"
              placeholder="Architectures, blocks, claims"
              aria-label="Search for"
              autocomplete="off"
            />
            <button type="submit">Close</button>
          </form>
          <ol aria-live="polite" />
        </dialog>
      </body>
    </html>
  );
}

/** HTML that was made elsewhere, by the Markdown renderer or a tool that draws; with a label, a region that may scroll. */
export const Html = ({
  of,
  as: Tag = 'div',
  label,
  ...rest
}: {
  of: string;
  as?: 'div' | 'span' | 'p';
  class?: string;
  label?: string;
}) => (
  <Tag
    {...rest}
    {...(label !== undefined && { role: 'region', tabIndex: 0, 'aria-label': label })}
    dangerouslySetInnerHTML={{ __html: of }}
  />
);

/** A path as code, which may go on in the next line behind a slash. */
export const Path = ({ of }: { of: string }) => (
  <code>
    {of.split(/(?<=[/:])/).map((part, index) => (
      <>
        {index > 0 && <wbr />}
        {part}
      </>
    ))}
  </code>
);

/** A table that scrolls by itself where the window is too narrow for it. */
export function Table({
  head,
  rows,
  label,
}: {
  head: readonly string[];
  rows: readonly ComponentChildren[][];
  label: string;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th scope="col">{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
