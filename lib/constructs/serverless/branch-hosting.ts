import { Stack, Token } from 'aws-cdk-lib';
import { CfnApp, CfnBranch } from 'aws-cdk-lib/aws-amplify';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { refuse } from '../faults';

/** How Amplify builds a commit, in the words of its `amplify.yml`. */
export interface SiteBuild {
  /** Commands that get what the build needs, such as `npm ci`. */
  readonly install: readonly string[];
  /** Commands that make the site, such as `npm run build`. */
  readonly build: readonly string[];
  /** The folder they make it in, seen from the repository's root, such as `dist`. */
  readonly output: string;
  /**
   * Folders kept from one build to the next.
   * @default ['node_modules']
   */
  readonly cached?: readonly string[];
}

export interface BranchHostingProps {
  /** Where the code is: `https://github.com/<owner>/<name>`, without a name or a token in it. */
  readonly repository: string;
  /**
   * Where the token lies by which Amplify reads the repository and is told of commits; the secret's whole text. CloudFormation
   * reads it at deployment, so that it stands in no template.
   */
  readonly tokenSecret: ISecret;
  /** The branch that is live. */
  readonly branch: string;
  readonly build: SiteBuild;
  /**
   * Variables of the build. Never secrets: they are readable in the console, and what a page is built with, everybody has.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Whether the site is a single-page app that reads the path itself.
   * @default false
   */
  readonly singlePageApp?: boolean;
}

/** What every answer carries, whatever the site says. */
const headers = {
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
};

/**
 * A site that Amplify builds and serves anew with each commit on a branch. It is less to set up than a bucket, a distribution and a
 * release of one's own, and less to see into: there are no access logs of a bucket, no web ACL but its own, and the build is Amplify's.
 *
 * @claims serverless-amplify-hosting
 */
export class BranchHosting extends Construct {
  readonly app: CfnApp;
  readonly branch: CfnBranch;
  /** Where the site is, with a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: BranchHostingProps) {
    super(scope, id);
    const { repository, branch, build, environment = {} } = props;
    refuse(this, [
      ...repositoryFaults(repository),
      // Callers are JavaScript too.
      typeof (props.tokenSecret as unknown) === 'string' &&
        'tokenSecret is a text, which would stand in the template for all to read; put the token into Secrets Manager and give the secret',
      !/^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$/.test(branch) &&
        `branch is "${branch}"; give the name of one branch, without a pattern`,
      build.build.length === 0 && 'build.build is empty; give the commands that make the site',
      /^(\/|\.\.)/.test(build.output) &&
        `build.output is ${build.output}; give a folder below the repository's root, such as dist`,
      ...Object.keys(environment)
        .filter((name) => /^AWS/i.test(name))
        .map((name) => `environment has ${name}; Amplify keeps names that begin with AWS for itself`),
    ]);

    this.app = new CfnApp(this, 'App', {
      name: [Stack.of(this).stackName, ...this.node.path.split('/').slice(1)].join('-'),
      repository,
      accessToken: props.tokenSecret.secretValue.unsafeUnwrap(),
      platform: 'WEB',
      buildSpec: specOf(build),
      customHeaders: JSON.stringify({
        customHeaders: [{ pattern: '**', headers: Object.entries(headers).map(([key, value]) => ({ key, value })) }],
      }),
      enableBranchAutoDeletion: false,
      environmentVariables: Object.entries(environment).map(([name, value]) => ({ name, value })),
      ...(props.singlePageApp && {
        customRules: [
          {
            source: String.raw`</^[^.]+$|\.(?!(css|gif|ico|jpg|js|png|svg|txt|woff2)$)([^.]+$)/>`,
            target: '/index.html',
            status: '200',
          },
        ],
      }),
    });
    this.branch = new CfnBranch(this, 'Branch', {
      appId: this.app.attrAppId,
      branchName: branch,
      stage: 'PRODUCTION',
      enableAutoBuild: true,
      enablePullRequestPreview: false,
    });
    this.url = `https://${branch.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.${this.app.attrDefaultDomain}/`;
  }
}

function repositoryFaults(repository: string): (string | false)[] {
  if (Token.isUnresolved(repository)) return [];
  const parts = /^https:\/\/([^/@]*@)?([a-z0-9.-]+)\/[\w.-]+(\/[\w.-]+)+$/i.exec(repository);
  if (!parts) return [`repository is ${repository}; give its address, such as https://github.com/owner/name`];
  return [
    parts[1] !== undefined &&
      `repository is https://…@${parts[2]}/…, with somebody's credentials in it, which would stand in the template for all to read; leave them out, and withdraw them`,
  ];
}

function specOf({ install, build, output, cached = ['node_modules'] }: SiteBuild): string {
  return JSON.stringify({
    version: 1,
    frontend: {
      phases: { preBuild: { commands: install }, build: { commands: build } },
      artifacts: { baseDirectory: output, files: ['**/*'] },
      cache: { paths: cached.map((folder) => `${folder}/**/*`) },
    },
  });
}
