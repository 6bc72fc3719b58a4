import type { Settings } from '../../settings';

type Wished = Pick<Settings, 'region' | 'secondRegion'>;

/** The two Regions, far enough apart that what fails one does not fail the other. */
export interface TwoRegions {
  /** Asked first; the table of notes is made here. */
  readonly home: string;
  readonly away: string;
}

const usual: TwoRegions = { home: 'eu-west-1', away: 'us-east-1' };

/**
 * A Region that is wished for is home, and a second one is away; else the other is on another continent, so that people on both are
 * served from nearby. Second copies of data lie under the same law instead (`secondRegionOf`); whoever may not let notes go overseas
 * wishes for both.
 */
export function twoRegions({ region, secondRegion }: Wished): TwoRegions {
  const home = region ?? (secondRegion === usual.home ? usual.away : usual.home);
  return { home, away: secondRegion ?? (home === usual.away ? usual.home : usual.away) };
}
