import { readFile } from 'node:fs/promises';
import {
  fileSource,
  matching,
  parameterSource,
  wholeNumber,
  type ConfigOf,
  type ConfigSource,
} from '../shared/load-config';
import { settingVariables } from './environment';

/** Every setting but the flags: what it is if nobody says otherwise, and what it may be. Prices are in cents. */
export const shape = {
  smallestPrice: { default: 350, check: wholeNumber(1, 100_000) },
  currency: { default: 'USD', check: matching(/[A-Z]{3}/) },
  offerMinutes: { default: 15, check: wholeNumber(1, 24 * 60) },
  // A carrier without a rate carries nothing.
  'rates/road': { default: 0, check: wholeNumber(1, 100_000) },
  'rates/air': { default: 0, check: wholeNumber(1, 100_000) },
} as const;

export type Settings = ConfigOf<typeof shape>;

export interface Places {
  /** The file of settings in the layer that all functions of the house share. */
  readonly file: string;
  readonly parametersPath: string;
  /** All parameters below a path, by their place below it. */
  readonly parameters: (path: string) => Promise<Readonly<Record<string, string>> | undefined>;
}

/** What lies over the defaults, from the weakest to the strongest: what changes more easily goes before what changes seldom. */
export const sourcesAt = ({ file, parametersPath, parameters }: Places): ConfigSource[] => [
  fileSource('the layer', () => readFile(file, 'utf8')),
  variableSource(),
  parameterSource(parametersPath, parameters),
];

/** Environment variables that are settings, as far as they are set. */
const variableSource = (): ConfigSource => ({
  name: 'the environment',
  read: () => {
    const all = Object.entries(settingVariables).map(([key, variable]) => [key, process.env[variable]] as const);
    return Promise.resolve(Object.fromEntries(all.filter(([, value]) => value !== undefined)));
  },
});
