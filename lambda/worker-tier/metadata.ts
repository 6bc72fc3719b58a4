/** The metadata service of an instance, which answers only to who holds a token (IMDSv2). */
export class Metadata {
  #token?: string;

  constructor(
    private readonly endpoint = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254',
    private readonly patience = 2000,
  ) {}

  /** @returns undefined where the service knows no such thing */
  async get(path: string): Promise<string | undefined> {
    let answer = await this.#ask(path);
    if (answer.status === 401) {
      this.#token = undefined;
      answer = await this.#ask(path);
    }
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`the metadata service answered ${answer.status} to ${path}`);
    return answer.text();
  }

  /** @throws where the service knows no such thing */
  async need(path: string): Promise<string> {
    const value = await this.get(path);
    if (value === undefined) throw new Error(`the metadata service has no ${path}`);
    return value;
  }

  async #ask(path: string): Promise<Response> {
    this.#token ??= await this.#newToken();
    return this.#call(`meta-data/${path}`, { headers: { 'X-aws-ec2-metadata-token': this.#token } });
  }

  async #newToken(): Promise<string> {
    const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': '21600' };
    const answer = await this.#call('api/token', { method: 'PUT', headers });
    if (!answer.ok) throw new Error(`the metadata service answered ${answer.status} to the wish for a token`);
    return answer.text();
  }

  #call(path: string, init: RequestInit): Promise<Response> {
    return fetch(`${this.endpoint}/latest/${path}`, { ...init, signal: AbortSignal.timeout(this.patience) });
  }
}
