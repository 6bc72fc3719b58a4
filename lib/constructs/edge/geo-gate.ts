import { GeoRestriction } from 'aws-cdk-lib/aws-cloudfront';

/** The officially assigned codes of ISO 3166-1. */
const countries = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG ' +
    'CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL ' +
    'GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA ' +
    'LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP ' +
    'NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV ' +
    'SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);

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
    const unknown = this.codes.filter((code) => !countries.has(code));
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
