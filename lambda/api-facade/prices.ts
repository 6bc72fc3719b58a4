import { Problem } from '../shared/problem';
import type { Routes } from '../shared/rest';

/** What a parcel costs by where it goes, in cents. */
const prices: Readonly<Record<string, number>> = { AT: 1290, CH: 2490, DE: 690, FR: 1490 };

/** Prices in the form the old system has always had, with what callers of the facade are not to see. */
export const priceRoutes: Routes = {
  'GET /prices/{land}': ({ path: { land = '' } }) => {
    if (!Object.hasOwn(prices, land)) throw new Problem(404, { detail: `no row for ${land} in PREISE` });
    const body = { land, preis: { cent: prices[land], waehrung: 'EUR' }, tabelle: 'PREISE', knoten: 'app-07' };
    return Promise.resolve({ status: 200, body });
  },
};
