import { edgeRequest, headerOf, insideFolder, originSetting, type EdgeRequest } from '../shared/edge-event';
import { countryHeader, folders, originSettings } from './environment';

/** What everybody sees whose country has nothing of its own. */
const elsewhere = 'world';

/**
 * Asks for the form of a file that is made for the viewer's country.
 *
 * @claims edge-country-content
 */
export function handler(event: unknown): Promise<EdgeRequest> {
  const request = edgeRequest(event);
  const known = originSetting(request, originSettings.countries).split(',');
  const country = headerOf(request.headers, countryHeader)?.toLowerCase() ?? '';
  request.uri = insideFolder(request.uri, folders.countries, known.includes(country) ? country : elsewhere);
  return Promise.resolve(request);
}
