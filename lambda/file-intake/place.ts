import { variables } from '../shared/variables';
import { environment } from './environment';

/** Where files come from and results go. */
export interface Place {
  readonly bucket: string;
  readonly incoming: string;
  readonly resized: string;
  readonly refused: string;
  /** Smallest first. */
  readonly widths: readonly number[];
}

/** The place this function was told to work at. */
export function placeFromEnvironment(): Place {
  const { widths, ...place } = variables(environment);
  return { ...place, widths: widths.split(',').map(Number) };
}

/** Where the result of a width lies: `incoming/trip/day 1.jpg` becomes `resized/320/trip/day 1.jpg`. */
export const resultKey = ({ incoming, resized }: Place, key: string, width: number): string =>
  `${resized}${width}/${key.slice(incoming.length)}`;

/** Where the reason lies why a file was refused. */
export const refusalKey = ({ incoming, refused }: Place, key: string): string =>
  `${refused}${key.slice(incoming.length)}.json`;
