import * as z from 'zod/mini';

export interface InstanceMetadataProps {
  /**
   * Where the service answers.
   * @default - AWS_EC2_METADATA_SERVICE_ENDPOINT, or the link-local address it has on every instance
   */
  readonly endpoint?: string;
  /**
   * How long a token is asked for, 1 to 21,600 seconds.
   * @default 21600
   */
  readonly tokenSeconds?: number;
  /** The time in milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** What a role gives for some hours. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** When a spot instance is taken, and what becomes of it. */
export interface InstanceAction {
  /** `hibernate`, `stop` or `terminate`. */
  readonly action: string;
  readonly time: Date;
}

/** Said when there is no token to be had; a client that then asked without one would undo what the token is for. */
export class NoToken extends Error {}

const longest = 21_600;
const answerMilliseconds = 2_000;
/** Credentials are read anew this long before they end; new ones are there earlier. */
const early = 5 * 60_000;

const credentialsShape = z.object({
  Code: z.literal('Success'),
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
  Expiration: z.string(),
});
const actionShape = z.object({ action: z.string(), time: z.string() });

/**
 * What an instance knows of itself, for programs that run on it: facts, user data, and the credentials of its role.
 *
 * It asks for a session token by PUT and shows it with every GET; a token that is no longer taken is renewed once. Without a token it
 * asks for nothing. What is not set is undefined.
 *
 * @claims compute-imds-client
 */
export class InstanceMetadata {
  private readonly endpoint: string;
  private readonly tokenSeconds: number;
  private readonly now: () => number;
  private token?: { readonly text: string; readonly until: number };
  private readonly kept = new Map<string, RoleCredentials>();

  /** @throws when a token is to last for a time that the service does not give */
  constructor({ endpoint, tokenSeconds = longest, now = Date.now }: InstanceMetadataProps = {}) {
    if (!Number.isInteger(tokenSeconds) || tokenSeconds < 1 || tokenSeconds > longest)
      throw new Error(`tokenSeconds is ${tokenSeconds}; give a whole number from 1 to ${longest}`);
    this.endpoint = endpoint ?? process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';
    this.tokenSeconds = tokenSeconds;
    this.now = now;
  }

  /** One fact, such as `instance-id` or `placement/availability-zone`. */
  fact(path: string): Promise<string | undefined> {
    return this.read(`meta-data/${path}`);
  }

  /** @throws where it is not set */
  async need(path: string): Promise<string> {
    const value = await this.fact(path);
    if (value === undefined) throw new Error(`the metadata service has no ${path}`);
    return value;
  }

  publicIpv4(): Promise<string | undefined> {
    return this.fact('public-ipv4');
  }

  /** Which partition of its placement group it stands in. */
  async partition(): Promise<number | undefined> {
    const number = await this.fact('placement/partition-number');
    return number === undefined ? undefined : Number(number);
  }

  /** When it is taken, told two minutes before; undefined while nobody wants it back, and for what is no spot instance. */
  async spotAction(): Promise<InstanceAction | undefined> {
    const text = await this.fact('spot/instance-action');
    if (text === undefined) return undefined;
    const { action, time } = actionShape.parse(JSON.parse(text));
    return { action, time: new Date(time) };
  }

  /** The script it booted by. */
  userData(): Promise<string | undefined> {
    return this.read('user-data');
  }

  /** The credentials of its role, kept until shortly before they end; undefined without a role. */
  async credentials(): Promise<RoleCredentials | undefined> {
    const role = (await this.fact('iam/security-credentials/'))?.trim().split('\n')[0];
    if (!role) return undefined;
    const known = this.kept.get(role);
    if (known && known.expiration.getTime() - early > this.now()) return known;
    const text = await this.fact(`iam/security-credentials/${role}`);
    if (text === undefined) return undefined;
    const given = credentialsShape.parse(JSON.parse(text));
    const fresh = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.Token,
      expiration: new Date(given.Expiration),
    };
    this.kept.set(role, fresh);
    return fresh;
  }

  private async read(path: string): Promise<string | undefined> {
    let answer = await this.get(path);
    if (answer.status === 401) {
      delete this.token;
      answer = await this.get(path);
    }
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`the metadata service answers ${answer.status} for ${path}`);
    return answer.text();
  }

  private async get(path: string): Promise<Response> {
    const token = await this.validToken();
    return fetch(`${this.endpoint}/latest/${path}`, {
      headers: { 'x-aws-ec2-metadata-token': token },
      signal: AbortSignal.timeout(answerMilliseconds),
    });
  }

  private async validToken(): Promise<string> {
    if (this.token && this.token.until > this.now()) return this.token.text;
    const asked = this.now();
    const answer = await fetch(`${this.endpoint}/latest/api/token`, {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(this.tokenSeconds) },
      signal: AbortSignal.timeout(answerMilliseconds),
    });
    if (!answer.ok)
      throw new NoToken(
        `the metadata service gives no token (${answer.status}), and without one nothing is asked; is the hop limit too low, or the service off?`,
      );
    this.token = { text: await answer.text(), until: asked + this.tokenSeconds * 1000 };
    return this.token.text;
  }
}
