import { GeoRestriction } from 'aws-cdk-lib/aws-cloudfront';
import { unknownCountries } from './countries';

/**
 * From which countries a distribution answers at all, decided by the viewer's address, right in about 99.8 % of cases. Others
 * get the 403 page. Anything finer (a state, a user, a licence) needs code that signs URLs.
 *
 * @claims edge-geo-restriction
 */
export class GeoGate {
  /** Only these countries, as ISO 3166-1 codes of two capital letters. */
  static allow(...codes: readonly string[]): GeoGate {
    return new GeoGate('allow', codes);
  }

  /** All but these countries, as ISO 3166-1 codes of two capital letters. */
  static deny(...codes: readonly string[]): GeoGate {
    return new GeoGate('deny', codes);
  }

  private constructor(
    private readonly rule: 'allow' | 'deny',
    private readonly codes: readonly string[],
  ) {}

  /** As the CDK's distribution takes it; ask for `faults` first. */
  get restriction(): GeoRestriction {
    return this.rule === 'allow' ? GeoRestriction.allowlist(...this.codes) : GeoRestriction.denylist(...this.codes);
  }

  /** Sentences about codes that are none, or stand there twice. */
  faults(): string[] {
    const unknown = unknownCountries(this.codes);
    const twice = this.codes.filter((code, i) => this.codes.indexOf(code) !== i);
    return [
      ...(this.codes.length === 0 ? [`geo lists no country to ${this.rule}; name one or more, or leave geo out`] : []),
      ...(unknown.length > 0
        ? [`geo lists ${unknown.join(', ')}; use ISO 3166-1 codes of two capital letters such as AT`]
        : []),
      ...(twice.length > 0 ? [`geo lists ${twice.join(', ')} more than once; name each country once`] : []),
    ];
  }
}
