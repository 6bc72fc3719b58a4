import {
  CreateInvalidationCommand,
  waitUntilInvalidationCompleted,
  type CloudFrontClient,
} from '@aws-sdk/client-cloudfront';

/** What a distribution has under way at most. */
const most = { paths: 3000, wildcards: 15, characters: 4000 } as const;

export interface Ending {
  readonly distributionId: string;
  /** Paths whose copies end: each with a slash at its beginning, and a `*` only as its last character. */
  readonly paths: readonly string[];
  /** What this is told from all others by; the same again is the same invalidation, and ends nothing twice. */
  readonly reference: string;
}

export interface Invalidation {
  readonly id: string;
  readonly status: string;
}

/**
 * What is wrong with paths whose copies are to end, one sentence each. A path costs the same whatever it matches, so that `/images/*`
 * is cheaper than its files.
 *
 * @claims edge-invalidate-paths
 */
export function pathFaults(paths: readonly string[]): string[] {
  const wildcards = paths.filter((path) => path.endsWith('*'));
  return [
    paths.length === 0 && 'no path is named; name some, such as /images/*',
    ...paths.flatMap((path) => [
      !path.startsWith('/') && `the path ${path || '(empty)'} does not begin with a slash; write /${path}`,
      /\*./.test(path) && `the path ${path} has a * before its end; a * stands only as the last character`,
      /[^\x21-\x7e]/.test(path) &&
        `the path ${path} has characters that no URL has; write them as a browser does, ${encodeURI(path)}`,
      path.length > most.characters &&
        `a path has ${path.length} characters; CloudFront takes ${most.characters}, so end it with a * sooner`,
    ]),
    paths.length > most.paths &&
      `${paths.length} paths are named; ${most.paths} can be under way at a time, so name a folder with * instead`,
    wildcards.length > most.wildcards &&
      `${wildcards.length} paths end with *; ${most.wildcards} such can be under way at a time, so name a folder further up`,
  ].filter((fault) => fault !== false);
}

/**
 * Has all edges forget their copies, whatever lifetime those have left. It is done some time after the answer.
 *
 * @claims edge-invalidate-paths
 */
export async function endCopies(
  client: CloudFrontClient,
  { distributionId, paths, reference }: Ending,
): Promise<Invalidation> {
  const { Invalidation: made } = await client.send(
    new CreateInvalidationCommand({
      DistributionId: distributionId,
      InvalidationBatch: {
        CallerReference: reference,
        Paths: { Quantity: paths.length, Items: [...paths] },
      },
    }),
  );
  return { id: made?.Id ?? '', status: made?.Status ?? '' };
}

/**
 * Waits until the last edge has forgotten.
 *
 * @param pause how many seconds lie between two questions
 * @throws when it takes longer than ten minutes
 */
export async function untilEnded(
  client: CloudFrontClient,
  distributionId: string,
  id: string,
  pause: number,
): Promise<void> {
  const patience = { client, maxWaitTime: 600, minDelay: pause, maxDelay: pause };
  await waitUntilInvalidationCompleted(patience, { DistributionId: distributionId, Id: id });
}
