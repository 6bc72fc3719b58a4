import { join } from 'node:path';
import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { CacheRules } from '../../constructs/edge/cache-rules';
import { EDGE_REGION } from '../../constructs/edge/edge-certificate';
import { EdgeDistribution } from '../../constructs/edge/edge-distribution';
import { ErrorPages } from '../../constructs/edge/error-pages';
import type { GeoGate } from '../../constructs/edge/geo-gate';
import { StaticSiteRelease } from '../../constructs/edge/static-site-release';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { ownName } from '../../own-name';
import { acknowledgePlainHttp, siteFiles, type SiteStrength } from './site-files';
import { siteFirewall } from './site-firewall';
import { strengths } from './strengths';

export interface PrivateStaticSiteProps extends ArchitectureProps, SiteStrength {
  /** The folder with the site. @default - what the setting siteFolder says, else the project's own page */
  readonly source?: string;
  /** Whether a firewall stands before it, which is billed by the month. @default false */
  readonly firewall?: boolean;
  /** From which countries the site answers. @default - from all */
  readonly geo?: GeoGate;
  /** Whether the site is a single-page app that reads the path itself. @default false */
  readonly singlePageApp?: boolean;
}

/** A static site, served worldwide from a bucket that nobody can read directly. */
export class PrivateStaticSite extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = strengths;

  constructor(scope: Construct, id: string, props: PrivateStaticSiteProps) {
    super(scope, id, props);
    const { profile, settings, geo } = props;

    const logs = new LogBucket(this, 'Logs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });
    const { bucket: files, origin } = siteFiles(this, {
      ...props,
      accessLogs: logs.bucket,
      versions: profile.deletionProtection ? ObjectVersions.kept(Duration.days(30)) : ObjectVersions.none(),
    });
    const documents = new CacheRules(this, 'DocumentRules', {
      defaultTtl: Duration.minutes(5),
      maxTtl: Duration.hours(1),
    });
    const assets = new CacheRules(this, 'AssetRules', { defaultTtl: Duration.days(365) });
    const edge = new EdgeDistribution(this, 'Edge', {
      description: 'The static site',
      defaultRoute: { origin, cache: documents },
      routes: [{ path: '/assets/*', origin, cache: assets }],
      entryDocument: 'index.html',
      errorPages: props.singlePageApp
        ? ErrorPages.singlePageApp()
        : ErrorPages.forPrivateBucket({ notFound: '/404.html', ...(geo && { refused: '/403.html' }) }),
      logBucket: logs.bucket,
      ...(geo && { geo }),
      ...(props.firewall && { firewall: siteFirewall(this) }),
      ...ownName(this, settings),
    });
    if (!props.firewall) {
      Validations.of(edge).acknowledge({
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'Behind it stands a bucket of public files that answers GET and HEAD alone: no code, no query and no body that a firewall could look into, for a price of its own each month.',
      });
    }
    if (!geo) {
      Validations.of(edge).acknowledge({
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'The site is meant for readers everywhere; whoever may not be gives the stack a GeoGate.',
      });
    }
    if (props.website) acknowledgePlainHttp(edge.distribution, props.website);
    if (this.region === EDGE_REGION) {
      edge.alarmOnServerErrors(
        new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail !== undefined && { email: settings.alarmEmail }) }),
      );
    }

    new StaticSiteRelease(this, 'Release', {
      source: props.source ?? settings.siteFolder ?? join(__dirname, 'site'),
      // Of hundreds of pages one path for all is one to pay for.
      ...(settings.siteFolder !== undefined && { invalidate: ['/*'] }),
      bucket: files,
      distribution: edge.distribution,
    });

    new CfnOutput(this, 'Url', { value: edge.url, description: 'Where the site is' });
    new CfnOutput(this, 'DistributionId', { value: edge.distribution.distributionId });
    new CfnOutput(this, 'FilesBucket', {
      value: files.bucketName,
      description: 'Where nobody reads it directly',
    });
    new CfnOutput(this, 'LogBucket', { value: logs.bucket.bucketName });
  }
}
