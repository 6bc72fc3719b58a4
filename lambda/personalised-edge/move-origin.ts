import { edgeRequest, originSetting, type EdgeRequest } from '../shared/edge-event';
import { originSettings } from './environment';
import { isMoved, migrationOf } from './migration';

/**
 * Takes a file from the bucket that the archive moves to, once it is moved. Both buckets admit the distribution, which signs what it asks
 * after this has run.
 *
 * @claims edge-origin-migration
 */
export function handler(event: unknown): Promise<EdgeRequest> {
  const request = edgeRequest(event);
  const migration = migrationOf(
    originSetting(request, originSettings.moveShare),
    originSetting(request, originSettings.movePrefixes),
  );
  const to = originSetting(request, originSettings.moveTo);
  if (request.origin?.s3 && isMoved(request.uri, migration)) {
    request.origin.s3.domainName = to;
    // S3 answers for the bucket that the Host names.
    request.headers.host = [{ key: 'Host', value: to }];
  }
  return Promise.resolve(request);
}
