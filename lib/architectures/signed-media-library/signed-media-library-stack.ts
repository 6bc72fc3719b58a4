import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { SignIn } from '../../constructs/identity/sign-in';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { Issuer } from './issuer';
import { Keys, type KeyPlan } from './keys';
import { Library } from './library';

export interface SignedMediaLibraryProps extends ArchitectureProps {
  /**
   * Which keys open the library, and which of them signs.
   * @default - one that signs
   */
  readonly keys?: KeyPlan;
  /**
   * Countries whose viewers get nothing, by their two letters.
   * @default - none
   */
  readonly closedCountries?: readonly string[];
}

/** Members fetch private media by signed URL or cookie, and whoever is not let in does not get round it. */
export class SignedMediaLibrary extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'next-key-trusted': {
      what: 'first step of a change of keys: the next one is trusted too',
      props: { keys: { trusted: ['First', 'Second'], signsWith: 'First' } } satisfies Partial<SignedMediaLibraryProps>,
    },
    'next-key-signs': {
      what: 'second step: the next key signs, and the old one is still trusted',
      props: { keys: { trusted: ['First', 'Second'], signsWith: 'Second' } } satisfies Partial<SignedMediaLibraryProps>,
    },
    'old-key-gone': {
      what: 'third step, when the last signature of the old key has expired',
      props: { keys: { trusted: ['Second'], signsWith: 'Second' } } satisfies Partial<SignedMediaLibraryProps>,
    },
  };

  constructor(scope: Construct, id: string, props: SignedMediaLibraryProps) {
    super(scope, id, props);
    const { profile, settings, keys = { trusted: ['First'], signsWith: 'First' }, closedCountries = [] } = props;
    const production = profile.name === 'production';
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });

    const members = new SignIn(this, 'Members', {
      selfSignUp: false,
      deletionProtection: profile.deletionProtection,
      ...(!production && {
        optionalSecondFactor: {
          reason:
            'Members may add an authenticator app; without one a long password is enough here, so that the steps of the README can sign somebody in from a command line.',
        },
      }),
    });
    const page = members.application('Page', {
      callbackUrls: ['http://localhost:8080/'],
      operatorSignIn: !production,
    });
    const { ring } = new Keys(this, 'Keys', keys);
    const issuer = new Issuer(this, 'Issuer', { alarms, members, page });
    const library = new Library(this, 'Library', { accessLogs, keys: ring.group, issuer: issuer.domainName });
    issuer.serve({
      ring,
      closedCountries,
      origin: library.url,
      guard: library.guard.secrets[0],
      strategy: production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
    });

    const outputs = {
      LibraryUrl: ['Where the library is', library.url],
      MediaBucket: ['Put media here, below media/', library.media.bucketName],
      IssuerUrl: ['The API by its own name, which takes nobody', issuer.api.url],
      UserPoolId: ['Who may sign in', members.pool.userPoolId],
      ClientId: ['The page, as the pool knows it', page.clientId],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
