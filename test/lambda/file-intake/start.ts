import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { context as usual, freshHandler } from '../../support/fresh-handler';

export const environmentOf = {
  FILE_BUCKET: 'the-files',
  INCOMING: 'incoming/',
  RESIZED: 'resized/',
  REFUSED: 'refused/',
  WIDTHS: '8,16',
  RESIZER: 'arn:aws:lambda:eu-west-1:111122223333:function:resizer',
  RESIZER_SECONDS: '60',
  SETTLE_SECONDS: '5400',
  REACH_SECONDS: '16200',
  POWERTOOLS_SERVICE_NAME: 'file-intake',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

/** A run that has a minute. */
export const context: Context = { ...usual, getRemainingTimeInMillis: () => 60_000 };

/** A new environment of a function; the SDK's classes are the test's. */
export function start(
  file: 'resize' | 'sweep' | 'desk' | 'take-picture',
  environment: Readonly<Record<string, string | undefined>> = {},
): (event: unknown, run?: Context) => Promise<any> {
  const handler = freshHandler(`file-intake/${file}`, {
    environment: { ...environmentOf, ...environment },
    modules: { '@aws-sdk/client-lambda': lambda, '@aws-sdk/client-s3': s3 },
  });
  return (event, run = context) => handler(event, run);
}

/** An announcement as S3 sends it to a function; recorded, with the key put in. */
export const announced = (...keys: readonly string[]) => ({
  Records: keys.map((key) => ({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventTime: '2026-11-21T08:30:00.000Z',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'AWS:AIDAIENQZJOLO23YVJ4VO' },
    requestParameters: { sourceIPAddress: '203.0.113.7' },
    responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'incoming',
      bucket: {
        name: 'the-files',
        ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
        arn: 'arn:aws:s3:::the-files',
      },
      object: {
        key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
        size: 1024,
        eTag: 'd41d8cd98f00b204e9800998ecf8427e',
        sequencer: '0055AED6DCD90281E5',
      },
    },
  })),
});
