import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { sealedFields } from '../../../lambda/sensitive-form-intake/environment';
import type { ArchitectureProps, Variant } from '../../architecture';
import { FieldEncryption } from '../../constructs/edge/field-encryption';
import { FieldKey } from '../../constructs/edge/field-key';
import { StaticSiteRelease } from '../../constructs/edge/static-site-release';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { Assessor } from './assessor';
import { Forms } from './forms';
import { FrontDoor } from './front-door';
import { Intake } from './intake';

export interface SensitiveFormIntakeProps extends ArchitectureProps {
  /**
   * Names of the keys, the newest first: with that one fields are encrypted, and with all of them they are read.
   * @default ['First']
   */
  readonly keys?: readonly string[];
}

/** Forms whose sensitive fields the edge encrypts, so that of all that work with them one function alone reads them. */
export class SensitiveFormIntake extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'next-field-key': {
      what: 'a change of keys: new forms are encrypted with the next key, and those of the first are still read',
      props: { keys: ['Second', 'First'] } satisfies Partial<SensitiveFormIntakeProps>,
    },
    'first-field-key-gone': {
      what: 'its end, when the last form of the first key has expired',
      props: { keys: ['Second'] } satisfies Partial<SensitiveFormIntakeProps>,
    },
  };

  constructor(scope: Construct, id: string, props: SensitiveFormIntakeProps) {
    super(scope, id, props);
    const { profile, settings, keys = ['First'] } = props;
    const strategy = profile.name === 'production' ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce();
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });

    const [key, ...earlierKeys] = keys.map((name) => new FieldKey(this, `${name}Key`));
    const fields = new FieldEncryption(this, 'Fields', { fields: sealedFields, key, earlierKeys });
    const { table } = new Forms(this, 'Forms', { alarms, deletionProtection: profile.deletionProtection });
    const intake = new Intake(this, 'Intake', { alarms, strategy, table });
    const door = new FrontDoor(this, 'FrontDoor', { accessLogs, fields, intake: intake.domainName });
    intake.serve(door.guard);
    const assessor = new Assessor(this, 'Assessor', { alarms, table, fields });
    new StaticSiteRelease(this, 'Release', {
      source: join(__dirname, 'site'),
      bucket: door.page,
      distribution: door.distribution,
    });

    const outputs = {
      Url: ['Where the form is', door.url],
      IntakeUrl: ['The API by its own name, which takes nobody', intake.api.url],
      FormsTable: ['Where forms are kept, with fields nobody else reads', table.table.tableName],
      FieldKeySecret: ['The private half of the key of today', key.secret.secretArn],
      FailureQueueUrl: ['Places in the stream of forms that could not be read', assessor.failures.queueUrl],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
