import type { Page } from '../layout';
import { pathTo, relative } from '../paths';

/** What people see who come by an address that leads nowhere. */
export const missingPage: Page = {
  path: pathTo.missing,
  title: 'There is no such page',
  description: 'The address leads nowhere.',
  body: (
    <>
      <h1>There is no such page</h1>
      <p class="lead">
        It may have been renamed. Look through <a href={relative(pathTo.missing, pathTo.gallery)}>all architectures</a>,
        or search.
      </p>
    </>
  ),
};
