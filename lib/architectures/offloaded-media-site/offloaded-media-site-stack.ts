import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { OutOfBandPage } from '../../constructs/edge/out-of-band-page';
import { OutageFailover } from '../../constructs/edge/outage-failover';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { ownName } from '../../own-name';
import { Archive } from './archive';
import { nameByDns } from './name-by-dns';
import { Pages } from './pages';
import { Site } from './site';

/**
 * Pages are made by a function, media come from storage, and when there are no pages a page of storage says so.
 *
 * @claims storage-media-offload, storage-out-of-band-page, edge-media-offload
 */
export class OffloadedMediaSite extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const production = profile.name === 'production';
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: logs } = new LogBucket(this, 'AccessLogs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });
    const named = nameByDns(this, settings);

    const pages = new Pages(this, 'Pages', { alarms, ...(named && { domain: named.api }) });
    const page = new OutOfBandPage(this, 'Maintenance', {
      source: join(__dirname, 'page'),
      accessLogs: logs,
      accessLogPrefix: 'maintenance/',
    });
    const site = new Site(this, 'Site', {
      pages: pages.host,
      page,
      mediaForOthers: named !== undefined,
      versions: production ? ObjectVersions.kept(Duration.days(30)) : ObjectVersions.none(),
      logs,
      ...(named ? {} : ownName(this, settings)),
    });
    const archive = new Archive(this, 'Archive', {
      logs,
      shownBy: [site.edge.url, ...(named ? [`https://${named.api.domainName}`] : [])],
    });
    const release = page.publish(site.edge.distribution);
    const { function: making } = pages.serve({
      strategy: production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
      site: site.edge.url,
      archive: archive.url,
      style: `/${release.site.manifest['assets/site.css']}`,
    });
    if (named)
      new OutageFailover(this, 'ByDns', {
        domainName: named.api.domainName,
        zone: named.zone,
        certificate: named.certificate,
        application: pages.api.domainTarget!,
        signal: pages.signal,
        page,
        logBucket: logs,
      });

    const outputs = {
      SiteUrl: ['Where the museum is', named ? `https://${named.api.domainName}` : site.edge.url],
      ArchiveUrl: ['Where pictures of the archive are', archive.url],
      MediaBucket: ['Put films and photographs here, below media/', site.media.bucketName],
      ArchiveBucket: ['Put pictures here, below pictures/', archive.pictures.bucketName],
      PagesFunction: ['What makes the pages', making.function.functionName],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
