import { Stack, Token } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnKey, Key, KeySpec, KeyUsage, type IKey } from 'aws-cdk-lib/aws-kms';
import { CfnDNSSEC, KeySigningKey, type IPublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { EDGE_REGION } from './edge-certificate';

export interface SignedZoneProps {
  /** The public zone that is signed. */
  readonly zone: IPublicHostedZone;
  /** Where it is told that signing fails, while there is still time. */
  readonly alarms: AlarmTopic;
  /**
   * The key that signs: asymmetric, P-256, for signing, of us-east-1.
   * @default - one of its own
   */
  readonly key?: IKey;
}

/**
 * DNSSEC for a public zone: answers are signed, so that a resolver that checks them cannot be lied to. The world checks them only once
 * the parent has the DS record, which is added at the registrar by hand, last. Going back runs the other way round: first the DS
 * record goes, then its TTL passes, and then the signing, or the domain is gone for everybody who checks.
 *
 * @claims edge-dnssec
 */
export class SignedZone extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: SignedZoneProps) {
    super(scope, id);
    const { zone, alarms } = props;
    refuse(this, [regionFault(Stack.of(this)), ...(props.key ? keyFaults(props.key) : [])]);
    this.key =
      props.key ??
      new Key(this, 'Key', {
        description: 'Signs the keys that sign the answers of a zone',
        keySpec: KeySpec.ECC_NIST_P256,
        keyUsage: KeyUsage.SIGN_VERIFY,
      });
    const signing = new KeySigningKey(this, 'Signing', { hostedZone: zone, kmsKey: this.key });
    const signed = new CfnDNSSEC(this, 'Signed', { hostedZoneId: zone.hostedZoneId });
    signed.node.addDependency(signing);

    for (const [name, metricName, what] of [
      ['Failure', 'DNSSECInternalFailure', 'Answers of the zone cannot be signed'],
      ['KeyAction', 'DNSSECKeySigningKeysNeedingAction', 'Route 53 cannot use the key that signs the zone'],
    ] as const)
      alarms.alarm(this, name, {
        alarmDescription: `${what}; resolvers that check signatures lose the domain soon`,
        metric: new Metric({
          namespace: 'AWS/Route53',
          metricName,
          dimensionsMap: { HostedZoneId: zone.hostedZoneId },
          statistic: 'Maximum',
        }),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
  }
}

function regionFault({ region, node }: Stack): string | false {
  if (region === EDGE_REGION) return false;
  const where = Token.isUnresolved(region) ? 'no fixed region' : `the region ${region}`;
  return `the stack ${node.path} has ${where}, and Route 53 signs with keys of ${EDGE_REGION} only, where its metrics are too; make the stack with env: { region: '${EDGE_REGION}' }`;
}

function keyFaults(key: IKey): (string | false)[] {
  const resource = key.node.defaultChild;
  const { region } = key.env;
  return [
    region !== undefined &&
      !Token.isUnresolved(region) &&
      region !== EDGE_REGION &&
      `key is in ${region}; Route 53 signs with keys of ${EDGE_REGION} only`,
    resource instanceof CfnKey &&
      (resource.keySpec !== KeySpec.ECC_NIST_P256 || resource.keyUsage !== KeyUsage.SIGN_VERIFY) &&
      `key is ${resource.keySpec ?? 'SYMMETRIC_DEFAULT'} for ${resource.keyUsage ?? 'ENCRYPT_DECRYPT'}; a zone is signed with ECC_NIST_P256 for SIGN_VERIFY`,
  ];
}
