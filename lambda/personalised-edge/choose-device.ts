import { edgeRequest, headerOf, insideFolder, type EdgeHeaders, type EdgeRequest } from '../shared/edge-event';
import { deviceHeaders, folders } from './environment';

type Device = keyof typeof deviceHeaders;
/** In the order they are asked for: a tablet may count as a mobile device too. */
const devices = Object.keys(deviceHeaders) as Device[];

/** What a viewer holds in their hands; what nobody can tell is shown what a desktop is. */
const deviceOf = (headers: EdgeHeaders): Device =>
  devices.find((device) => headerOf(headers, deviceHeaders[device]) === 'true') ?? 'desktop';

/**
 * Asks for the form of a file that is made for the viewer's device.
 *
 * @claims edge-device-variant
 */
export function handler(event: unknown): Promise<EdgeRequest> {
  const request = edgeRequest(event);
  request.uri = insideFolder(request.uri, folders.devices, deviceOf(request.headers));
  return Promise.resolve(request);
}
