import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { EDGE_REGION } from '../../constructs/edge/edge-certificate';
import { edgeStack } from '../../constructs/edge/edge-stack';
import { outsideRange, refuse } from '../../constructs/faults';
import { SignIn } from '../../constructs/identity/sign-in';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { Experiment, type ExperimentBy } from './experiment';
import { Site } from './site';

export interface PersonalisedEdgeProps extends ArchitectureProps {
  /**
   * What runs the experiment.
   * @default 'cloudfront-functions'
   */
  readonly experimentBy?: ExperimentBy;
  /**
   * The share of the archive that is taken from where it moves to, in percent.
   * @default 50
   */
  readonly moved?: number;
  /**
   * Countries that have content of their own, by two small letters.
   * @default - de, fr and us
   */
  readonly countries?: readonly string[];
}

/** One site, of which each viewer sees their own: decided at the edge, by code on the way of a request. */
export class PersonalisedEdge extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'experiment-on-lambda': {
      what: 'the experiment runs on Lambda@Edge, which costs more, and changes its share by a deployment alone',
      props: { experimentBy: 'lambda' } satisfies Partial<PersonalisedEdgeProps>,
    },
    'archive-stays': {
      what: 'before the move: the whole archive but its newest year is where it was',
      props: { moved: 0 } satisfies Partial<PersonalisedEdgeProps>,
    },
    'archive-moved': {
      what: 'after the move: nothing is asked of the old bucket',
      props: { moved: 100 } satisfies Partial<PersonalisedEdgeProps>,
    },
  };

  constructor(scope: Construct, id: string, props: PersonalisedEdgeProps) {
    super(scope, id, props);
    const { profile, settings, moved = 50, countries = ['de', 'fr', 'us'] } = props;
    const { experimentBy: by = 'cloudfront-functions' } = props;
    refuse(this, [outsideRange('moved', moved, 0, 100, 'percent'), ...countries.map(countryFault)]);
    const edge = edgeStack(this);
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });

    const members = new SignIn(this, 'Members', {
      selfSignUp: false,
      deletionProtection: profile.deletionProtection,
      ...(profile.name !== 'production' && {
        optionalSecondFactor: {
          reason:
            'Members may add an authenticator app; without one a long password is enough here, so that the steps of the README can sign somebody in from a command line.',
        },
      }),
    });
    const page = members.application('Page', {
      callbackUrls: ['http://localhost:8080/'],
      operatorSignIn: profile.name !== 'production',
    });
    const experiment = new Experiment(this, 'Experiment', { by, edge });
    const site = new Site(this, 'Site', {
      accessLogs,
      edge,
      experiment: experiment.runs,
      members,
      page,
      moved,
      countries,
    });
    if (this.region === EDGE_REGION)
      site.distribution.alarmOnServerErrors(new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail }));

    const outputs: Readonly<Record<string, readonly [string, string]>> = {
      SiteUrl: ['Where the site is', site.distribution.url],
      PagesBucket: ['Put pages here, below a/ and b/, devices/, countries/ and archive/', site.pages.bucketName],
      ArchiveBucket: ['Where the archive was, below archive/', site.archive.bucketName],
      MemberBucket: ["Put members' files here, below the name of their tenant", site.memberFiles.bucketName],
      UserPoolId: ['Who may sign in', members.pool.userPoolId],
      ClientId: ['The page, as the pool knows it', page.clientId],
      ...(experiment.data && {
        ExperimentStore: ['The share of the experiment', experiment.data.store.keyValueStoreArn],
      }),
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}

const countryFault = (code: string): string | false =>
  !/^[a-z]{2}$/.test(code) && `countries has ${code}; give two small letters, such as de`;
