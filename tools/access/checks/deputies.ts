/**
 * What is known of services that assume roles, as of November 2026: whether they say on whose behalf they act
 * (`aws:SourceArn`, `aws:SourceAccount`), so that a trust policy can hold them to it. AWS publishes no such list; this one
 * follows the services' own guides. A service that is in neither table is reported until somebody has looked.
 */
export const documentedDeputies: ReadonlySet<string> = new Set([
  'amplify',
  'appsync',
  'autoscaling',
  'backup',
  'bedrock',
  'cloudformation',
  'codebuild',
  'codepipeline',
  'cognito-idp',
  'config',
  'datasync',
  'dms',
  'ecs-tasks',
  'events',
  'firehose',
  'glue',
  'iot',
  'kinesisanalytics',
  'logs',
  'mediaconvert',
  'monitoring.rds',
  'pipes',
  'pods.eks',
  'rolesanywhere',
  'sagemaker',
  'scheduler',
  'ssm',
  'states',
  'transcribe',
  'transfer',
  'vpc-flow-logs',
]);

const passedOnly =
  'its guide shows the trust policy without a condition; only who holds iam:PassRole can hand it the role';

/** Services whose roles need no such condition, or cannot have one, and why. */
export const exemptDeputies: Readonly<Record<string, string>> = {
  apigateway: passedOnly,
  appconfig: passedOnly,
  cloudtrail: 'deliveries to a log group stop when the trust policy asks for a source, because none is sent',
  codedeploy: passedOnly,
  ec2: 'an instance gets credentials through its profile, on behalf of nobody else, and no source is sent',
  edgelambda: 'functions at the edge run under the role of their own account, and no source is sent',
  eks: passedOnly,
  lambda: 'a function runs under a role of its own account, handed over with iam:PassRole, and no source is documented',
  s3: 'replication runs under a role of the bucket\u2019s account, handed over with iam:PassRole, and no source is documented',
  sns: 'delivery logs are written with a role handed over with iam:PassRole, and no source is documented',
};

/** The name of a service without what is the same for all: `logs` for `logs.eu-west-1.amazonaws.com`. */
export function serviceName(principal: string): string {
  return principal
    .replace(/\.amazonaws\.com(\.cn)?$/, '')
    .replace(/\.(\uE000[^\uE001]*\uE001|[a-z]{2}(-[a-z]+)+-\d)$/, '');
}

/** Condition keys that hold a service to whom it acts for. */
export const sourceKeys: ReadonlySet<string> = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'sts:externalid',
]);
