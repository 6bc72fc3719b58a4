import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import { parsed, type Routes } from '../shared/rest';
import { idempotencyKey, isParcelId, newParcel, parcelId, type Parcel, type Parcels } from './parcel';

const headers = z.object({ 'idempotency-key': idempotencyKey });

/**
 * The contract of parcels, whatever it runs on: a function, a container, or the old system.
 *
 * @param now the time, for tests
 */
export const parcelRoutes = (parcels: Parcels, now: () => Date = () => new Date()): Routes => ({
  'POST /parcels': async (request) => {
    const { 'idempotency-key': key } = parsed(headers, request.headers, 'header');
    const wanted = parsed(newParcel, request.json(), 'body');
    const id = parcelId(wanted.sender, key);
    const parcel: Parcel = { ...wanted, id, status: 'registered', registeredAt: now().toISOString() };
    const there = await parcels.add(parcel);
    if (there && !isDeepStrictEqual({ ...there, registeredAt: '' }, { ...parcel, registeredAt: '' })) {
      throw new Problem(409, { detail: 'This Idempotency-Key was used for another parcel.' });
    }
    return { status: 201, headers: { Location: `/parcels/${id}` }, body: there ?? parcel };
  },

  'GET /parcels/{parcelId}': async ({ path }) => {
    const parcel = isParcelId(path.parcelId) ? await parcels.get(path.parcelId) : undefined;
    if (!parcel) throw new Problem(404, { detail: 'There is no such parcel.' });
    return { status: 200, body: parcel };
  },
});
