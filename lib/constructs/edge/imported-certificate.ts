import { Arn, ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';

export interface ImportedCertificateProps {
  /** ARN of a certificate of the stack's region, as `aws acm import-certificate` tells it. */
  readonly certificateArn: string;
  /** Where the alarm reports to, in the same region. */
  readonly alarms: AlarmTopic;
  /**
   * How many days before it expires somebody is told, 1 to 397.
   * @default 45
   */
  readonly days?: number;
}

/**
 * A certificate that was bought elsewhere and imported. ACM does not renew it, so an alarm tells in time; the new one is imported
 * under the same ARN, and nothing has to be deployed:
 * `aws acm import-certificate --certificate-arn … --certificate fileb://… --private-key fileb://… --certificate-chain fileb://…`.
 *
 * @claims edge-acm-imported
 */
export class ImportedCertificate extends Construct {
  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, props: ImportedCertificateProps) {
    super(scope, id);
    const { certificateArn, alarms, days = 45 } = props;
    refuse(this, [arnFault(Stack.of(this).region, certificateArn), outsideRange('days', days, 1, 397)]);
    this.certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    alarms.alarm(this, 'Expires', {
      alarmDescription: `An imported certificate expires within ${days} days, and nobody renews it: import the new one under the same ARN`,
      metric: new Metric({
        namespace: 'AWS/CertificateManager',
        metricName: 'DaysToExpiry',
        dimensionsMap: { CertificateArn: certificateArn },
        statistic: Stats.MINIMUM,
        period: Duration.days(1),
      }),
      threshold: days,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}

function arnFault(region: string, certificateArn: string): string | false {
  if (Token.isUnresolved(certificateArn)) return false;
  if (!/^arn:[^:]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/.test(certificateArn))
    return `certificateArn is ${certificateArn}; give one such as arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d`;
  const { region: its } = Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME);
  return (
    !Token.isUnresolved(region) &&
    its !== region &&
    `certificateArn is of ${its}, but the stack of ${region}, where its figures cannot be seen; make this in a stack of ${its}`
  );
}
