import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { lockRefusal, type LockMode, type ObjectLock } from '../../lib/constructs/storage/object-lock';

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

interface Stored {
  readonly key: string;
  readonly version: string;
  readonly marker: boolean;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: string;
  storageClass: string;
  archiveStatus?: string;
  restore?: string;
  lock: ObjectLock;
  callerKeyMd5?: string;
}

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What happens to a request instead of an answer: the line breaks, or S3 says that it is busy. */
export type Mishap = 'drop' | 'busy' | undefined;

/** As much of S3 as ObjectOps asks, over HTTP on loopback: one bucket that keeps versions. It checks no signatures. */
export class S3Server {
  readonly seen: SeenRequest[] = [];
  versions: Stored[] = [];
  readonly uploads = new Map<
    string,
    { readonly headers: Record<string, string>; readonly parts: Map<number, Buffer> }
  >();
  /** Asked before each request is worked. */
  mishap: (request: SeenRequest) => Mishap = () => undefined;
  /** How many entries a page of a listing has. */
  page = 1000;
  payer: 'BucketOwner' | 'Requester' = 'BucketOwner';
  /** Whether the caller has `s3:BypassGovernanceRetention`. */
  mayBypass = false;
  lifecycleRules: string[] = [];
  mfaDelete?: string;
  now = 0;
  private counter = 0;
  private server?: Server;

  async start(): Promise<S3Client> {
    this.server = createServer((incoming, outgoing) => {
      void this.receive(incoming).then((answer) => {
        if (answer === 'drop') {
          incoming.socket.destroy();
          return;
        }
        outgoing.writeHead(answer.status, answer.headers);
        outgoing.end(answer.body);
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return this.client({});
  }

  client(more: object): S3Client {
    return new S3Client({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}`,
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      retryStrategy: { ...quickRetries },
      ...more,
    });
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** The requests of a kind, such as `PUT a?partNumber`. */
  requests(method: string, ...parameters: string[]): SeenRequest[] {
    return this.seen.filter(
      (request) => request.method === method && parameters.every((parameter) => request.query.has(parameter)),
    );
  }

  put(key: string, content: string | Buffer, more: Partial<Stored> = {}): Stored {
    const made: Stored = {
      key,
      version: `v${++this.counter}`,
      marker: false,
      body: Buffer.from(content),
      headers: {},
      at: new Date(1_795_860_000_000 + this.counter * 1000).toISOString(),
      storageClass: 'STANDARD',
      lock: {},
      ...more,
    };
    this.versions.unshift(made);
    return made;
  }

  private async receive(incoming: IncomingMessage): Promise<Answer | 'drop'> {
    const url = new URL(incoming.url!, 'http://s3');
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request: SeenRequest = {
      method: incoming.method!,
      key: decodeURIComponent(url.pathname.split('/').slice(2).join('/')),
      query: url.searchParams,
      headers: incoming.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    };
    this.seen.push(request);
    const mishap = this.mishap(request);
    if (mishap === 'drop') return 'drop';
    try {
      if (mishap === 'busy') throw new Refusal(503, 'SlowDown', 'Please reduce your request rate.');
      return this.answer(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
      return { status: error.status, ...(request.method !== 'HEAD' && { body }) };
    }
  }

  private answer(request: SeenRequest): Answer {
    const { method, key, query, headers } = request;
    if (this.payer === 'Requester') {
      if (headers.authorization === undefined) throw new Refusal(403, 'AccessDenied', 'Anonymous users cannot pay');
      if (headers['x-amz-request-payer'] !== 'requester') throw new Refusal(403, 'AccessDenied', 'Access Denied');
    }
    if (query.has('versions')) return this.list(query);
    if (query.has('delete')) return this.deleteMany(request);
    if (query.has('lifecycle')) return this.lifecycle();
    if (query.has('versioning')) return this.versioning(headers);
    if (query.has('uploads')) return this.begin(request);
    if (query.has('uploadId')) return this.partOf(request);
    if (query.has('restore')) return this.restore(this.find(request));
    if (query.has('legal-hold')) return this.hold(this.find(request), request.body.toString().includes('<Status>ON<'));
    if (method === 'PUT')
      return headers['x-amz-copy-source'] === undefined ? this.store(request, request.body) : this.copy(request);
    if (method === 'DELETE') return this.delete(key, query.get('versionId'), headers);
    return this.read(request);
  }

  private find({ key, query, headers }: SeenRequest): Stored {
    const wanted = query.get('versionId');
    const found = this.versions.find((one) => one.key === key && (wanted === null || one.version === wanted));
    if (found === undefined || found.marker) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
    if (found.callerKeyMd5 !== undefined) {
      const given = headers['x-amz-server-side-encryption-customer-key-md5'];
      if (given === undefined)
        throw new Refusal(400, 'InvalidRequest', 'The object was stored using a form of Server Side Encryption.');
      if (given !== found.callerKeyMd5)
        throw new Refusal(403, 'AccessDenied', 'The calculated MD5 hash of the key did not match.');
    }
    return found;
  }

  private read(request: SeenRequest): Answer {
    const found = this.find(request);
    const archived = ['GLACIER', 'DEEP_ARCHIVE'].includes(found.storageClass) || found.archiveStatus !== undefined;
    if (request.method === 'GET' && archived && !found.restore?.includes('"false"'))
      throw new Refusal(403, 'InvalidObjectState', "The operation is not valid for the object's storage class");
    const told = {
      ...Object.fromEntries(Object.entries(found.headers).filter(([name]) => name.startsWith('x-amz-meta-'))),
      etag: etag(found.body),
      'last-modified': new Date(found.at).toUTCString(),
      'x-amz-version-id': found.version,
      ...(found.storageClass !== 'STANDARD' && { 'x-amz-storage-class': found.storageClass }),
      ...(found.archiveStatus && { 'x-amz-archive-status': found.archiveStatus }),
      ...(found.restore && { 'x-amz-restore': found.restore }),
    };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const whole = from === undefined;
    if (!whole && Number(from) >= found.body.length)
      throw new Refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
    const body = whole ? found.body : found.body.subarray(Number(from), Number(to) + 1);
    const range = `bytes ${from}-${Number(from) + body.length - 1}/${found.body.length}`;
    return {
      status: whole ? 200 : 206,
      headers: { ...told, 'content-length': String(body.length), ...(!whole && { 'content-range': range }) },
      ...(request.method === 'GET' && { body }),
    };
  }

  private store({ key, headers }: Pick<SeenRequest, 'key' | 'headers'>, body: Buffer): Answer {
    const mode = headers['x-amz-object-lock-mode'] as LockMode | undefined;
    const until = Date.parse(headers['x-amz-object-lock-retain-until-date'] ?? '');
    const callerKeyMd5 = headers['x-amz-server-side-encryption-customer-key-md5'];
    const made = this.put(key, body, {
      headers: headers as Record<string, string>,
      storageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
      lock: mode ? { retained: { mode, until } } : {},
      ...(callerKeyMd5 !== undefined && { callerKeyMd5 }),
    });
    return { status: 200, headers: { etag: etag(body), 'x-amz-version-id': made.version } };
  }

  private copy({ key, headers }: SeenRequest): Answer {
    const [, from, version] = /^[^/]+\/([^?]*)(?:\?versionId=(.*))?$/.exec(headers['x-amz-copy-source']!)!;
    const source = this.versions.find(
      (one) => one.key === decodeURIComponent(from) && (version ?? one.version) === one.version,
    )!;
    if (headers['x-amz-copy-source-if-match'] !== etag(source.body))
      throw new Refusal(412, 'PreconditionFailed', 'At least one of the preconditions you specified did not hold.');
    this.put(key, source.body, { headers: source.headers, storageClass: headers['x-amz-storage-class']! });
    return { status: 200, body: `<CopyObjectResult><ETag>${etag(source.body)}</ETag></CopyObjectResult>` };
  }

  private begin({ key, headers }: SeenRequest): Answer {
    const id = `upload-${++this.counter}`;
    this.uploads.set(id, { headers: headers as Record<string, string>, parts: new Map() });
    const body = `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
    return { status: 200, body };
  }

  private partOf({ method, key, query, body }: SeenRequest): Answer {
    const id = query.get('uploadId')!;
    const upload = this.uploads.get(id);
    if (upload === undefined) throw new Refusal(404, 'NoSuchUpload', 'The specified upload does not exist.');
    if (method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body);
      return { status: 200, headers: { etag: etag(body) } };
    }
    this.uploads.delete(id);
    if (method === 'DELETE') return { status: 204 };
    const parts = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) =>
      upload.parts.get(Number(number))!,
    );
    const { headers } = this.store({ key, headers: upload.headers }, Buffer.concat(parts));
    return {
      status: 200,
      headers,
      body: '<CompleteMultipartUploadResult><Bucket>b</Bucket></CompleteMultipartUploadResult>',
    };
  }

  private delete(key: string, version: string | null, headers: SeenRequest['headers']): Answer {
    if (version === null) {
      this.put(key, '', { marker: true });
      return { status: 204, headers: { 'x-amz-delete-marker': 'true' } };
    }
    const found = this.versions.find((one) => one.key === key && one.version === version);
    if (found === undefined) return { status: 204 };
    const asks = headers['x-amz-bypass-governance-retention'] === 'true';
    if (asks && !this.mayBypass) throw new Refusal(403, 'AccessDenied', 'Access Denied');
    const why = lockRefusal(found.lock, this.now, { asks, mayBypass: this.mayBypass });
    if (why !== undefined)
      throw new Refusal(403, 'AccessDenied', 'Access Denied because object protected by object lock.');
    this.versions = this.versions.filter((one) => one !== found);
    return { status: 204 };
  }

  private deleteMany({ body, headers }: SeenRequest): Answer {
    const wanted = [...body.toString().matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, one]) => [
      /<Key>(.*?)</.exec(one)![1],
      /<VersionId>(.*?)</.exec(one)![1],
    ]);
    if (wanted.length > 1000) throw new Refusal(400, 'MalformedXML', 'The XML you provided was not well-formed');
    const errors = wanted.map(([key, version]) => {
      try {
        this.delete(key, version, headers);
        return '';
      } catch (error) {
        const { code, message } = error as Refusal;
        return `<Error><Key>${key}</Key><VersionId>${version}</VersionId><Code>${code}</Code><Message>${message}</Message></Error>`;
      }
    });
    return { status: 200, body: `<DeleteResult>${errors.join('')}</DeleteResult>` };
  }

  private list(query: URLSearchParams): Answer {
    const all = this.versions
      .filter(({ key }) => key.startsWith(query.get('prefix') ?? ''))
      .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
    const [keyMarker, versionMarker] = [query.get('key-marker'), query.get('version-id-marker')];
    const from =
      keyMarker === null ? 0 : 1 + all.findIndex((one) => one.key === keyMarker && one.version === versionMarker);
    const page = all.slice(from, from + this.page);
    const isLatest = (one: Stored) => this.versions.find(({ key }) => key === one.key) === one;
    const entries = page.map((one) => {
      const tag = one.marker ? 'DeleteMarker' : 'Version';
      const size = one.marker ? '' : `<Size>${one.body.length}</Size><StorageClass>${one.storageClass}</StorageClass>`;
      return `<${tag}><Key>${one.key}</Key><VersionId>${one.version}</VersionId><IsLatest>${isLatest(one)}</IsLatest><LastModified>${one.at}</LastModified>${size}</${tag}>`;
    });
    const last = page.at(-1);
    const more = from + page.length < all.length;
    const next = more
      ? `<NextKeyMarker>${last!.key}</NextKeyMarker><NextVersionIdMarker>${last!.version}</NextVersionIdMarker>`
      : '';
    return {
      status: 200,
      body: `<ListVersionsResult><IsTruncated>${more}</IsTruncated>${next}${entries.join('')}</ListVersionsResult>`,
    };
  }

  private lifecycle(): Answer {
    if (this.lifecycleRules.length === 0)
      throw new Refusal(404, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist');
    const rules = this.lifecycleRules.map((id) => `<Rule><ID>${id}</ID><Status>Enabled</Status></Rule>`);
    return { status: 200, body: `<LifecycleConfiguration>${rules.join('')}</LifecycleConfiguration>` };
  }

  private versioning(headers: SeenRequest['headers']): Answer {
    this.mfaDelete = headers['x-amz-mfa'];
    return { status: 200 };
  }

  private restore(found: Stored): Answer {
    if (found.restore?.includes('"true"'))
      throw new Refusal(409, 'RestoreAlreadyInProgress', 'Object restore is already in progress');
    found.restore = 'ongoing-request="true"';
    return { status: 202 };
  }

  private hold(found: Stored, held: boolean): Answer {
    found.lock = { ...found.lock, held };
    return { status: 200 };
  }
}

const etag = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

/** Three tries without a pause, so that tests do not wait. */
const quickRetries = {
  mode: 'quick',
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (given: { getRetryCount: () => number }, { errorType }: { errorType: string }) =>
    given.getRetryCount() < 2 && errorType !== 'CLIENT_ERROR'
      ? Promise.resolve(token(given.getRetryCount() + 1))
      : Promise.reject(new Error('no more tries')),
  recordSuccess: () => undefined,
};
const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
