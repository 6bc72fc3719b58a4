const longest = 255;
const allowed = /^[A-Za-z0-9_\-.*$/~"'@:+&?]+$/;

/** The pattern of the route that answers what no other does. */
export const EVERYTHING = '*';

/**
 * The pattern of the route that answers a path: the first of the declared ones that matches, else `*`. `*` stands for any
 * characters, slashes included, `?` for exactly one; letters count by case, and a leading slash may be left out.
 *
 * @param patterns in the order they are declared
 * @param path the path of a request, without the query
 *
 * @claims edge-path-behaviours
 */
export function matchBehaviour(patterns: readonly string[], path: string): string {
  return patterns.find((pattern) => covers(pattern, path)) ?? EVERYTHING;
}

/** What is wrong with an ordered list of path patterns, one sentence each. */
export function patternFaults(patterns: readonly string[], most: number): string[] {
  return [
    ...(patterns.length > most
      ? [
          `routes has ${patterns.length} patterns; a distribution takes ${most}, so merge some, or raise the quota and say so in maximumRoutes`,
        ]
      : []),
    ...patterns.flatMap((pattern, i) => {
      if (bare(pattern) === EVERYTHING)
        return [`routes has the pattern ${pattern}, which is the default route; give it as defaultRoute`];
      if (pattern.length > longest || !allowed.test(pattern))
        return [
          `routes has the pattern ${pattern}; use at most ${longest} letters, digits and _ - . * $ / ~ " ' @ : + & ?, without a query`,
        ];
      const hiding = patterns.slice(0, i).find((earlier) => covers(earlier, pattern));
      return hiding === undefined
        ? []
        : [`routes has ${pattern} after ${hiding}, which answers all of it; put the more specific pattern first`];
    }),
  ];
}

/**
 * Whether all that `specific` matches is matched by `general` too. Read as text, a `*` or `?` of the specific pattern is a
 * character that only a wildcard as wide covers.
 */
function covers(general: string, specific: string): boolean {
  const source = bare(general)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^*]');
  return new RegExp(`^${source}$`).test(bare(specific));
}

const bare = (pattern: string): string => pattern.replace(/^\//, '');
