import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { XMLParser } from 'fast-xml-parser';
import { run } from '../../../tools/objects';
import { listening } from '../../support/console';

const role = 'arn:aws:iam::111122223333:role/batch';
const words = ['copy-existing', 's3://box', '--role', role, '--report', 's3://reports/box/'];

describe('groundplan objects copy-existing', () => {
  const said = listening();
  const seen: { method?: string; url?: string; account?: string; body: any }[] = [];
  let server: Server;
  let client: S3ControlClient;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        const account = request.headers['x-amz-account-id'] as string;
        seen.push({ method: request.method, url: request.url, account, body: new XMLParser().parse(body) });
        response.end('<CreateJobResult><JobId>job-1</JobId></CreateJobResult>');
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    client = new S3ControlClient({
      endpoint: `http://localhost:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    });
    // The account is part of the host's name, which no server of this machine has.
    client.middlewareStack.add(
      (next) => (args) => next({ ...args, request: Object.assign(args.request as object, { hostname: '127.0.0.1' }) }),
      { step: 'finalizeRequest', priority: 'low' },
    );
  });
  beforeEach(() => (seen.length = 0));
  afterAll(() => server.close());

  const call = (...args: string[]) => run(args, { jobs: () => Promise.resolve(client) });

  test('shows the job it would make, and makes none [storage-replication-not-retroactive]', async () => {
    expect(await call(...words)).toBe(0);
    expect(said[0]).toBe(
      'box: whatever its rules select and was not copied is copied. Nothing was changed; add --apply to do it.',
    );
    expect(seen).toEqual([]);
    await call(...words, '--json');
    expect(JSON.parse(said[1]).request).toEqual({
      AccountId: '111122223333',
      ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ConfirmationRequired: false,
      Description: 'Copies what lay in box before its rules of replication',
      Priority: 10,
      RoleArn: role,
      Operation: { S3ReplicateObject: {} },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: 'arn:aws:s3:::box',
          EnableManifestOutput: false,
          Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ['NONE', 'FAILED'] },
        },
      },
      Report: {
        Enabled: true,
        Bucket: 'arn:aws:s3:::reports',
        Prefix: 'box',
        Format: 'Report_CSV_20180820',
        ReportScope: 'FailedTasksOnly',
      },
    });
  });

  test('makes it once it is told to, with a list that S3 makes by itself [storage-replication-not-retroactive]', async () => {
    expect(await call(...words, '--apply')).toBe(0);
    expect(said[0]).toBe(
      'box: whatever its rules select and was not copied is copied. Job job-1 does it; its report comes to s3://reports/box/.',
    );
    expect(seen).toHaveLength(1);
    const [{ method, url, account, body }] = seen;
    expect([method, url, account]).toEqual(['POST', '/v20180820/jobs', '111122223333']);
    expect(body.CreateJobRequest).toMatchObject({
      Operation: { S3ReplicateObject: '' },
      RoleArn: role,
      ManifestGenerator: { S3JobManifestGenerator: { Filter: { EligibleForReplication: true } } },
    });
  });

  test('fails without a role that is one, and a place for the report', async () => {
    expect(await call('copy-existing', 's3://box', '--report', 's3://reports')).toBe(1);
    expect(said[0]).toBe('--role is (empty); give the ARN of a role that trusts batchoperations.s3.amazonaws.com');
    expect(await call('copy-existing', 's3://box', '--role', role)).toBe(1);
    expect(said[1]).toBe('--report is missing; name where S3 writes down what it could not copy: s3://bucket/folder');
    expect(await call('copy-existing', 's3://box/a', '--role', role)).toBe(2);
    expect(said[2]).toMatch(/^s3:\/\/box\/a names an object; name the bucket alone/);
  });
});
