import { Problem } from '../shared/problem';
import { placeHeaders } from './environment';

export interface Place {
  readonly country: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

export interface PlaceRules {
  /** Countries whose viewers get nothing. */
  readonly closedCountries: readonly string[];
}

type Headers = Readonly<Record<string, string>>;

/**
 * Decides by where a viewer is, finer than a distribution can: by country here, and as finely as the five headers tell.
 *
 * @throws Problem 403 when nobody can tell where they are, or when they may see nothing there
 * @claims edge-geolocation-decision
 */
export function assertOpenThere(headers: Headers, { closedCountries }: PlaceRules): Place {
  const place = placeOf(headers);
  if (!place) throw new Problem(403, { detail: 'Nobody can tell where you are.' });
  if (closedCountries.includes(place.country))
    throw new Problem(403, { detail: `Our licence does not reach to ${place.country}.` });
  return place;
}

function placeOf(headers: Headers): Place | undefined {
  const told = (name: keyof typeof placeHeaders) => headers[placeHeaders[name].toLowerCase()];
  const country = told('country') ?? '';
  if (!/^[A-Z]{2}$/.test(country)) return undefined;
  const number = (text: string | undefined) => (text !== undefined && text !== '' ? Number(text) : NaN);
  const [latitude, longitude] = [number(told('latitude')), number(told('longitude'))];
  return { country, ...(Number.isFinite(latitude) && Number.isFinite(longitude) && { latitude, longitude }) };
}
