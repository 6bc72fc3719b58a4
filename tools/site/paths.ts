/** Where things are on the site; from its root, without a slash at the beginning. */
export const pathTo = {
  gallery: 'index.html',
  architecture: (name: string) => `architectures/${name}.html`,
  resources: (name: string) => `architectures/${name}/template.html`,
  picture: (name: string) => `assets/pictures/${name}.svg`,
  template: (stack: string, profile: string) => `architectures/${stack}.${profile}.template.json`,
  missing: '404.html',
  blocks: 'blocks/index.html',
  block: (name: string) => `blocks/${name}.html`,
  claims: 'claims/index.html',
  domain: (domain: string) => `claims/${domain}.html`,
  document: (file: string) => `${file.replace(/\.md$/, '')}.html`,
  source: (file: string, line?: number) => `source/${file}.html${line === undefined ? '' : `#L${line}`}`,
};

/** The id of a resource on the page of its architecture's template; logical ids are unique in one stack only. */
export const anchorOf = (architecture: string, stack: string, logicalId: string): string =>
  stack === architecture ? logicalId : `${stack}.${logicalId}`;

/** The relative address of one page or file from another, so that the site works below any path, and from a folder. */
export function relative(from: string, to: string): string {
  // It is shown for addresses of any depth, and so cannot be relative to one.
  if (from === pathTo.missing) return `/${to}`;
  const up = '../'.repeat(from.split('/').length - 1);
  return `${up || './'}${to}`;
}
