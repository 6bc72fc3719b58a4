/** Where one function stands, by ids: its subnets, and the groups it is behind. */
export interface FunctionPlace {
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}

/**
 * How many network interfaces Lambda makes for functions: one for each distinct pair of a subnet and a set of groups, whatever
 * the number of functions and of runs in flight. What a quota and the free addresses of subnets must have room for.
 *
 * @claims serverless-shared-interfaces
 */
export function interfaceCount(places: readonly FunctionPlace[]): number {
  const pairs = places.flatMap(({ subnets, groups }) => {
    const behind = [...new Set(groups)].sort();
    return subnets.map((subnet) => JSON.stringify([subnet, behind]));
  });
  return new Set(pairs).size;
}
