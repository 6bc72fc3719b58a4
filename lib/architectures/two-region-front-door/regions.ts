/** The two Regions, far enough apart that what fails one does not fail the other. */
export interface TwoRegions {
  /** Asked first; the table of notes is made here. */
  readonly home: string;
  readonly away: string;
}

const usual: TwoRegions = { home: 'eu-west-1', away: 'us-east-1' };

/** A Region that is wished for is home; away is another. */
export function twoRegions(wished: string = usual.home): TwoRegions {
  return { home: wished, away: wished === usual.away ? usual.home : usual.away };
}
