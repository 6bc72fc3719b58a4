import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { SignIn } from '../../constructs/identity/sign-in';
import { TemporaryAccess } from '../../constructs/identity/temporary-access';
import { TokenSource } from '../../constructs/identity/token-source';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { Library } from './library';
import { PortalApi } from './portal-api';
import { PortalPage } from './portal-page';
import { Transcoding } from './transcoding';
import { Uploads, uploadPrefix } from './uploads';

/** People sign in elsewhere, upload videos with credentials of their own, and get back what was made of them. */
export class VideoPortal extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const production = profile.name === 'production';
    const { googleClientId } = settings;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });

    const uploads = new Uploads(this, 'Uploads', { accessLogs });
    const library = new Library(this, 'Library', {
      alarms,
      accessLogs,
      deletionProtection: profile.deletionProtection,
    });
    new Transcoding(this, 'Transcoding', { alarms, uploads: uploads.bucket, library });

    const people = new SignIn(this, 'People', {
      selfSignUp: true,
      optionalSecondFactor: {
        reason:
          'Whoever signs in reaches their own videos and nobody else reaches those, so how well they are guarded is their choice; the pages offer an authenticator app to all.',
      },
      threatProtection: production,
      deletionProtection: profile.deletionProtection,
    });
    const api = new PortalApi(this, 'Api', {
      alarms,
      accessLogs,
      strategy: production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
    });
    const identities = `https://cognito-identity.${this.region}.amazonaws.com`;
    const page = new PortalPage(this, 'Page', {
      accessLogs,
      calls: [people.pagesUrl, identities, `https://${uploads.bucket.bucketRegionalDomainName}`, api.origin],
      plays: `https://${library.media.bucketRegionalDomainName}`,
    });
    const application = people.application('Application', {
      callbackUrls: [`${page.url}/`],
      // In a sandbox the steps of the README sign in from a command line.
      operatorSignIn: !production,
    });
    const access = new TemporaryAccess(this, 'Access', {
      sources: [
        TokenSource.application(application),
        ...(googleClientId === undefined ? [] : [TokenSource.google(googleClientId)]),
      ],
    });
    access.allowOwnObjects(uploads.bucket, uploadPrefix, ['s3:PutObject']);
    api.serve(library, access.role);

    const told = {
      userPoolId: people.pool.userPoolId,
      clientId: application.clientId,
      identityPoolId: access.identityPoolId,
      uploadBucket: uploads.bucket.bucketName,
      apiUrl: api.url,
    };
    page.publish({
      ...told,
      region: this.region,
      pagesUrl: people.pagesUrl,
      issuer: people.issuer,
      uploadHost: uploads.bucket.bucketRegionalDomainName,
      ...(googleClientId !== undefined && { googleClientId }),
    });
    const descriptions: Readonly<Record<keyof typeof told, string>> = {
      userPoolId: 'The directory of people',
      clientId: 'The page, as that directory knows it',
      identityPoolId: 'Where tokens are swapped for credentials',
      uploadBucket: 'Where people put videos, below uploads/ and their id',
      apiUrl: 'Where people ask for their videos',
    };
    new CfnOutput(this, 'PageUrl', { description: 'Where the page is', value: page.url });
    for (const [name, value] of Object.entries(told)) {
      const description = descriptions[name as keyof typeof told];
      new CfnOutput(this, name[0].toUpperCase() + name.slice(1), { description, value });
    }
  }
}
