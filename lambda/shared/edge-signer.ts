import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';

/** Who signs, as CloudFront knows it. */
export interface SigningIdentity {
  /** Id of the public key at CloudFront. */
  readonly keyPairId: string;
  /** The private half, in PEM. */
  readonly privateKey: string;
}

export interface SignedFor {
  /** For how many seconds it opens; less than asked for when the signer's own limit is lower. */
  readonly seconds?: number;
  /** From when on. @default - at once */
  readonly from?: Date;
  /** From which address alone, or block. @default - from everywhere */
  readonly address?: string;
}

export interface SignedUrl {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface SignedCookies {
  /** Values of `Set-Cookie`, one each. */
  readonly setCookie: readonly string[];
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Longer than this nobody should hold what cannot be taken back. */
const longestSeconds = 24 * 60 * 60;

/**
 * Signs what a distribution lets through: one object by its URL, or whatever a pattern fits by cookies, which leave URLs as they are.
 * It is arithmetic with the private key: CloudFront is not asked. Neither can be taken back, so both are short-lived.
 *
 * @claims edge-signed-url, edge-signed-cookie
 */
export class EdgeSigner {
  /**
   * @param origin scheme and host of the distribution
   * @param maximumSeconds how long a signature opens at most; above a day it is refused
   */
  constructor(
    private readonly identity: SigningIdentity,
    private readonly origin: string,
    private readonly maximumSeconds: number,
    private readonly now: () => Date = () => new Date(),
  ) {
    if (!(Number.isInteger(maximumSeconds) && maximumSeconds >= 1 && maximumSeconds <= longestSeconds))
      throw new Error(`signatures would be good for ${maximumSeconds} seconds; give 1 to ${longestSeconds}`);
  }

  /** A URL that opens one object. With a start or an address it carries a policy of its own, else its expiry alone. */
  url(path: string, { from, address, ...more }: SignedFor = {}): SignedUrl {
    const until = this.until(more);
    const url = getSignedUrl({
      ...this.identity,
      url: `${this.origin}${path}`,
      dateLessThan: until,
      ...(from && { dateGreaterThan: from }),
      ...(address !== undefined && { ipAddress: address }),
    });
    return { url, expiresAt: until.toISOString() };
  }

  /**
   * Cookies that open every object that a pattern fits, such as `/members/*` or `/members/*.jpg`. Browsers send them for paths below
   * the pattern's folder alone, over HTTPS alone, and show them to no script.
   */
  cookies(pattern: string, { from, address, ...more }: SignedFor = {}): SignedCookies {
    const until = this.until(more);
    const policy = {
      Statement: [
        {
          Resource: `${this.origin}${pattern}`,
          Condition: {
            DateLessThan: { 'AWS:EpochTime': seconds(until) },
            ...(from && { DateGreaterThan: { 'AWS:EpochTime': seconds(from) } }),
            ...(address !== undefined && { IpAddress: { 'AWS:SourceIp': address } }),
          },
        },
      ],
    };
    const cookies = getSignedCookies({ ...this.identity, policy: JSON.stringify(policy) });
    const folder = pattern.slice(0, pattern.lastIndexOf('/') + 1);
    const limits = `Path=${folder}; Max-Age=${Math.floor((until.getTime() - this.now().getTime()) / 1000)}; Secure; HttpOnly; SameSite=Lax`;
    return {
      setCookie: Object.entries(cookies).map(([name, value]) => `${name}=${value}; ${limits}`),
      expiresAt: until.toISOString(),
    };
  }

  /** Whole seconds, which is what CloudFront counts. */
  private until({ seconds: wanted = this.maximumSeconds }: Pick<SignedFor, 'seconds'>): Date {
    return new Date((seconds(this.now()) + Math.min(wanted, this.maximumSeconds)) * 1000);
  }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
