/** @jest-environment-options {"validation": true} */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { context as featureFlags } from '../cdk.json';
import { createApp } from '../lib/app';
import { catalogue } from '../lib/catalogue';
import { acknowledgementsIn, registerGates, registerReports, reportOf, synthesise } from '../lib/compliance';
import { variantsOf } from '../lib/variants';

const temporary = () => mkdtempSync(join(tmpdir(), 'groundplan-'));
const silent = { '@aws-cdk/core:validationReportPrettyPrint': false };
const unfailing = { ...silent, '@aws-cdk/core:failSynthOnValidationErrors': false };
const S1 = 'AwsSolutions::AwsSolutions-S1';
const good = 'Access logs of this bucket would hold nothing but the reads of one nightly job.';

/** An app with one bucket that lacks access logs, and the gates on it. */
function appWithBucket(acknowledge: (bucket: Bucket) => void = () => undefined, context: object = silent): App {
  const app = new App({ outdir: temporary(), context: { ...featureFlags, ...context } });
  registerGates(app);
  acknowledge(
    new Bucket(new Stack(app, 'Stack'), 'Bucket', { enforceSSL: true, blockPublicAccess: BlockPublicAccess.BLOCK_ALL }),
  );
  return app;
}
const acknowledged = (id: string, reason: string) =>
  appWithBucket((bucket) => Validations.of(bucket).acknowledge({ id, reason }), unfailing);

describe.each(['sandbox', 'production'] as const)('the %s of every architecture', (profile) => {
  // Bundled as at `cdk synth` in one of the two; the handlers are the same in both.
  const context = profile === 'sandbox' ? silent : { ...silent, 'aws:cdk:bundling-stacks': [] };

  test('passes AwsSolutions, Serverless and the template validation, with acknowledgements that hold', () => {
    const report = synthesise(createApp({ profile }, { outdir: temporary(), context }));
    expect(report.findings.filter((finding) => finding.acknowledged === undefined)).toEqual([]);
  });
});

const variants = catalogue.flatMap((architecture) =>
  Object.keys(variantsOf(architecture)).map((variant) => ({ name: architecture.name, variant })),
);

test.each(variants)('$name passes them as $variant too, in both profiles', ({ name, variant }) => {
  for (const profile of ['sandbox', 'production'] as const) {
    const context = { ...silent, 'aws:cdk:bundling-stacks': [] };
    const app = createApp({ profile, only: [name], variant: [variant] }, { outdir: temporary(), context });
    expect(synthesise(app).findings.filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
  }
});

describe('the gate', () => {
  test('stops synthesis at an open finding of a rule pack', () => {
    expect(() => synthesise(appWithBucket())).toThrow(/validation/i);
  });

  test('stops synthesis at a property that CloudFormation does not know', () => {
    const app = new App({ outdir: temporary(), context: { ...featureFlags, ...silent } });
    new CfnBucket(new Stack(app, 'Stack'), 'Bucket').addPropertyOverride('VersionConfiguration', { Status: 'Enabled' });
    expect(() => synthesise(app)).toThrow(/validation/i);
  });

  test('accepts a finding that was acknowledged with a reason', () => {
    const app = appWithBucket((bucket) => Validations.of(bucket).acknowledge({ id: S1, reason: good }));
    const { findings, acknowledgements } = synthesise(app);
    expect(findings.filter(({ rule }) => rule === 'AwsSolutions-S1')).toEqual([
      expect.objectContaining({ pack: 'AwsSolutions', path: 'Stack/Bucket/Resource', acknowledged: good }),
    ]);
    expect(acknowledgements).toEqual([{ id: S1, path: 'Stack/Bucket', reason: good }]);
  });

  test('fails when an acknowledgement matches nothing', () => {
    expect(() => synthesise(acknowledged('AwsSolutions::AwsSolutions-S99', good))).toThrow(
      'Stack/Bucket acknowledges AwsSolutions::AwsSolutions-S99, but there is no such finding; remove the acknowledgement, or correct its id or place',
    );
  });

  test('fails when an acknowledgement is of a pack that found nothing at all', () => {
    expect(() => synthesise(acknowledged('Serverless::Serverless-LambdaTracing', good))).toThrow(
      'Stack/Bucket acknowledges Serverless::Serverless-LambdaTracing, but there is no such finding',
    );
  });

  test('fails when an acknowledgement names no rule pack', () => {
    expect(() => synthesise(acknowledged('AwsSolutions-S1', good))).toThrow(
      'which names no rule pack; write the id with its prefix, such as AwsSolutions::AwsSolutions-S1',
    );
  });

  test.each(['', 'ok', 'logs are off here'])('fails when the reason is as short as "%s"', (reason) => {
    expect(() => synthesise(acknowledged(S1, reason))).toThrow(
      `Stack/Bucket acknowledges ${S1} with the reason "${reason}"; say in a sentence why the finding is harmless for this resource`,
    );
  });

  test.each(['demo', 'example', 'not needed'])('fails when the reason is that it is a "%s"', (word) => {
    expect(() =>
      synthesise(acknowledged(S1, `Access logs of this bucket are off because: ${word}, see the README for more.`)),
    ).toThrow(
      `Stack/Bucket acknowledges ${S1} because of "${word}"; give the reason that holds for this resource instead`,
    );
  });

  test('fails when a reason holds a value that is known at deployment only, whose mark is another at each load', () => {
    expect(() =>
      synthesise(acknowledged(S1, `Reads of this bucket are logged by the one beside it, logs-${Aws.ACCOUNT_ID}.`)),
    ).toThrow(
      /Stack\/Bucket acknowledges AwsSolutions::AwsSolutions-S1 with the reason ".* logs-\$\{Token\[AWS\.AccountId\.\d+\]\}\.", in which a value is known at deployment only and is numbered anew at each load; write it in words, or by templateText/,
    );
  });

  test.each(['constructPath', 'description'])('fails when the %s of a finding holds such a value', (place) => {
    const directory = temporary();
    const broken = { constructPath: 'Stack/Bucket', description: 'No access logs.', [place]: `logs-${Aws.REGION}` };
    const violation = { ruleName: 'S1', ...broken, violatingConstructs: [broken] };
    const report = { pluginReports: [{ pluginName: 'AwsSolutions', violations: [violation] }] };
    writeFileSync(join(directory, 'validation-report.json'), JSON.stringify(report));
    expect(reportOf(appWithBucket(), directory).faults).toEqual([
      expect.stringMatching(
        /: S1 is reported with "logs-\$\{Token\[AWS\.Region\.\d+\]\}", which holds no value yet; resolve it where it is made$/,
      ),
    ]);
  });

  test('fails with all faulty acknowledgements at once', () => {
    const app = appWithBucket(
      (bucket) =>
        Validations.of(bucket).acknowledge(
          { id: S1, reason: '' },
          { id: 'AwsSolutions::AwsSolutions-S99', reason: good },
        ),
      unfailing,
    );
    expect(() => synthesise(app)).toThrow(/with the reason ""[^]*there is no such finding/);
  });
});

describe('the report packs', () => {
  test('report without stopping synthesis, and know acknowledgements of their own', () => {
    const app = appWithBucket(
      (bucket) =>
        Validations.of(bucket).acknowledge({
          id: 'HIPAA.Security::HIPAA.Security-S3BucketLoggingEnabled',
          reason: good,
        }),
      unfailing,
    );
    registerReports(app);
    const report = reportOf(app, app.synth().directory);
    const rules = report.findings.filter(({ acknowledged: reason }) => reason === undefined).map(({ rule }) => rule);
    expect(rules).toEqual(
      expect.arrayContaining(['NIST.800.53.R5-S3BucketLoggingEnabled', 'PCI.DSS.321-S3BucketLoggingEnabled']),
    );
    expect(rules).not.toContain('HIPAA.Security-S3BucketLoggingEnabled');
    expect(report.faults).toEqual([]);
    expect(acknowledgementsIn(app)).toHaveLength(1);
  });
});
