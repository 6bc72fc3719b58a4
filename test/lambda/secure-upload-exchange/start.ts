import type { Context } from 'aws-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { freshHandler } from '../../support/fresh-handler';

export const environmentOf = {
  EXCHANGE_BUCKET: 'the-exchange',
  LINK_SECONDS: '900',
  ALLOWED_ORIGINS: 'https://exchange.example.com',
  ACCELERATED: 'false',
  POWERTOOLS_SERVICE_NAME: 'secure-upload-exchange',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

/** A new environment of a function; the SDK's classes are the test's. */
export const start = (
  file: 'uploads' | 'files' | 'inspect',
  environment: Readonly<Record<string, string | undefined>> = {},
): ((event: unknown, run?: Context) => Promise<any>) =>
  freshHandler(`secure-upload-exchange/${file}`, {
    environment: { ...environmentOf, ...environment },
    modules: { '@aws-sdk/client-s3': s3 },
  });

/** An announcement as S3 sends it to a function; recorded, with the keys put in. */
export const announced = (...keys: readonly string[]) => ({
  Records: keys.map((key) => ({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventTime: '2026-11-21T08:30:00.000Z',
    eventName: 'ObjectCreated:Put',
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'arrivals',
      bucket: { name: 'the-exchange', arn: 'arn:aws:s3:::the-exchange' },
      object: {
        key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
        size: 1024,
        eTag: 'd41d8cd98f00b204e9800998ecf8427e',
        sequencer: '0055AED6DCD90281E5',
      },
    },
  })),
});
