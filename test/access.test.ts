import { catalogue } from '../lib/catalogue';
import type { Settings } from '../lib/settings';
import type { AccessModel } from '../tools/access';
import { grantLines } from '../tools/access/matrix';
import { accessOf, statedIn } from './support/access';
import { backingUp } from './support/backing-up';

const models = new Map<string, AccessModel>();
function modelOf(name: string, profile: Settings['profile'] = 'sandbox'): AccessModel {
  const key = `${name} ${profile}`;
  const model = models.get(key) ?? accessOf(name, { profile });
  models.set(key, model);
  return model;
}

/** What every function of ours may do beside its own work: write its own log and send traces. */
const running = (path: string) => [
  `logs:CreateLogStream, logs:PutLogEvents on ${path}/Logs:*`,
  'xray:PutTelemetryRecords, xray:PutTraceSegments on *',
];

/** What the CDK's helper may do that empties the buckets of a sandbox before they are deleted. */
const emptying = (...buckets: readonly string[]) => [
  helperLogs,
  ...buckets.flatMap((bucket) => [
    `s3:GetBucket*, s3:List*, s3:PutBucketPolicy on ${bucket}`,
    `s3:DeleteObject*, s3:List* on ${bucket}:*`,
  ]),
];
const helperLogs = 'logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on *';
const emptier = 'Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler';

/** What every machine of ours may do besides: have its log and its traces delivered. */
const told =
  'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, ' +
  'logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery, xray:GetSamplingRules, xray:GetSamplingTargets, ' +
  'xray:PutTelemetryRecords, xray:PutTraceSegments on *';

/** What the CDK's helper may do that takes the rules from the default security group of a VPC. */
const closing = (...vpcs: readonly string[]) => [
  helperLogs,
  ...vpcs.map(
    (vpc) =>
      'ec2:AuthorizeSecurityGroupIngress, ec2:AuthorizeSecurityGroupEgress, ec2:RevokeSecurityGroupIngress, ' +
      `ec2:RevokeSecurityGroupEgress on arn:aws:ec2:<region>:<account>:security-group/<${vpc}.DefaultSecurityGroup>`,
  ),
];
const closer = 'Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler';

/** What flow logs may do. */
const flowLogsOf = (network: string) => [
  `logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents on ${network}/FlowLogs/Logs:*`,
];
const flowLogs = flowLogsOf('Network');

/** What a function may do besides that stands in a network: have interfaces in its subnets, with its group. */
const standing = (path: string, ...subnets: readonly string[]) => standingBehind(`${path}/Access`, ...subnets);
const standingBehind = (group: string, ...subnets: readonly string[]) => {
  const arn = 'arn:aws:ec2:<region>:<account>';
  return [
    'ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets on *',
    `ec2:CreateNetworkInterface on ${arn}:network-interface/*`,
    `ec2:CreateNetworkInterface on ${arn}:security-group/<${group}/Group.GroupId>`,
    ...subnets.map((subnet) => `ec2:CreateNetworkInterface on ${arn}:subnet/<${subnet}/Subnet>`),
    `ec2:AssignPrivateIpAddresses, ec2:UnassignPrivateIpAddresses, ec2:DeleteNetworkInterface on ${arn}:*/*`,
  ];
};

describe('traffic-inspection', () => {
  const access = modelOf('traffic-inspection');
  const appliance = 'Appliances/Fleet/Group/ASG';
  const page = 'Page/Server/Instance';

  test.each([
    ['an appliance', appliance, 'Appliances/Logs'],
    ['the page', page, 'Page/Output'],
  ])('%s reads its own program, writes its log, says how its boot ended and offers sessions', (_, machine, log) => {
    // What it boots from and what it runs, by names that change with their content.
    const assets = grantLines(access, machine)
      .map(({ line }) => line)
      .filter((line) => line.startsWith('s3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-'));
    expect(assets).toHaveLength(2);
    expect(access).toGrantExactly(machine, [
      ...assets,
      `logs:CreateLogStream, logs:PutLogEvents on ${log}:*`,
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/traffic-inspection/<stack id>',
      'ssm:UpdateInstanceInformation on arn:aws:ec2:<region>:<account>:instance/*',
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('flow logs and the helpers of the CDK may do their one thing', () => {
    for (const network of ['Inspection/Network', 'Application'])
      expect(access).toGrantExactly(`${network}/FlowLogs/FlowLog/FlowLog`, flowLogsOf(network));
    expect(access).toGrantExactly(closer, closing('Inspection/Network/Vpc', 'Application/Vpc'));
  });
});

describe('single-server', () => {
  const access = modelOf('single-server');

  test('the server may say how its boot ended and offer sessions', () => {
    expect(access).toGrantExactly('WebServer/Instance', [
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/single-server/<stack id>',
      'ssm:UpdateInstanceInformation on arn:aws:ec2:<region>:<account>:instance/*',
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('one schedule may start this server, the other may stop it, and neither may do anything to others', () => {
    for (const does of ['Start', 'Stop'])
      expect(access).toGrantExactly(`Hours/${does}/Schedule`, [
        `ec2:${does}Instances on WebServer/Instance`,
        'sqs:SendMessage on Hours/Failures/Queue',
      ]);
    expect(access).not.toAllow('Hours/Stop/Schedule', 'ec2:TerminateInstances', 'WebServer/Instance');
  });

  test('helpers may write flow logs, and take the rules from the default security group', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('three-tier-web', () => {
  const access = modelOf('three-tier-web');

  test('a server may fetch its program, use sessions of visitors whose number it is told, say how its boot ended and offer shells [compute-external-sessions]', () => {
    const [program] = grantLines(access, 'WebServer/Template')
      .map(({ line }) => line)
      .filter((line) => line.startsWith('s3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-'));
    expect(access).toGrantExactly('WebServer/Template', [
      program,
      'dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem on SignedIn/Table/Sessions/Table',
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/three-tier-web/<stack id>',
      'ssm:UpdateInstanceInformation on arn:aws:ec2:<region>:<account>:instance/*',
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('flow logs and the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket'));
  });

  test('a server may not read the access logs, any parameter or any secret', () => {
    expect(access).not.toAllow('WebServer/Template', 's3:GetObject', 'AccessLogs/Bucket:entry/log.gz');
    expect(access).not.toAllow(
      'WebServer/Template',
      'ssm:GetParameter',
      'arn:aws:ssm:eu-west-1:111122223333:parameter/x',
    );
    expect(access).not.toAllow('WebServer/Template', 'iam:PassRole', 'WebServer/Role');
    for (const action of ['dynamodb:Scan', 'dynamodb:Query', 'dynamodb:UpdateItem'])
      expect(access).not.toAllow('WebServer/Template', action, 'SignedIn/Table/Sessions/Table');
  });
});

describe('placement-plans', () => {
  const access = modelOf('placement-plans');

  test('a server may say how its boot ended and offer sessions', () => {
    expect(access).toGrantExactly('Server/Template', [
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/placement-plans/<stack id>',
      'ssm:UpdateInstanceInformation on arn:aws:ec2:<region>:<account>:instance/*',
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('flow logs and the helper of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogsOf('Network'));
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('static-ip-entry', () => {
  const access = modelOf('static-ip-entry');
  const arn = (service: string, rest: string) => `arn:aws:${service}:<region>:<account>:${rest}`;

  test('a server fetches its boot and its program, writes its log, says how its boot ended and offers sessions', () => {
    const server = 'Servers/Fleet/Group/ASG';
    // What it boots from and what it runs, by names that change with their content.
    const assets = grantLines(access, server)
      .map(({ line }) => line)
      .filter((line) => line.startsWith('s3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-'));
    expect(assets).toHaveLength(2);
    expect(access).toGrantExactly(server, [
      ...assets,
      'logs:CreateLogStream, logs:PutLogEvents on Servers/Logs:*',
      `cloudformation:SignalResource on ${arn('cloudformation', 'stack/static-ip-entry/<stack id>')}`,
      `ssm:UpdateInstanceInformation on ${arn('ec2', 'instance/*')}`,
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('flow logs may write theirs, and the helper of the CDK closes the default group', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('golden-image', () => {
  const access = modelOf('golden-image');
  const arn = (service: string, rest: string) => `arn:aws:${service}:<region>:<account>:${rest}`;
  const letters = (queue: string) =>
    `sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on ${queue}/Failures/Queue`;
  const sessions = [
    `ssm:UpdateInstanceInformation on ${arn('ec2', 'instance/*')}`,
    'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
  ];
  const parameter = arn('ssm', 'parameter/imagebuilder/golden-image');

  test('a server may say how its boot ended and offer sessions', () => {
    expect(access).toGrantExactly('Server/Template', [
      `cloudformation:SignalResource on ${arn('cloudformation', 'stack/golden-image/<stack id>')}`,
      ...sessions,
    ]);
  });

  test('a builder fetches the one component and the agent, writes its log, and offers sessions [compute-image-pipeline]', () => {
    expect(access).toGrantExactly('Image/Builder/Role', [
      'imagebuilder:GetComponent on Image/Page/Component',
      's3:GetObject on arn:aws:s3:::ec2imagebuilder-managed-resources-<region>-prod/*',
      's3:GetObject on arn:aws:s3:::ec2imagebuilder-toe-<region>-prod/*',
      'logs:CreateLogGroup on Image/Logs',
      'logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on Image/Logs:*',
      ...sessions,
    ]);
  });

  test('the follower refreshes this group alone, and changes no parameter [compute-image-consume]', () => {
    expect(access).toGrantExactly('Follower/Follower/Function', [
      ...running('Follower/Follower'),
      'autoscaling:DescribeAutoScalingGroups, autoscaling:DescribeInstanceRefreshes, ec2:DescribeImages, ec2:DescribeInstances on *',
      `autoscaling:StartInstanceRefresh on ${arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/<Fleet/Group/ASG>')}`,
      `ssm:GetParameter on ${parameter}`,
      letters('Follower'),
    ]);
  });

  test.each([
    ['Retirer', [letters('Image')]],
    ['Forgetter', [`ssm:DeleteParameter on ${parameter}`]],
  ])('%s takes images and snapshots of this pipeline alone [compute-image-retire]', (name, more) => {
    const isLeaving = 'golden-image-leaving is golden-image';
    expect(access).toGrantExactly(`Retirement/${name}/Function`, [
      ...running(`Retirement/${name}`),
      'autoscaling:DescribeAutoScalingGroups, ec2:DescribeImages, ec2:DescribeInstances, ec2:DescribeLaunchTemplateVersions, ec2:DescribeSnapshots on *',
      'ec2:DeregisterImage on arn:aws:ec2:*::image/* when aws:ResourceTag/golden-image is golden-image',
      `ec2:CreateTags on arn:aws:ec2:*::snapshot/* when aws:ResourceTag/CreatedBy is EC2 Image Builder and aws:RequestTag/${isLeaving} and every value of aws:TagKeys is golden-image-leaving`,
      `ec2:DeleteSnapshot on arn:aws:ec2:*::snapshot/* when aws:ResourceTag/${isLeaving}`,
      `ssm:GetParameter on ${parameter}`,
      ...more,
    ]);
  });

  test('flow logs, the schedule and the helper of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Retirement/Daily/Schedule', [
      'lambda:InvokeFunction on Retirement/Retirer/Function',
      'sqs:SendMessage on Image/Failures/Queue',
    ]);
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('elastic-fleet', () => {
  const access = modelOf('elastic-fleet');
  const group = 'Fleet/Group/ASG';
  const arn = (service: string, rest: string) => `arn:aws:${service}:<region>:<account>:${rest}`;
  const ofGroup = arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/<${group}>`);
  const letters = (queue: string) =>
    `sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on ${queue}/Failures/Queue`;
  const asking = (document: string) => [
    `ssm:SendCommand on ${arn('ssm', `document/<${document}/Document>`)}`,
    `ssm:SendCommand on ${arn('ec2', 'instance/*')} when ssm:resourceTag/aws:autoscaling:groupName is <${group}>`,
  ];
  const scripts = 'ssm:GetCommandInvocation, ssm:ListCommands';

  test('a server may say how its boot ended and offer sessions', () => {
    expect(access).toGrantExactly('Server/Template', [
      `cloudformation:SignalResource on ${arn('cloudformation', 'stack/elastic-fleet/<stack id>')}`,
      `ssm:UpdateInstanceInformation on ${arn('ec2', 'instance/*')}`,
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test.each(['WarmUp', 'Leave'])(
    '%s has servers of this group run its script, and answers for this group alone [compute-asg-lifecycle-handler]',
    (work) => {
      expect(access).toGrantExactly(`${work}/Worker/Function`, [
        ...running(`${work}/Worker`),
        `${scripts} on *`,
        ...asking(`${work}/Script`),
        `autoscaling:CompleteLifecycleAction, autoscaling:RecordLifecycleActionHeartbeat on ${ofGroup}`,
        letters(work),
      ]);
    },
  );

  test('the drain takes servers out of this pool and this group alone [compute-spot-interruption]', () => {
    expect(access).toGrantExactly('SpotDrain/Drain/Function', [
      ...running('SpotDrain/Drain'),
      `autoscaling:DescribeAutoScalingGroups, autoscaling:DescribeAutoScalingInstances, elasticloadbalancing:DescribeTargetHealth, ${scripts} on *`,
      ...asking('SpotDrain/Stop'),
      'elasticloadbalancing:DeregisterTargets on Pages/Group',
      `autoscaling:SetInstanceHealth on ${ofGroup}`,
      letters('SpotDrain'),
    ]);
    expect(access).not.toAllow('SpotDrain/Drain/Function', 'ec2:TerminateInstances', arn('ec2', 'instance/i-1'));
  });

  test('the reporter marks servers of this group, and ends none itself [compute-asg-custom-health]', () => {
    expect(access).toGrantExactly('Health/Reporter/Function', [
      ...running('Health/Reporter'),
      'autoscaling:DescribeAutoScalingGroups on *',
      `autoscaling:SetInstanceHealth on ${ofGroup}`,
      letters('Health'),
    ]);
  });

  test('flow logs and the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket'));
  });
});

describe('internal-names', () => {
  const access = modelOf('internal-names');

  test.each(['General', 'Strict'])(
    'the probe of the %s network may stand in it and report, and change nothing',
    (at) => {
      const probe = `${at}/Probe/Function`;
      const subnets = [1, 2].map((zone) => `${at}/Network/Vpc/innerSubnet${zone}`);
      expect(access).toGrantExactly(probe, [...running(`${at}/Probe`), ...standing(`${at}/Probe`, ...subnets)]);
      expect(access).not.toAllow(probe, 'route53:ChangeResourceRecordSets', 'Names/Zone');
      expect(access).not.toAllow(probe, 'logs:GetLogEvents', 'Queries/Logs');
      expect(access).toGrantExactly(`${at}/Network/FlowLogs/FlowLog/FlowLog`, flowLogsOf(`${at}/Network`));
    },
  );

  test('the helper of the CDK may close the default groups of both networks', () => {
    expect(access).toGrantExactly(closer, closing('General/Network/Vpc', 'Strict/Network/Vpc'));
  });
});

describe('three-tier-network', () => {
  test('flow logs may be written to their own group and nowhere else', () => {
    expect(modelOf('three-tier-network')).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
  });

  test('the helper that closes the default group may change that group only', () => {
    expect(modelOf('three-tier-network')).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('floating-interface', () => {
  const access = modelOf('floating-interface');
  const mover = 'Failover/Mover/Function';

  test('the function that moves may move this interface between these two hosts, tell of it, and look', () => {
    expect(access).toGrantExactly(mover, [
      'logs:CreateLogStream, logs:PutLogEvents on Failover/Mover/Logs:*',
      'ec2:DescribeInstanceStatus, ec2:DescribeNetworkInterfaces, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'ec2:AttachNetworkInterface, ec2:DetachNetworkInterface on Active/Instance',
      'ec2:AttachNetworkInterface, ec2:DetachNetworkInterface on Standby/Instance',
      'ec2:AttachNetworkInterface, ec2:DetachNetworkInterface on arn:aws:ec2:<region>:<account>:network-interface/<Floating/Interface.Id>',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Failover/Failures/Queue',
      'sns:Publish on Alarms/Topic',
      'kms:Decrypt, kms:GenerateDataKey* on Alarms/Key',
    ]);
    for (const action of ['ec2:TerminateInstances', 'ec2:StopInstances', 'ec2:AssociateAddress'])
      expect(access).not.toAllow(mover, action, 'Active/Instance');
  });

  test('the hosts may do nothing, flow logs and the helpers their one thing', () => {
    for (const host of ['Active/Instance', 'Standby/Instance']) expect(access).toGrantExactly(host, []);
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('network-watch', () => {
  const access = modelOf('network-watch');

  test('flow logs may write to the group of their subnet, the stream to its folder', () => {
    for (const watch of ['Web1', 'Web2'])
      expect(access).toGrantExactly(`${watch}/Capture/FlowLog/FlowLog`, [
        `logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents on ${watch}/Capture/Logs:*`,
      ]);
    expect(access).toGrantExactly('Onwards/Stream', [
      's3:AbortMultipartUpload, s3:PutObject on Everything/Records/Bucket:stream/*',
      's3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on Everything/Records/Bucket',
    ]);
    expect(access).not.toAllow('Onwards/Stream', 's3:PutObject', 'Everything/Records/Bucket:AWSLogs/x');
    expect(access).not.toAllow('Onwards/Stream', 's3:GetObject', 'Everything/Records/Bucket:stream/x');
  });

  test('the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('Everything/Records/Bucket'));
  });
});

describe('private-only-network', () => {
  const access = modelOf('private-only-network');
  const probe = 'Probe/Function/Function';
  const through = ' when aws:SourceVpce is <Services/S3/Endpoint>';
  const inEc2 = (resource: string) => `arn:aws:ec2:<region>:<account>:${resource}`;

  test('the probe may use notes in the vault, and Lambda make its interfaces in the isolated subnets', () => {
    expect(access).toGrantExactly(probe, [
      ...running('Probe/Function'),
      ...[
        'network-interface/*',
        'security-group/<Probe/Function/Access/Group.GroupId>',
        'subnet/<Network/Vpc/workloadSubnet1/Subnet>',
        'subnet/<Network/Vpc/workloadSubnet2/Subnet>',
      ].map((resource) => `ec2:CreateNetworkInterface on ${inEc2(resource)}`),
      'ec2:AssignPrivateIpAddresses, ec2:UnassignPrivateIpAddresses, ec2:DeleteNetworkInterface on ' + inEc2('*/*'),
      'ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets on *',
      `s3:GetObject, s3:PutObject on Vault/Bucket/Bucket:notes/*${through}`,
      `s3:ListBucket on Vault/Bucket/Bucket${through}`,
    ]);
  });

  test('flow logs and the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('Vault/AccessLogs/Bucket', 'Vault/Bucket/Bucket'));
  });

  test('the probe may neither open the vault nor read who asked for what', () => {
    expect(access).not.toAllow(probe, 's3:PutBucketPolicy', 'Vault/Bucket/Bucket');
    expect(access).not.toAllow(probe, 's3:GetObject', 'Vault/AccessLogs/Bucket:vault/x');
    expect(access).not.toAllow(probe, 'ec2:ModifyVpcEndpoint', 'Services/S3/Endpoint');
  });
});

describe('private-static-site', () => {
  const access = modelOf('private-static-site');
  const release = 'Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB';

  test('the helper that brings a release may read what was uploaded for it, write the files and clear the cache', () => {
    expect(access).toGrantExactly(release, [
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on Files/Bucket',
      's3:DeleteObject, s3:PutObject on Files/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on Edge/Distribution',
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
    ]);
    expect(access).toGrantExactly(emptier, emptying('Logs/Bucket', 'Files/Bucket'));
  });

  test('the helper that brings a release may neither open the bucket nor read or change the logs or the distribution', () => {
    expect(access).not.toAllow(release, 's3:PutBucketPolicy', 'Files/Bucket');
    expect(access).not.toAllow(release, 's3:GetObject', 'Logs/Bucket:edge/x');
    expect(access).not.toAllow(release, 's3:DeleteBucket', 'Files/Bucket');
    expect(access).not.toAllow(release, 'cloudfront:UpdateDistribution', 'Edge/Distribution');
    expect(access).not.toAllow(release, 'iam:PassRole', 'ReleaseHelper/Role');
  });
});

describe('queued-worker-tier', () => {
  const access = modelOf('queued-worker-tier');
  const worker = 'Workers/Fleet/Group/ASG';
  const arn = (service: string, rest: string) => `arn:aws:${service}:<region>:<account>:${rest}`;

  test('a worker works this queue, reads documents and bodies, writes reports, and speaks for itself to its group [messaging-worker-tier, messaging-large-payload]', () => {
    // What it boots from and what it runs, by names that change with their content.
    const assets = grantLines(access, worker)
      .map(({ line }) => line)
      .filter((line) => line.startsWith('s3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-'));
    expect(assets).toHaveLength(2);
    expect(access).toGrantExactly(worker, [
      ...assets,
      'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:ReceiveMessage on Jobs/Queue',
      's3:GetObject on Documents/Uploads/Bucket:documents/*',
      's3:ListBucket on Documents/Uploads/Bucket',
      's3:PutObject on Documents/Reports/Bucket:*',
      's3:DeleteObject, s3:GetObject on Payloads/Bodies/Bucket:payloads/*',
      's3:ListBucket on Payloads/Bodies/Bucket',
      'logs:CreateLogStream, logs:PutLogEvents on Workers/Logs:*',
      `cloudformation:SignalResource on ${arn('cloudformation', 'stack/queued-worker-tier/<stack id>')}`,
      `autoscaling:CompleteLifecycleAction, autoscaling:SetInstanceProtection on ${arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/<${worker}>`)}`,
      `ssm:UpdateInstanceInformation on ${arn('ec2', 'instance/*')}`,
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('a worker may not read dead letters, put documents, read reports, or take others out of its group', () => {
    expect(access).not.toAllow(worker, 'sqs:ReceiveMessage', 'Jobs/DeadLetters');
    expect(access).not.toAllow(worker, 'sqs:SendMessage', 'Jobs/Queue');
    expect(access).not.toAllow(worker, 's3:PutObject', 'Documents/Uploads/Bucket:documents/a.txt');
    expect(access).not.toAllow(worker, 's3:GetObject', 'Documents/Uploads/Bucket:private/a.txt');
    expect(access).not.toAllow(worker, 's3:GetObject', 'Documents/Reports/Bucket:a.txt/1.json');
    expect(access).not.toAllow(worker, 's3:PutObject', 'Payloads/Bodies/Bucket:payloads/a');
    expect(access).not.toAllow(worker, 'autoscaling:TerminateInstanceInAutoScalingGroup', worker);
  });

  test('the desk sends and stores, and reads neither [messaging-large-payload]', () => {
    expect(access).toGrantExactly('Desk/Submit/Function', [
      ...running('Desk/Submit'),
      'sqs:SendMessage on Jobs/Queue',
      's3:DeleteObject, s3:PutObject on Payloads/Bodies/Bucket:payloads/*',
    ]);
  });

  test('operators look after queues that have their tag, and after no others [messaging-queue-tag-access]', () => {
    expect(access).toGrantExactly('Operators/Role', [
      `sqs:CancelMessageMoveTask, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ListDeadLetterSourceQueues, sqs:ListMessageMoveTasks, sqs:ReceiveMessage, sqs:SendMessage, sqs:StartMessageMoveTask on ${arn('sqs', '*')} when aws:ResourceTag/groundplan:queue-operators is queued-worker-tier/Operators`,
    ]);
    expect(access).toAllow('Operators/Role', 'sqs:StartMessageMoveTask', 'Jobs/DeadLetters');
    const others = { 'aws:ResourceTag/groundplan:queue-operators': null };
    expect(access).not.toAllow('Operators/Role', 'sqs:ReceiveMessage', arn('sqs', 'others'), others);
    expect(access).not.toAllow('Operators/Role', 'sqs:TagQueue', 'Jobs/Queue');
  });

  test('flow logs and the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Place/Network/FlowLogs/FlowLog/FlowLog', flowLogsOf('Place/Network'));
    expect(access).toGrantExactly(closer, closing('Place/Network/Vpc'));
    const buckets = ['Payloads/Bodies', 'Documents/Uploads', 'Documents/Reports'].map((bucket) => `${bucket}/Bucket`);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', ...buckets));
    expect(access).toGrantExactly('BucketNotificationsHandler050a0587b7544547bf325f094a3db834', [
      's3:PutBucketNotification on Documents/Uploads/Bucket',
    ]);
  });
});

describe('video-job-fanout', () => {
  const access = modelOf('video-job-fanout');
  const worker = (size: string) => `Worker${size}/Transcoder/Function`;

  test.each(['480p', '720p', '1080p'])(
    'the %s worker may read uploads, work its own queue and write its own results',
    (size) => {
      expect(access).toGrantExactly(worker(size), [
        ...running(`Worker${size}/Transcoder`),
        's3:GetObject, s3:GetObjectVersion on Uploads/Bucket:uploads/*',
        `s3:PutObject on Renditions/Bucket:*/${size}.json`,
        `sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage on Announcements/Jobs${size}/Queue`,
        'dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on Done/Table',
        'kms:Decrypt on Announcements/Notices/Key',
      ]);
    },
  );

  test("a worker may not touch its neighbours' work, the uploads themselves, or the table as a whole", () => {
    expect(access).toAllow(worker('480p'), 's3:PutObject', 'Renditions/Bucket:a.mp4/v1/480p.json');
    expect(access).not.toAllow(worker('480p'), 's3:PutObject', 'Renditions/Bucket:a.mp4/v1/720p.json');
    expect(access).not.toAllow(worker('480p'), 'sqs:ReceiveMessage', 'Announcements/Jobs720p/Queue');
    expect(access).not.toAllow(worker('480p'), 's3:DeleteObject', 'Uploads/Bucket:uploads/a.mp4');
    expect(access).not.toAllow(worker('480p'), 's3:GetObject', 'Uploads/Bucket:private/a.mp4');
    expect(access).not.toAllow(worker('480p'), 'dynamodb:DeleteTable', 'Done/Table');
    expect(access).not.toAllow(worker('480p'), 'kms:Decrypt', 'Alarms/Key');
  });

  test('the helper that sets up the notification may do that one thing', () => {
    expect(access).toGrantExactly('BucketNotificationsHandler050a0587b7544547bf325f094a3db834', [
      's3:PutBucketNotification on Uploads/Bucket',
    ]);
  });

  test('the helper that empties buckets may empty those of the stack', () => {
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Uploads/Bucket', 'Renditions/Bucket'));
  });

  test('the topic may write what became of its deliveries, into two groups', () => {
    const groups = ['Failures', 'Successes'].map((group) => `Announcements/Notices/DeliveryLogs/${group}`);
    expect(access).toGrantExactly(
      'Announcements/Notices/Topic',
      groups.flatMap((group) => [
        `logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents, logs:PutMetricFilter, logs:PutRetentionPolicy on ${group}:*`,
        `logs:CreateLogGroup, logs:PutMetricFilter, logs:PutRetentionPolicy on ${group}`,
      ]),
    );
    expect(access).not.toAllow('Announcements/Notices/Topic', 'logs:DeleteLogGroup', groups[0]);
    expect(access).not.toAllow('Announcements/Notices/Topic', 'sqs:ReceiveMessage', 'Announcements/Jobs480p/Queue');
  });
});

describe('clickstream-analytics', () => {
  const access = modelOf('clickstream-analytics');
  const mapping =
    'kinesis:DescribeStream, kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards on Clicks/Stream';
  const failing = (queue: string) => `sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on ${queue}/Queue`;

  test.each([
    ['Api/Collect/Handler', ['kinesis:PutRecord, kinesis:PutRecords on Clicks/Stream']],
    ['Api/Report/Handler', ['Hours', 'Leaderboard', 'Minutes'].map((at) => `dynamodb:Query on ${at}/Tally/Table`)],
    ['Minutes/Counter', ['dynamodb:UpdateItem on Minutes/Tally/Table', mapping, failing('Failures')]],
    ['Leaderboard/Counter', ['dynamodb:PutItem on Leaderboard/Tally/Table', mapping, failing('Failures')]],
    [
      'Hours/Reader',
      [
        'dynamodb:Query, dynamodb:UpdateItem on Hours/Tally/Table',
        'kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards on Clicks/Stream',
        failing('Hours/Failures'),
      ],
    ],
    ['Archive/Scrub', []],
    [
      'Clicks/Scaling/Scaler',
      [
        'kinesis:DescribeStreamSummary on Clicks/Stream',
        'kinesis:UpdateShardCount on *',
        failing('Clicks/Scaling/Failures'),
      ],
    ],
  ])('%s may do what it is for', (name, grants) => {
    expect(access).toGrantExactly(`${name}/Function`, [...running(name), ...grants]);
  });

  test('who takes clicks reads none, who reads them writes none, and each counts in its own table', () => {
    expect(access).not.toAllow('Api/Collect/Handler/Function', 'kinesis:GetRecords', 'Clicks/Stream');
    for (const reader of ['Minutes/Counter', 'Leaderboard/Counter', 'Hours/Reader', 'Archive/Scrub'])
      expect(access).not.toAllow(`${reader}/Function`, 'kinesis:PutRecords', 'Clicks/Stream');
    expect(access).not.toAllow('Minutes/Counter/Function', 'dynamodb:UpdateItem', 'Hours/Tally/Table');
    expect(access).not.toAllow('Leaderboard/Counter/Function', 'dynamodb:PutItem', 'Minutes/Tally/Table');
    expect(access).not.toAllow('Api/Report/Handler/Function', 'dynamodb:Scan', 'Minutes/Tally/Table');
  });

  test('the pipe may read the stream, have clicks scrubbed and keep them, below clicks/ only', () => {
    expect(access).toGrantExactly('Archive/Pipe/Stream', [
      'lambda:InvokeFunction on Archive/Scrub/Function',
      'lambda:InvokeFunction on Archive/Scrub/Function:$LATEST',
      'logs:CreateLogStream, logs:PutLogEvents on Archive/Pipe/Errors:*',
      's3:AbortMultipartUpload, s3:PutObject on Archive/Kept/Bucket:clicks/*',
      's3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on Archive/Kept/Bucket',
      'kinesis:DescribeStream, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards on Clicks/Stream',
    ]);
    expect(access).not.toAllow('Archive/Pipe/Stream', 's3:GetObject', 'Archive/Kept/Bucket:clicks/a.gz');
  });

  test('the schedule may run the hourly reader and keep what it could not hand over', () => {
    expect(access).toGrantExactly('Hours/Hourly/Schedule', [
      'lambda:InvokeFunction on Hours/Reader/Function',
      'sqs:SendMessage on Hours/Failures/Queue',
    ]);
  });

  test.each(['Collect', 'Report'])('the deployment of %s may do what AWS keeps its policy for', (name) => {
    expect(access).toGrantExactly(`Api/${name}/Release/Group`, [
      'cloudwatch:DescribeAlarms, lambda:UpdateAlias, lambda:GetAlias, lambda:GetProvisionedConcurrencyConfig on *',
      's3:GetObject, s3:GetObjectVersion on arn:aws:s3:::*/CodeDeploy/*',
      's3:GetObject, s3:GetObjectVersion on * when s3:ExistingObjectTag/UseWithCodeDeploy is true',
    ]);
  });

  test('the helper that empties buckets may empty those of the stack', () => {
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Archive/Kept/Bucket'));
  });
});

describe('orders-api', () => {
  const access = modelOf('orders-api');

  test.each([
    [
      'Orders',
      [
        'dynamodb:GetItem, dynamodb:PutItem on Store/Orders/Table',
        'dynamodb:Query on Store/Orders/Table:index/byCustomer',
        'dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on Store/Requests/Table',
      ],
    ],
    ['Attachments', ['dynamodb:GetItem on Store/Orders/Table', 's3:PutObject on Store/Documents/Bucket:attachments/*']],
    [
      'Invoices',
      [
        'dynamodb:GetItem on Store/Orders/Table',
        'lambda:InvokeFunction on Functions/InvoiceWriter/Release/Alias',
        's3:GetObject on Store/Documents/Bucket:invoices/*',
      ],
    ],
    [
      'InvoiceWriter',
      [
        'dynamodb:GetItem, dynamodb:UpdateItem on Store/Orders/Table',
        's3:PutObject on Store/Documents/Bucket:invoices/*',
        'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Functions/InvoiceFailures/Queue',
      ],
    ],
  ])('%s may do what its routes need', (name, grants) => {
    expect(access).toGrantExactly(`Functions/${name}/Handler/Function`, [
      ...running(`Functions/${name}/Handler`),
      ...grants,
    ]);
  });

  test('no function may scan, delete orders or the table, read what another reads, or pass a role', () => {
    for (const name of ['Orders', 'Attachments', 'Invoices', 'InvoiceWriter']) {
      const principal = `Functions/${name}/Handler/Function`;
      expect(access).not.toAllow(principal, 'dynamodb:Scan', 'Store/Orders/Table');
      expect(access).not.toAllow(principal, 'dynamodb:DeleteItem', 'Store/Orders/Table');
      expect(access).not.toAllow(principal, 'dynamodb:DeleteTable', 'Store/Orders/Table');
      expect(access).not.toAllow(principal, 's3:GetObject', 'Store/Documents/Bucket:attachments/1/a.pdf');
      expect(access).not.toAllow(principal, 's3:GetObject', 'AccessLogs/Bucket:api/log.gz');
      expect(access).not.toAllow(principal, 'kms:Decrypt', 'Alarms/Key');
      expect(access).not.toAllow(principal, 'iam:PassRole', `Functions/${name}/Handler/Role`);
    }
  });

  test.each(['Orders', 'Attachments', 'InvoiceWriter', 'Invoices'])(
    'the deployment of %s may move aliases, look at alarms and read releases, by the policy AWS keeps for it',
    (name) => {
      const deployment = `Functions/${name}/Release/Group`;
      expect(access).toGrantExactly(deployment, [
        'cloudwatch:DescribeAlarms, lambda:UpdateAlias, lambda:GetAlias, lambda:GetProvisionedConcurrencyConfig on *',
        's3:GetObject, s3:GetObjectVersion on arn:aws:s3:::*/CodeDeploy/*',
        's3:GetObject, s3:GetObjectVersion on * when s3:ExistingObjectTag/UseWithCodeDeploy is true',
      ]);
      expect(access).not.toAllow(deployment, 'lambda:UpdateFunctionCode', `Functions/${name}/Handler/Function`);
      expect(access).not.toAllow(deployment, 'iam:PassRole', `Functions/${name}/Handler/Role`);
    },
  );

  test('the helper that empties buckets may empty those of the stack', () => {
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Store/Documents/Bucket'));
  });

  test('access logs may be written below api/ only', () => {
    expect(access).toGrantExactly('Api/AccessLogs/Stream', [
      's3:AbortMultipartUpload, s3:PutObject on AccessLogs/Bucket:api/*',
      's3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on AccessLogs/Bucket',
    ]);
    expect(access).not.toAllow('Api/AccessLogs/Stream', 's3:PutObject', 'AccessLogs/Bucket:documents/x');
  });
});

describe('hand-built-vpc', () => {
  const access = modelOf('hand-built-vpc');

  test('the operator may fetch the one private key, and the hosts may nothing [network-key-pair]', () => {
    expect(access).toGrantExactly('Operator', [
      'ssm:GetParameter on arn:aws:ssm:<region>:<account>:parameter/ec2/keypair/<Key/Pair.KeyPairId>',
    ]);
    for (const host of ['Nat/Instance', 'JumpHost/Instance', 'PrivateHost/Instance'])
      expect(access).toGrantExactly(host, []);
  });

  test('flow logs may write their own group', () => {
    expect(access).toGrantExactly('FlowLogs/FlowLog/FlowLog', [
      'logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents on FlowLogs/Logs:*',
    ]);
  });
});

describe('sandbox-guard', () => {
  test('the rule may publish to the topic, with a key of its own, and nothing else', () => {
    expect(modelOf('sandbox-guard')).toGrantExactly('Stuck/Role', [
      'sns:Publish on Alarms/Topic',
      'kms:Decrypt, kms:GenerateDataKey* on Alarms/Key',
    ]);
  });
});

describe('peered-networks', () => {
  const access = modelOf('peered-networks');
  const networks = ['Shop', 'Billing', 'Reports'];

  test.each(networks)('the probe in %s may stand there and write its log, and change nothing', (at) => {
    const probe = `${at}/Probe/Probe/Function`;
    const subnets = [1, 2].map((zone) => `${at}/Network/Vpc/applicationSubnet${zone}`);
    expect(access).toGrantExactly(probe, [
      ...running(`${at}/Probe/Probe`),
      ...standing(`${at}/Probe/Probe`, ...subnets),
    ]);
    expect(access).not.toAllow(probe, 'elasticfilesystem:ClientMount', `${at}/Files`);
    expect(access).toGrantExactly(`${at}/Network/FlowLogs/FlowLog/FlowLog`, flowLogsOf(`${at}/Network`));
  });

  test('the helper that asks for names may ask for these three connections and no other [network-peering-dns]', () => {
    const connection = (pair: string) =>
      `arn:aws:ec2:<region>:<account>:vpc-peering-connection/<Mesh/${pair}/Connection>`;
    expect(access).toGrantExactly('AWS679f53fac002430cb0da5b7982bd2287', [
      'logs:CreateLogStream, logs:PutLogEvents on PeeringHelper/Logs:*',
      ...['shop-billing', 'shop-reports', 'billing-reports'].map(
        (pair) => `ec2:ModifyVpcPeeringConnectionOptions on ${connection(pair)}`,
      ),
    ]);
  });

  test('the helper that closes default groups may change those three only', () => {
    expect(access).toGrantExactly(closer, closing(...networks.map((at) => `${at}/Network/Vpc`)));
  });
});

describe('shared-private-service', () => {
  const access = modelOf('shared-private-service');
  const service = 'arn:aws:ec2:<region>:<account>:vpc-endpoint-service/<Provider/Service/Service>';
  const accepts = 'Provider/Service/List/Handler/Function';

  test('what accepts connections may do so for this service, and see which there are [network-privatelink-acceptance]', () => {
    expect(access).toGrantExactly(accepts, [
      ...running('Provider/Service/List/Handler'),
      'sqs:SendMessage on Provider/Service/List/Failures/Queue',
      'ec2:DescribeVpcEndpointConnections on *',
      `ec2:AcceptVpcEndpointConnections, ec2:RejectVpcEndpointConnections on ${service}`,
    ]);
    expect(access).not.toAllow(accepts, 'ec2:DeleteVpcEndpointServiceConfigurations', service);
    expect(access).not.toAllow(accepts, 'ec2:ModifyVpcEndpointServicePermissions', service);
  });

  test.each([
    ['Consumer/Probe/Probe', 'ConsumerNetwork'],
    ['Reverse/Probe', 'ProviderNetwork'],
  ])('the probe %s may stand in its network and write its log, and mount nothing', (probe, network) => {
    const subnets = [1, 2].map((zone) => `${network}/Vpc/applicationSubnet${zone}`);
    expect(access).toGrantExactly(`${probe}/Function`, [...running(probe), ...standing(probe, ...subnets)]);
    expect(access).not.toAllow(`${probe}/Function`, 'elasticfilesystem:ClientMount', 'Provider/Files');
    expect(access).toGrantExactly(`${network}/FlowLogs/FlowLog/FlowLog`, flowLogsOf(network));
  });

  test('the helper that closes default groups may change those two only', () => {
    expect(access).toGrantExactly(closer, closing('ProviderNetwork/Vpc', 'ConsumerNetwork/Vpc'));
  });
});

describe('file-intake', () => {
  const access = modelOf('file-intake');
  const at = (part: string) => `${part}/Function`;
  const failing = 'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Failures/Queue';
  const looking = [
    ...['incoming', 'refused', 'resized'].map((folder) => `s3:GetObject on Files/Bucket:${folder}/*`),
    's3:ListBucket on Files/Bucket',
  ];

  test('the resizer may read what arrives, and write results and reasons [serverless-file-processing]', () => {
    expect(access).toGrantExactly(at('Resizer/Function'), [
      ...running('Resizer/Function'),
      's3:GetObject on Files/Bucket:incoming/*',
      's3:ListBucket on Files/Bucket',
      's3:GetObject, s3:PutObject on Files/Bucket:refused/*',
      's3:GetObject, s3:PutObject on Files/Bucket:resized/*',
      failing,
    ]);
    expect(access).not.toAllow(at('Resizer/Function'), 's3:PutObject', 'Files/Bucket:incoming/cat.jpg');
    expect(access).not.toAllow(at('Resizer/Function'), 's3:DeleteObject', 'Files/Bucket:incoming/cat.jpg');
    expect(access).not.toAllow(at('Resizer/Function'), 'lambda:InvokeFunction', 'Resizer/Function/Function');
  });

  test('the sweep may look, have files resized, and go on; the desk may look and have files resized', () => {
    expect(access).toGrantExactly(at('Sweep/Function'), [
      ...running('Sweep/Function'),
      ...looking,
      failing,
      'lambda:InvokeFunction on Resizer/Function/Function',
      'lambda:InvokeFunction on Sweep/Function/Function',
    ]);
    expect(access).toGrantExactly(at('Desk/Function'), [
      ...running('Desk/Function'),
      ...looking,
      'lambda:InvokeFunction on Resizer/Function/Function',
    ]);
    for (const part of ['Sweep', 'Desk'])
      expect(access).not.toAllow(at(`${part}/Function`), 's3:PutObject', 'Files/Bucket:resized/320/cat.jpg');
  });

  test('the schedule may run the sweep, and put aside what it could not', () => {
    expect(access).toGrantExactly('Sweep/Hourly/Schedule', [
      'lambda:InvokeFunction on Sweep/Function/Function',
      'sqs:SendMessage on Failures/Queue',
    ]);
  });

  test('cameras, where there are any, may put pictures below their folder and read none [serverless-iot-rule]', () => {
    const cameras = accessOf('file-intake', { variant: ['cameras'] });
    expect(cameras).toGrantExactly(at('Cameras/Function'), [
      ...running('Cameras/Function'),
      's3:PutObject on Files/Bucket:incoming/devices/*',
      failing,
    ]);
    expect(cameras).toGrantExactly('Cameras/Pictures/Rule', ['sqs:SendMessage on Failures/Queue']);
    expect(cameras).not.toAllow(at('Cameras/Function'), 's3:PutObject', 'Files/Bucket:resized/320/cat.jpg');
  });

  test('the helpers that set up the notification and empty the buckets may do that one thing', () => {
    expect(access).toGrantExactly('BucketNotificationsHandler050a0587b7544547bf325f094a3db834', [
      's3:PutBucketNotification on Files/Bucket',
    ]);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Files/Bucket'));
  });
});

describe('alert-broadcast', () => {
  const access = modelOf('alert-broadcast');

  test('the receiver writes into its book, and can neither read it nor publish', () => {
    expect(access).toGrantExactly('Receiver/Function/Function', [
      ...running('Receiver/Function'),
      'dynamodb:PutItem on Receiver/Book/Table',
    ]);
  });

  test('rules publish to the one topic, by its key', () => {
    for (const rule of ['Stacks', 'Groups'])
      expect(access).toGrantExactly(`Publishers/${rule}/Rule`, [
        'sns:Publish on News/Topic',
        'kms:Decrypt, kms:GenerateDataKey* on News/Key',
      ]);
  });

  test('SNS writes down its deliveries, and nothing else', () => {
    const writing = 'logs:CreateLogGroup, logs:PutMetricFilter, logs:PutRetentionPolicy';
    expect(access).toGrantExactly(
      'News/Topic',
      ['Successes', 'Failures'].flatMap((group) => [
        `${writing} on News/DeliveryLogs/${group}`,
        `${writing}, logs:CreateLogStream, logs:PutLogEvents on News/DeliveryLogs/${group}:*`,
      ]),
    );
  });
});

describe('replicated-buckets', () => {
  const access = modelOf('replicated-buckets');
  const seeing = (bucket: string) => `s3:ListBucket, s3:ListBucketVersions on ${bucket}`;
  const copying = (from: string, to: string) => [
    `s3:GetReplicationConfiguration, s3:ListBucket on ${from}`,
    `s3:GetObjectVersionForReplication, s3:GetObjectVersionAcl, s3:GetObjectVersionTagging, s3:GetObjectRetention, s3:GetObjectLegalHold on ${from}:*`,
    `s3:ReplicateObject, s3:ReplicateDelete, s3:ReplicateTags on ${to}:*`,
  ];

  test('S3 reads documents and writes copies, under the key of the copies alone', () => {
    expect(access).toGrantExactly('Replication/Role', [
      ...copying('Documents/Bucket', 'Copies/Bucket'),
      'kms:Decrypt on Documents/Key',
      'kms:Encrypt, kms:GenerateDataKey on arn:aws:kms:us-west-2:<account>:key/* when any value of kms:ResourceAliases is alias/replicated-buckets-copies',
    ]);
    for (const shop of ['North', 'South'])
      expect(access).toGrantExactly(
        `Reports/Gather/${shop.toLowerCase()}/Role`,
        copying(`Reports/${shop}/Bucket`, 'Reports/Together/Bucket'),
      );
  });

  test('the editor has no business with copies, the rescuer changes nothing, and the job starts copies', () => {
    expect(access).toGrantExactly('Editor', [
      seeing('Documents/Bucket'),
      's3:GetObject, s3:GetObjectVersion, s3:PutObject, s3:DeleteObject, s3:DeleteObjectVersion on Documents/Bucket:*',
      'kms:Decrypt, kms:GenerateDataKey on Documents/Key',
    ]);
    expect(access).toGrantExactly('Rescuer', [
      seeing('Copies/Bucket'),
      's3:GetObject, s3:GetObjectVersion on Copies/Bucket:*',
      'kms:Decrypt on replicated-buckets-copies/Key',
    ]);
    expect(access).toGrantExactly('Backfill', [
      's3:InitiateReplication on Documents/Bucket:*',
      's3:GetReplicationConfiguration, s3:PutInventoryConfiguration on Documents/Bucket',
      's3:PutObject on replicated-buckets/AccessLogs/Bucket:backfill/*',
    ]);
  });

  test('what empties buckets in one region leaves those of the other alone', () => {
    const own = ['Documents', 'Reports/Together', 'Reports/North', 'Reports/South'].map((part) => `${part}/Bucket`);
    for (const [stack, buckets] of [
      ['replicated-buckets', own],
      ['replicated-buckets-copies', ['Copies/Bucket']],
    ] as const)
      expect(access).toGrantExactly(`${stack}/${emptier}`, emptying(`${stack}/AccessLogs/Bucket`, ...buckets));
  });
});

describe('offsite-backup', () => {
  const access = modelOf('offsite-backup');

  test('AWS Backup acts by the policy AWS keeps for it, and by no other', () => {
    expect(access).toGrantExactly('Backups/Role', backingUp);
    for (const action of ['backup:DeleteRecoveryPoint', 'backup:DeleteBackupVaultLockConfiguration'])
      expect(access).not.toAllow('Backups/Role', action, 'Copies/Vault');
  });

  test('the rule publishes what failed, by the key of the topic', () => {
    expect(access).toGrantExactly('Backups/Failed/Rule', [
      'sns:Publish on Notices/Topic',
      'kms:Decrypt, kms:GenerateDataKey* on Notices/Key',
    ]);
  });

  test('flow logs and the helper of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Data/Network/FlowLogs/FlowLog/FlowLog', flowLogsOf('Data/Network'));
    expect(access).toGrantExactly(closer, closing('Data/Network/Vpc'));
  });
});

describe('block-storage', () => {
  const access = modelOf('block-storage');
  const ec2 = 'arn:aws:ec2:<region>:<account>:';
  const snapshot = 'arn:aws:ec2:<region>::snapshot/*';
  const carried = 'when ec2:ResourceTag/groundplan:encrypt is yes';
  const created = 'when ec2:CreateAction is CopySnapshot or CreateSnapshot or CreateVolume';

  test('the server may attach its one volume to itself, say how its boot ended and offer sessions', () => {
    expect(access).toGrantExactly('Server/Instance', [
      'ec2:AttachVolume on Data/Volume',
      'ec2:AttachVolume on Server/Instance',
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/block-storage/<stack id>',
      'ssm:UpdateInstanceInformation on arn:aws:ec2:<region>:<account>:instance/*',
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
    expect(access).not.toAllow('Server/Instance', 'ec2:DetachVolume', 'Data/Volume');
  });

  test('the plan snapshots volumes with the tag, tags what it takes, and deletes and archives snapshots with it', () => {
    expect(access).toGrantExactly('Snapshots/Policy', [
      `ec2:CreateSnapshot on ${ec2}volume/* when ec2:ResourceTag/groundplan:snapshots is daily`,
      'ec2:CreateSnapshot on arn:aws:ec2:*::snapshot/*',
      'ec2:CreateTags on arn:aws:ec2:*::snapshot/* when ec2:CreateAction is CreateSnapshot',
      'ec2:CreateTags, ec2:DeleteSnapshot, ec2:ModifySnapshotTier on arn:aws:ec2:*::snapshot/* when aws:ResourceTag/groundplan:snapshots is daily',
      'ec2:DescribeInstances, ec2:DescribeSnapshotTierStatus, ec2:DescribeSnapshots, ec2:DescribeVolumes on *',
    ]);
  });

  test('the migration touches what carries its tag, makes encrypted volumes, and deletes nothing', () => {
    expect(access).toGrantExactly('Encryptor/Workflow/Machine', [
      `autoscaling:DescribeAutoScalingInstances, ec2:DescribeInstances, ec2:DescribeSnapshots, ec2:DescribeVolumes, ${told}`,
      `ec2:StartInstances, ec2:StopInstances on ${ec2}instance/* ${carried}`,
      `ec2:AttachVolume, ec2:DetachVolume on ${ec2}instance/* ${carried}`,
      `ec2:AttachVolume, ec2:DetachVolume on ${ec2}volume/* ${carried}`,
      `ec2:CreateSnapshot, ec2:CreateTags on ${ec2}volume/* ${carried}`,
      `ec2:CreateVolume on ${ec2}volume/* when aws:RequestTag/groundplan:encrypt is yes and ec2:Encrypted is true`,
      `ec2:CopySnapshot, ec2:CreateSnapshot, ec2:CreateVolume on ${snapshot}`,
      `ec2:CreateTags on ${ec2}volume/* ${created}`,
      `ec2:CreateTags on ${snapshot} ${created}`,
    ]);
    expect(access).not.toAllow('Encryptor/Workflow/Machine', 'ec2:DeleteVolume', 'Data/Volume');
  });

  test('flow logs and the helper of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
  });
});

describe('records-archive', () => {
  const access = modelOf('records-archive');
  const seeing = (bucket: string) => `s3:ListBucket, s3:ListBucketVersions on ${bucket}`;

  test('the clerk puts and reads, the keeper brings back and deletes for good', () => {
    expect(access).toGrantExactly('Offices/Clerk', [
      seeing('Records/Bucket'),
      's3:GetObject, s3:GetObjectVersion, s3:PutObject, s3:DeleteObject on Records/Bucket:*',
      seeing('Ledger/Records/Bucket'),
      's3:GetObject, s3:GetObjectVersion, s3:PutObject, s3:PutObjectRetention on Ledger/Records/Bucket:*',
    ]);
    expect(access).toGrantExactly('Offices/Keeper', [
      seeing('Records/Bucket'),
      's3:GetObject, s3:GetObjectVersion, s3:DeleteObjectVersion, s3:RestoreObject on Records/Bucket:*',
    ]);
  });

  test('the officer overrides and the custodian holds, and neither reads the ledger', () => {
    const ledger = 'Ledger/Records/Bucket';
    expect(access).toGrantExactly('Ledger/Officer', [
      `s3:ListBucketVersions on ${ledger}`,
      `s3:BypassGovernanceRetention, s3:DeleteObjectVersion, s3:GetObjectRetention, s3:PutObjectRetention on ${ledger}:*`,
    ]);
    expect(access).toGrantExactly('Ledger/Custodian', [
      `s3:ListBucketVersions on ${ledger}`,
      `s3:GetObjectLegalHold, s3:PutObjectLegalHold on ${ledger}:*`,
    ]);
  });

  test('the rule of the notices publishes to their topic; what empties buckets leaves the ledger alone', () => {
    expect(access).toGrantExactly('Restores/Route/Rule', [
      'sns:Publish on Restores/Notices/Topic',
      'kms:Decrypt, kms:GenerateDataKey* on Restores/Notices/Key',
    ]);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Records/Bucket'));
  });
});

describe('ordered-order-intake', () => {
  const access = modelOf('ordered-order-intake');

  test('the desk says what happened and reads how an order stands; it changes none, and reaches the queue by the topic alone [messaging-topic-fifo]', () => {
    expect(access).toGrantExactly('Desk/Function/Function', [
      ...running('Desk/Function'),
      'sns:Publish on Events/Topic',
      'kms:Decrypt, kms:GenerateDataKey* on Events/Key',
      'dynamodb:GetItem on Orders/Table',
    ]);
    expect(access).not.toAllow('Desk/Function/Function', 'sqs:SendMessage', 'Worker/Queue/Queue');
  });

  test('the worker works its queue and changes orders, and says nothing', () => {
    expect(access).toGrantExactly('Worker/Function/Function', [
      ...running('Worker/Function'),
      'dynamodb:UpdateItem on Orders/Table',
      'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage on Worker/Queue/Queue',
    ]);
  });

  test('the pipe reads what was written of orders and tells packing; packing knows no order but by it', () => {
    expect(access).toGrantExactly('Packing/Outbox/Role', [
      'dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator on Orders/Table:stream/<Orders/Table.stream>',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Packing/Untold/Queue',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Packing/Queue/Queue',
    ]);
    expect(access).toGrantExactly('Packing/Function/Function', [
      ...running('Packing/Function'),
      'dynamodb:UpdateItem on Packing/Parcels/Table',
      'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage on Packing/Queue/Queue',
    ]);
  });
});

describe('newsletter-and-receipts', () => {
  const access = modelOf('newsletter-and-receipts');
  const working =
    'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage';
  const ses = (what: string) => `ses:SendEmail on arn:aws:ses:<region>:<account>:${what}`;

  test.each([
    ['SendReceipts', 'Receipts'],
    ['SendNewsletters', 'Newsletters'],
  ])(
    '%s sends through the set of its purpose, writes down what it sent, and looks up one reader at a time',
    (worker, purpose) => {
      expect(access).toGrantExactly(`${worker}/Worker/Function`, [
        ...running(`${worker}/Worker`),
        'dynamodb:GetItem on Lists/Subscribers/Table',
        'dynamodb:UpdateItem on Lists/Mails/Table',
        ses('identity/<Sender/Identity>'),
        ses(`configuration-set/<${purpose}/Set>`),
        `${working} on ${purpose}/Mails/Queue`,
      ]);
      const other = purpose === 'Receipts' ? 'Newsletters' : 'Receipts';
      expect(access).not.toAllow(
        `${worker}/Worker/Function`,
        'ses:SendEmail',
        `arn:aws:ses:<region>:<account>:configuration-set/<${other}/Set>`,
      );
      expect(access).not.toAllow(`${worker}/Worker/Function`, 'dynamodb:UpdateItem', 'Lists/Subscribers/Table');
    },
  );

  test('the publisher reads who is listed and puts mail into the queue of newsletters, never of receipts', () => {
    expect(access).toGrantExactly('Publish/Worker/Function', [
      ...running('Publish/Worker'),
      `${working}, sqs:SendMessage on Publish/Issues/Queue`,
      'dynamodb:Query on Lists/Subscribers/Table:index/listed',
      'sqs:SendMessage on Newsletters/Mails/Queue',
    ]);
    expect(access).not.toAllow('Publish/Worker/Function', 'sqs:SendMessage', 'Receipts/Mails/Queue');
  });

  test('who hears changes readers and mails, and reads neither', () => {
    expect(access).toGrantExactly('Feedback/Worker/Function', [
      ...running('Feedback/Worker'),
      'dynamodb:UpdateItem on Lists/Mails/Table',
      'dynamodb:UpdateItem on Lists/Subscribers/Table',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Failures/Queue',
    ]);
  });

  test('the door finds a reader by a token, and asks for one kind of mail', () => {
    expect(access).toGrantExactly('Subscriptions/Door/Function', [
      ...running('Subscriptions/Door'),
      'dynamodb:UpdateItem on Lists/Subscribers/Table',
      'dynamodb:Query on Lists/Subscribers/Table:index/token',
      'sqs:SendMessage on Receipts/Mails/Queue',
    ]);
    expect(access).not.toAllow('Subscriptions/Door/Function', 'dynamodb:Query', 'Lists/Subscribers/Table:index/listed');
  });

  test('what pauses newsletters stops that one queue, and cannot change what the function does', () => {
    expect(access).toGrantExactly('Newsletters/Pause/Function', [
      ...running('Newsletters/Pause'),
      'lambda:UpdateEventSourceMapping on arn:aws:lambda:<region>:<account>:event-source-mapping:<Newsletters/Consumer/Mapping>',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Failures/Queue',
    ]);
    expect(access).not.toAllow(
      'Newsletters/Pause/Function',
      'lambda:UpdateFunctionCode',
      'SendNewsletters/Worker/Function',
    );
  });
});

describe('reminder-service', () => {
  const access = modelOf('reminder-service');
  const remind = 'Workflow/Remind/Machine';
  test('the machine may do what its tasks do, and nothing to anything else [serverless-workflow-role-logs, serverless-workflow-services]', () => {
    expect(access).toGrantExactly(remind, [
      told,
      'states:StartSyncExecution on Workflow/Check/Machine',
      'dynamodb:DeleteItem, dynamodb:PutItem on Workflow/Notes/Table',
      'sqs:SendMessage on Workflow/Untold/Queue',
    ]);
    expect(access).toGrantExactly('Workflow/Check/Machine', [told]);
    expect(access).not.toAllow(remind, 'states:StartExecution', remind);
  });

  test('each of the four starters may start it, and only the function may look [serverless-workflow-starters]', () => {
    const start = [`states:StartExecution on ${remind}`];
    expect(access).toGrantExactly('Function/Reminders/Handler/Function', [
      ...running('Function/Reminders/Handler'),
      ...start,
      `states:DescribeExecution on arn:aws:states:<region>:<account>:execution:<${remind}>:*`,
    ]);
    expect(access).toGrantExactly('Starters/Programs/Rule', start);
    expect(access).toGrantExactly('Starters/Collars/Starter', start);
    expect(access).toGrantExactly('Starters/Collars/Reporter', ['sqs:SendMessage on Workflow/Remind/Failures/Queue']);
    expect(access).toGrantExactly('Api/POSTApiWishes/Role', start);
  });

  test('the deployment of the function may move its alias, look at alarms and read releases, by the policy AWS keeps for it', () => {
    expect(access).toGrantExactly('Function/Reminders/Release/Group', [
      'cloudwatch:DescribeAlarms, lambda:UpdateAlias, lambda:GetAlias, lambda:GetProvisionedConcurrencyConfig on *',
      's3:GetObject, s3:GetObjectVersion on arn:aws:s3:::*/CodeDeploy/*',
      's3:GetObject, s3:GetObjectVersion on * when s3:ExistingObjectTag/UseWithCodeDeploy is true',
    ]);
  });

  test('access logs may be written below api/ only, and the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Api/AccessLogs/Stream', [
      's3:AbortMultipartUpload, s3:PutObject on Logs/Bucket:api/*',
      's3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on Logs/Bucket',
    ]);
    expect(access).toGrantExactly(emptier, emptying('Logs/Bucket', 'Front/Files/Bucket'));
    expect(access).toGrantExactly('Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB', [
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on Front/Files/Bucket',
      's3:DeleteObject, s3:PutObject on Front/Files/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on Front/Edge/Distribution',
    ]);
  });
});

describe('event-hub', () => {
  const access = modelOf('event-hub');
  const failing = 'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Hub/Failures/Queue';
  const speaking = (source: string) => `events:PutEvents on Hub/Bus when events:source is photos.${source}`;
  const intake = [
    'dynamodb:PutItem on Intake/Uploads/Table',
    's3:GetObject on Intake/Photos/Bucket:descriptions/*',
    's3:ListBucket on Intake/Photos/Bucket',
    speaking('intake'),
  ];

  test('intake may read descriptions and no photo, write what it knows, and speak as intake', () => {
    expect(access).toGrantExactly('Intake/FirstTry/Function', [...running('Intake/FirstTry'), ...intake, failing]);
    expect(access).toGrantExactly('Intake/NextTry/Function', [
      ...running('Intake/NextTry'),
      ...intake,
      'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage on Intake/Retries/Queue',
    ]);
    expect(access).not.toAllow('Intake/FirstTry/Function', 's3:GetObject', 'Intake/Photos/Bucket:uploads/a.jpg');
  });

  test('the feed may write entries and usage may count; neither sees what the other has', () => {
    expect(access).toGrantExactly('Feed/Tell/Function', [
      ...running('Feed/Tell'),
      'dynamodb:PutItem on Feed/Entries/Table',
      failing,
    ]);
    expect(access).toGrantExactly('Usage/Count/Function', [
      ...running('Usage/Count'),
      'dynamodb:PutItem on Usage/Book/Table',
      failing,
    ]);
    expect(access).toGrantExactly('Usage/Close/Function', [
      ...running('Usage/Close'),
      'dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query on Usage/Book/Table',
      speaking('usage'),
      failing,
    ]);
  });

  test('nobody may speak under the name of another [messaging-event-bus]', () => {
    const says = (source: string) => ({ 'events:source': source });
    expect(access).toAllow('Usage/Close/Function', 'events:PutEvents', 'Hub/Bus', says('photos.usage'));
    for (const source of ['photos.intake', 'photos.clock', 'aws.s3'])
      expect(access).not.toAllow('Usage/Close/Function', 'events:PutEvents', 'Hub/Bus', says(source));
    expect(access).not.toAllow('Feed/Tell/Function', 'events:PutEvents', 'Hub/Bus', says('photos.intake'));
  });

  test('the clock may say what time it is, close the day, and keep what it could not hand over', () => {
    const keeping = 'sqs:SendMessage on Hub/Failures/Queue';
    for (const job of ['Hourly', 'Announcement'])
      expect(access).toGrantExactly(`Clock/${job}/Schedule`, [speaking('clock'), keeping]);
    expect(access).toGrantExactly('Clock/Midnight/Schedule', [
      'lambda:InvokeFunction on Usage/Close/Function',
      keeping,
    ]);
  });

  test('the helpers of the CDK may set up the notification and empty the buckets', () => {
    expect(access).toGrantExactly('BucketNotificationsHandler050a0587b7544547bf325f094a3db834', [
      's3:PutBucketNotification on Intake/Photos/Bucket',
    ]);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Intake/Photos/Bucket'));
  });
});

describe('video-portal', () => {
  const access = modelOf('video-portal');
  const works = (queue: string) =>
    `sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:GetQueueUrl, sqs:DeleteMessage, sqs:GetQueueAttributes on ${queue}`;

  test('whoever signed in may put videos below their own id and call the API, and do nothing else [serverless-video-portal, serverless-execution-role]', () => {
    expect(access).toGrantExactly('Access/Role', [
      's3:PutObject on Uploads/Inbox/Bucket:uploads/${cognito-identity.amazonaws.com:sub}/*',
      'execute-api:Invoke on Api/Facade/Api:live/GET/videos',
      'execute-api:Invoke on Api/Facade/Api:live/GET/videos/*',
    ]);
  });

  test('MediaConvert reads uploads and writes what it makes [serverless-video-portal]', () => {
    expect(access).toGrantExactly('Transcoding/Transcoder', [
      's3:GetObject on Uploads/Inbox/Bucket:uploads/*',
      's3:PutObject on Library/Media/Bucket:videos/*',
    ]);
  });

  test('the starter asks for jobs of one queue, hands over one role to one service, and reads no video [serverless-execution-role]', () => {
    expect(access).toGrantExactly('Transcoding/Starter/Function', [
      ...running('Transcoding/Starter'),
      'dynamodb:PutItem, dynamodb:UpdateItem on Library/Videos/Table',
      'mediaconvert:CreateJob on Transcoding/Queue',
      'iam:PassRole on Transcoding/Transcoder when iam:PassedToService is mediaconvert.amazonaws.com',
      works('Transcoding/StarterEvents/Queue'),
    ]);
  });

  test('the recorder writes entries, and reads none [serverless-execution-role]', () => {
    expect(access).toGrantExactly('Transcoding/Recorder/Function', [
      ...running('Transcoding/Recorder'),
      'dynamodb:PutItem on Library/Videos/Table',
      works('Transcoding/RecorderEvents/Queue'),
    ]);
  });

  test('the reader finds entries and may get what was made, so that its links can [serverless-execution-role]', () => {
    expect(access).toGrantExactly('Api/Videos/Handler/Function', [
      ...running('Api/Videos/Handler'),
      'dynamodb:GetItem, dynamodb:Query on Library/Videos/Table',
      's3:GetObject on Library/Media/Bucket:videos/*',
    ]);
  });

  test('access logs may be written below api/ only, and the helpers of the CDK and the deployment may do their one thing', () => {
    expect(access).toGrantExactly('Api/Facade/AccessLogs/Stream', [
      's3:AbortMultipartUpload, s3:PutObject on AccessLogs/Bucket:api/*',
      's3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on AccessLogs/Bucket',
    ]);
    expect(access).toGrantExactly(
      emptier,
      emptying('AccessLogs/Bucket', 'Uploads/Inbox/Bucket', 'Library/Media/Bucket', 'Page/Files/Bucket'),
    );
    expect(access).toGrantExactly('Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB', [
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on Page/Files/Bucket',
      's3:DeleteObject, s3:PutObject on Page/Files/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on Page/Edge/Distribution',
    ]);
    expect(access).toGrantExactly('Api/Videos/Release/Group', [
      'cloudwatch:DescribeAlarms, lambda:UpdateAlias, lambda:GetAlias, lambda:GetProvisionedConcurrencyConfig on *',
      's3:GetObject, s3:GetObjectVersion on arn:aws:s3:::*/CodeDeploy/*',
      's3:GetObject, s3:GetObjectVersion on * when s3:ExistingObjectTag/UseWithCodeDeploy is true',
    ]);
  });
});

/** What CodeDeploy may do for the release of a function, by the policy AWS keeps for it. */
const deploying = [
  'cloudwatch:DescribeAlarms, lambda:UpdateAlias, lambda:GetAlias, lambda:GetProvisionedConcurrencyConfig on *',
  's3:GetObject, s3:GetObjectVersion on arn:aws:s3:::*/CodeDeploy/*',
  's3:GetObject, s3:GetObjectVersion on * when s3:ExistingObjectTag/UseWithCodeDeploy is true',
];
/** What Firehose may do that writes the access logs of an API. */
const apiLogs = (bucket: string) => [
  `s3:AbortMultipartUpload, s3:PutObject on ${bucket}:api/*`,
  `s3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on ${bucket}`,
];

describe('full-stack-web-app', () => {
  const access = modelOf('full-stack-web-app');
  const changes =
    'dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator on Store/Tasks/Table:stream/<Store/Tasks/Table.stream>';
  const failures = 'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Functions/Failures/Queue';
  const tasks = [
    'dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query on Store/Tasks/Table',
    'dynamodb:GetItem on Store/Counts/Table',
  ];

  test.each<[string, string, string[]]>([
    ['answers callers about tasks', 'Functions/Tasks/Handler', tasks],
    ['answers those who are connected about tasks', 'Functions/Messages/Handler', tasks],
    ['gives tickets', 'Functions/Tickets/Handler', ['dynamodb:PutItem on Channel/Tickets/Table']],
    ['takes tickets', 'Channel/Authoriser', ['dynamodb:DeleteItem on Channel/Tickets/Table']],
    [
      'keeps the list of who is connected',
      'Channel/Door',
      ['dynamodb:DeleteItem, dynamodb:PutItem on Channel/Connections/Table'],
    ],
    [
      'tells those who are connected',
      'Functions/Publisher',
      [
        changes,
        failures,
        'dynamodb:DeleteItem, dynamodb:Query on Channel/Connections/Table',
        'execute-api:ManageConnections on Channel/Api:live/POST/@connections/*',
      ],
    ],
    ['counts', 'Functions/Counter', [changes, failures, 'dynamodb:PutItem, dynamodb:UpdateItem on Store/Counts/Table']],
  ])(
    'the function that %s may do that, and nothing else [serverless-execution-role, serverless-defence-in-depth]',
    (_, part, grants) => {
      expect(access).toGrantExactly(`${part}/Role`, [...grants, ...running(part)]);
    },
  );

  test('Firehose writes access logs of the API, the release the files of the page, CodeDeploy moves aliases, and none anything else', () => {
    expect(access).toGrantExactly('Api/AccessLogs/Role', apiLogs('Logs/Bucket'));
    expect(access).toGrantExactly('ReleaseHelper/Role', [
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on Site/Files/Bucket',
      's3:DeleteObject, s3:PutObject on Site/Files/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on Site/Edge/Distribution',
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
    ]);
    for (const name of ['Tasks', 'Messages', 'Tickets'])
      expect(access).toGrantExactly(`Functions/${name}/Release/Group`, deploying);
    expect(access).toGrantExactly(emptier, emptying('Logs/Bucket', 'Site/Files/Bucket'));
  });
});

describe('api-facade', () => {
  const access = modelOf('api-facade');

  test.each<[string, readonly string[]]>([
    ['Api/POSTPickups/Role', ['sqs:SendMessage on Pickups/Orders/Queue']],
    ['Api/GETPickupsPickupId/Role', ['dynamodb:GetItem on Pickups/Pickups/Table']],
    [
      'Pickups/Booker/Role',
      [
        'dynamodb:PutItem on Pickups/Pickups/Table',
        'sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:GetQueueUrl, sqs:DeleteMessage, sqs:GetQueueAttributes on Pickups/Orders/Queue',
        ...running('Pickups/Booker'),
      ],
    ],
    [
      'Parcels/Parcels/Handler/Role',
      ['dynamodb:GetItem, dynamodb:PutItem on Store/Parcels/Table', ...running('Parcels/Parcels/Handler')],
    ],
    ['Old/Main/Handler/Role', running('Old/Main/Handler')],
    ['Old/Tariffs/Handler/Role', running('Old/Tariffs/Handler')],
  ])(
    '%s may do what it is for, and nothing else [serverless-execution-role, serverless-integration-aws]',
    (role, grants) => {
      expect(access).toGrantExactly(role, grants);
    },
  );

  test('Firehose writes access logs of the API, CodeDeploy moves aliases, and the helper empties the one bucket', () => {
    expect(access).toGrantExactly('Api/AccessLogs/Role', apiLogs('AccessLogs/Bucket'));
    for (const name of ['Old/Main', 'Old/Tariffs', 'Parcels/Parcels'])
      expect(access).toGrantExactly(`${name}/Release/Group`, deploying);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket'));
  });
});

describe('secure-upload-exchange', () => {
  const access = modelOf('secure-upload-exchange');
  const files = 'Store/Files/Bucket';
  const enforced =
    'not (s3:x-amz-server-side-encryption is present) or s3:x-amz-server-side-encryption is aws:kms and not ' +
    '(s3:x-amz-server-side-encryption-aws-kms-key-id is present) or s3:x-amz-server-side-encryption-aws-kms-key-id is Store/Files/Key';
  const part = (name: string) => `Transfer/${name}/Handler/Function`;

  test('who signs uploads may put where files arrive, under the one key, and nothing else [storage-presigned-rights]', () => {
    expect(access).toGrantExactly(part('Uploads'), [
      ...running('Transfer/Uploads/Handler'),
      `s3:PutObject on ${files}:arrivals/* when ${enforced}`,
      'kms:GenerateDataKey on Store/Files/Key',
    ]);
    for (const key of ['accepted/a/b/c.pdf', 'refused/a/b/c.pdf.json', 'elsewhere'])
      expect(access).not.toAllow(part('Uploads'), 's3:PutObject', `${files}:${key}`);
    for (const action of ['s3:GetObject', 's3:DeleteObject', 's3:PutObjectAcl', 's3:PutObjectTagging'])
      expect(access).not.toAllow(part('Uploads'), action, `${files}:arrivals/a/b/c.pdf`);
  });

  test('who signs downloads may get what was accepted and why the rest was not, and no file that nobody looked at [storage-presigned-rights]', () => {
    expect(access).toGrantExactly(part('Outcomes'), [
      ...running('Transfer/Outcomes/Handler'),
      `s3:GetObject on ${files}:accepted/*`,
      `s3:GetObject on ${files}:refused/*`,
      `s3:ListBucket on ${files}`,
      'kms:Decrypt on Store/Files/Key',
    ]);
    expect(access).not.toAllow(part('Outcomes'), 's3:GetObject', `${files}:arrivals/a/b/c.pdf`);
    expect(access).not.toAllow(part('Outcomes'), 's3:PutObject', `${files}:accepted/a/b/c.pdf`);
  });

  test('the inspector reads what arrives, and writes what it accepts and why it refuses', () => {
    expect(access).toGrantExactly('Inspection/Inspector/Function', [
      ...running('Inspection/Inspector'),
      `s3:GetObject on ${files}:arrivals/*`,
      `s3:ListBucket on ${files}`,
      ...['accepted', 'refused'].flatMap((folder) => [
        `s3:GetObject on ${files}:${folder}/*`,
        `s3:PutObject on ${files}:${folder}/* when ${enforced}`,
      ]),
      'kms:Decrypt, kms:GenerateDataKey on Store/Files/Key',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Inspection/Failures/Queue',
    ]);
    expect(access).not.toAllow('Inspection/Inspector/Function', 's3:PutObject', `${files}:arrivals/a/b/c.pdf`);
  });

  test('helpers, releases and access logs may do their one thing', () => {
    expect(access).toGrantExactly('BucketNotificationsHandler050a0587b7544547bf325f094a3db834', [
      `s3:PutBucketNotification on ${files}`,
    ]);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', files));
    for (const name of ['Uploads', 'Outcomes'])
      expect(access).toGrantExactly(`Transfer/${name}/Release/Group`, deploying);
    expect(access).toGrantExactly('Transfer/Api/AccessLogs/Role', apiLogs('AccessLogs/Bucket'));
  });

  test('another account gets what was accepted and nothing else, where it is named and its own policies let it [storage-policy-cross-account]', () => {
    const shared = accessOf('secure-upload-exchange', { variant: ['shared-exchange'] });
    const may = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' }] };
    const fetcher = (policies: object[], account = '111122223333') => ({
      principal: `arn:aws:iam::${account}:role/Fetcher`,
      policies: policies as never[],
    });
    const file = (folder: string) => `${files}:${folder}/a/b/c.pdf`;
    const overTls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
    expect(shared).toAllow(fetcher([may]), 's3:GetObject', file('accepted'), overTls);
    expect(shared).not.toAllow(fetcher([]), 's3:GetObject', file('accepted'), overTls);
    expect(shared).not.toAllow(fetcher([may]), 's3:GetObject', file('arrivals'), overTls);
    expect(shared).not.toAllow(fetcher([may]), 's3:PutObject', file('accepted'), overTls);
    expect(shared).not.toAllow(fetcher([may], '999988887777'), 's3:GetObject', file('accepted'), overTls);
    expect(access).not.toAllow(fetcher([may]), 's3:GetObject', file('accepted'), overTls);
  });
});

describe('vpc-document-service', () => {
  const access = modelOf('vpc-document-service');
  const subnets = [1, 2].map((zone) => `Place/Network/Vpc/applicationSubnet${zone}`);
  const point = 'elasticfilesystem:AccessPointArn is Files/Files/AccessPoint';
  const mounting = `elasticfilesystem:ClientMount on Files/Files when ${point} and not (elasticfilesystem:AccessPointArn is absent)`;
  const writing = `elasticfilesystem:ClientWrite on Files/Files when ${point}`;

  test('a function keeps files and names, another only reads both [storage-efs-lambda]', () => {
    const function_ = (name: string, ...own: readonly string[]) => [
      ...own,
      ...running(`Functions/${name}`),
      ...standingBehind('Functions/Group', ...subnets),
    ];
    expect(access).toGrantExactly(
      'Functions/Keep/Function',
      function_('Keep', mounting, writing, 'dynamodb:PutItem on Index/Table'),
    );
    expect(access).toGrantExactly(
      'Functions/Look/Function',
      function_('Look', mounting, 'dynamodb:GetItem, dynamodb:Query on Index/Table'),
    );
  });

  test('nobody mounts without TLS or past the access point, and nobody is root [storage-efs-encrypted]', () => {
    const [keep, files] = ['Functions/Keep/Function', 'Files/Files'];
    const through = { 'elasticfilesystem:AccessPointArn': 'Files/Files/AccessPoint', 'aws:SecureTransport': 'true' };
    expect(access).toAllow(keep, 'elasticfilesystem:ClientWrite', files, through);
    expect(access).not.toAllow(keep, 'elasticfilesystem:ClientWrite', files, {
      ...through,
      'aws:SecureTransport': 'false',
    });
    expect(access).not.toAllow(keep, 'elasticfilesystem:ClientMount', files, {
      ...through,
      'elasticfilesystem:AccessPointArn': null,
    });
    expect(access).not.toAllow(keep, 'elasticfilesystem:ClientRootAccess', files, through);
    expect(access).not.toAllow('Functions/Look/Function', 'elasticfilesystem:ClientWrite', files, through);
  });

  test('who asks from inside has no rights at all, and the helpers do their one thing', () => {
    const visiting = (path: string) => [...running(path), ...standingBehind('Clients', ...subnets)];
    expect(access).toGrantExactly('Visitor/Ask/Function', visiting('Visitor/Ask'));
    expect(access).toGrantExactly('Visitor/Probe/Probe/Function', visiting('Visitor/Probe/Probe'));
    expect(access).toGrantExactly('Place/Network/FlowLogs/FlowLog/FlowLog', flowLogsOf('Place/Network'));
    expect(access).toGrantExactly(closer, closing('Place/Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket'));
  });
});

describe('signed-media-library', () => {
  const access = modelOf('signed-media-library');
  const issue = 'Issuer/Issue/Handler/Function';

  test('who signs may read the secret of the key that signs and that of the guard, and has no right to the media [edge-cookie-issuer, edge-signing-key-custody]', () => {
    expect(access).toGrantExactly(issue, [
      ...running('Issuer/Issue/Handler'),
      'secretsmanager:GetSecretValue on Keys/First/Secret',
      'secretsmanager:GetSecretValue on Library/Guard/Secret1',
    ]);
    expect(access).not.toAllow(issue, 's3:GetObject', 'Library/Media/Bucket:media/film.mp4');
    const next = accessOf('signed-media-library', { variant: ['next-key-signs'] });
    expect(next).not.toAllow(issue, 'secretsmanager:GetSecretValue', 'Keys/First/Secret');
    expect(next).toAllow(issue, 'secretsmanager:GetSecretValue', 'Keys/Second/Secret');
  });

  test('who makes keys may put them into their secrets, and nobody else may read those [edge-signing-key-custody]', () => {
    expect(access).toGrantExactly('KeyMaker/Maker/Function', [
      ...running('KeyMaker/Maker'),
      'secretsmanager:GetSecretValue, secretsmanager:PutSecretValue on Keys/First/Secret',
    ]);
    const readers = access
      .principals()
      .map(({ display }) => display)
      .filter((one) => access.can(one, 'secretsmanager:GetSecretValue', 'Keys/First/Secret').verdict !== 'denied');
    expect(readers.sort()).toEqual(['Issuer/Issue/Handler/Role', 'KeyMaker/Maker/Role']);
  });

  test('the release moves its alias, and the helper empties the buckets', () => {
    expect(access).toGrantExactly('Issuer/Issue/Release/Group', deploying);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'Library/Media/Bucket'));
  });
});

describe('offloaded-media-site', () => {
  const access = modelOf('offloaded-media-site');

  test('what makes pages may write its log, and nothing of what they show [storage-media-offload]', () => {
    expect(access).toGrantExactly('Pages/Make/Handler/Function', running('Pages/Make/Handler'));
  });

  test('the release puts the page into its bucket and into no other, and the helpers do their one thing', () => {
    expect(access).toGrantExactly('ReleaseHelper/Role', [
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on Maintenance/Page/Bucket',
      's3:DeleteObject, s3:PutObject on Maintenance/Page/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on Site/Edge/Distribution',
    ]);
    expect(access).toGrantExactly('Pages/Make/Release/Group', deploying);
    expect(access).toGrantExactly(
      emptier,
      emptying('AccessLogs/Bucket', 'Maintenance/Page/Bucket', 'Site/Media/Bucket', 'Archive/Pictures/Bucket'),
    );
  });
});

describe('sensitive-form-intake', () => {
  const access = modelOf('sensitive-form-intake');
  const [take, assess] = ['Intake/Take/Handler', 'Assessor/Assess'];
  const secret = 'FirstKey/Secret';

  test('who takes forms keeps them and tells of them, and reads no key [edge-field-decryption]', () => {
    expect(access).toGrantExactly(`${take}/Function`, [
      ...running(take),
      'secretsmanager:DescribeSecret, secretsmanager:GetSecretValue on FrontDoor/Guard/Secret1',
      'dynamodb:GetItem, dynamodb:PutItem on Forms/Table/Table',
    ]);
    expect(access).not.toAllow(`${take}/Function`, 'secretsmanager:GetSecretValue', secret);
    expect(access).toGrantExactly('Intake/Take/Release/Group', deploying);
  });

  test('who reads the fields has the key, hears of new forms and notes something of them; it takes none [edge-field-decryption]', () => {
    expect(access).toGrantExactly(`${assess}/Function`, [
      ...running(assess),
      `secretsmanager:GetSecretValue on ${secret}`,
      'dynamodb:UpdateItem on Forms/Table/Table',
      'dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator on Forms/Table/Table:stream/<Forms/Table/Table.stream>',
      'sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on Assessor/Failures/Queue',
    ]);
    expect(access).not.toAllow(`${assess}/Function`, 'dynamodb:PutItem', 'Forms/Table/Table');
  });

  test('of all there is, that one alone reads the key, besides the function that makes it [edge-field-decryption, edge-signing-key-custody]', () => {
    expect(access).toGrantExactly('KeyMaker/Maker/Function', [
      ...running('KeyMaker/Maker'),
      `secretsmanager:GetSecretValue, secretsmanager:PutSecretValue on ${secret}`,
    ]);
    const readers = access
      .principals()
      .map(({ display }) => display)
      .filter((one) => access.can(one, 'secretsmanager:GetSecretValue', secret).verdict !== 'denied');
    expect(readers.sort()).toEqual(['Assessor/Assess/Role', 'KeyMaker/Maker/Role']);
  });

  test('the release puts the page there, and the helper empties the buckets', () => {
    expect(access).toGrantExactly('Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB', [
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on FrontDoor/Page/Bucket',
      's3:DeleteObject, s3:PutObject on FrontDoor/Page/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on FrontDoor/Edge/Distribution',
    ]);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', 'FrontDoor/Page/Bucket'));
  });
});

describe('personalised-edge', () => {
  const access = modelOf('personalised-edge');
  const files = ['Site/Pages/Bucket', 'Site/Archive/Bucket', 'Site/MemberFiles/Bucket'];

  test.each(['ChooseDevice', 'ChooseCountry', 'MoveOrigin', 'ChooseTenant'])(
    '%s may write its logs wherever CloudFront runs it, and nothing else [edge-lambda-at-edge]',
    (path) => {
      expect(access).toGrantExactly(`${path}/Function`, [
        `logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on arn:aws:logs:*:<account>:log-group:<${path}/Logs>:*`,
      ]);
      for (const bucket of files)
        expect(access).not.toAllow(`${path}/Function`, 's3:GetObject', `${bucket}:a/index.html`);
    },
  );

  test('the same holds where the experiment runs there too', () => {
    const other = accessOf('personalised-edge', { variant: ['experiment-on-lambda'] });
    for (const path of ['ChooseVariant', 'KeepVariant'])
      expect(other).toGrantExactly(`${path}/Function`, [
        `logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on arn:aws:logs:*:<account>:log-group:<${path}/Logs>:*`,
      ]);
  });

  test('the helper empties the buckets', () => {
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', ...files));
  });
});

describe('managed-file-systems', () => {
  const access = modelOf('managed-file-systems');

  test('flow logs and the helpers of the CDK may do their one thing', () => {
    expect(access).toGrantExactly('Place/Network/FlowLogs/FlowLog/FlowLog', flowLogsOf('Place/Network'));
    expect(access).toGrantExactly(closer, closing('Place/Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('Place/AccessLogs/Bucket', 'Place/Data/Bucket'));
  });

  test('the machine that computes has no rights at all, whatever the bucket it sees holds', () => {
    const hpc = accessOf('managed-file-systems', { variant: ['files-hpc'] });
    expect(hpc).toGrantExactly('Hpc/Client', []);
  });
});

describe('application-evolution', () => {
  const access = modelOf('application-evolution');
  const [documents, summaries] = ['Upload/Documents', 'Process/Summaries'].map(
    (store) => `EventDriven/${store}/Objects/Bucket`,
  );
  const says = (source: string) => `events:PutEvents on EventDriven/Hub/Bus when events:source is evolution.${source}`;
  const failing = 'sqs:SendMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl on EventDriven/Hub/Failures/Queue';

  test.each<[string, readonly string[]]>([
    [
      'Upload/Desk/Handler',
      [`s3:GetObject, s3:PutObject on ${documents}:documents/*`, `s3:ListBucket on ${documents}`, says('upload')],
    ],
    ['Retry', [`s3:GetObject on ${documents}:documents/*`, `s3:ListBucket on ${documents}`, says('upload'), failing]],
    ['Manage/Worker', ['dynamodb:PutItem on EventDriven/Manage/Catalogue/Table', failing]],
    ['Manage/Desk/Handler', ['dynamodb:Query on EventDriven/Manage/Catalogue/Table']],
    ['Process/Worker', [`s3:PutObject on ${summaries}:summaries/*`, says('process'), failing]],
    ['Process/Desk/Handler', [`s3:GetObject on ${summaries}:summaries/*`, `s3:ListBucket on ${summaries}`]],
  ])(
    '%s may use its own store, speak under its own name, and nothing else [serverless-execution-role]',
    (path, grants) => {
      const role = `EventDriven/${path}`;
      expect(access).toGrantExactly(`${role}/Role`, [...grants, ...running(role)]);
    },
  );

  test('Firehose writes access logs, CodeDeploy moves aliases, and the helper empties the buckets', () => {
    expect(access).toGrantExactly('Api/AccessLogs/Role', apiLogs('AccessLogs/Bucket'));
    for (const name of ['Upload', 'Manage', 'Process'])
      expect(access).toGrantExactly(`EventDriven/${name}/Desk/Release/Group`, deploying);
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket', documents, summaries));
  });
});

describe('dns-routing-gallery', () => {
  test('the target writes its logs and traces, and reads its switch', () => {
    expect(modelOf('dns-routing-gallery')).toGrantExactly('Target/Function/Role', [
      ...running('Target/Function'),
      'ssm:GetParameter on Target/Switch',
    ]);
  });
});

describe('content-router', () => {
  const access = modelOf('content-router');

  test('services write down what they do, and may do nothing else, nor do the helpers', () => {
    for (const service of ['Pages', 'Blog', 'Orders', 'OrdersNext'])
      expect(access).toGrantExactly(`Services/${service}/Role`, running(`Services/${service}`));
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('AccessLogs/Bucket'));
  });

  test.each(['tls-bridged', 'tls-passed-through'])(
    '%s: a server may say how its boot ended and offer sessions',
    (variant) => {
      const arn = (service: string, rest: string) => `arn:aws:${service}:<region>:<account>:${rest}`;
      expect(accessOf('content-router', { variant: [variant] })).toGrantExactly('Reports/Server/Template', [
        `cloudformation:SignalResource on ${arn('cloudformation', 'stack/content-router/<stack id>')}`,
        `ssm:UpdateInstanceInformation on ${arn('ec2', 'instance/*')}`,
        'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
      ]);
    },
  );
});

describe('path-routed-front-door', () => {
  const access = modelOf('path-routed-front-door');
  const pages = [
    ...running('Entry/Pages/Function'),
    'secretsmanager:DescribeSecret, secretsmanager:GetSecretValue on Guard/Secret1',
  ];
  const asking = (what: string, where: string) => [
    `ec2:${what} on *`,
    `logs:CreateLogStream, logs:PutLogEvents on ${where}/Logs:*`,
  ];

  test('who makes pages knows the secret of the origin, who makes the feed does not, and neither reads media', () => {
    expect(access).toGrantExactly('Entry/Pages/Function/Role', pages);
    expect(access).toGrantExactly('Feed/Function/Role', running('Feed/Function'));
  });

  test('who asks for the addresses of CloudFront does nothing else, nor do the helpers', () => {
    expect(access).toGrantExactly('Guard/Role', asking('DescribeManagedPrefixLists', 'Guard'));
    expect(access).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', flowLogs);
    expect(access).toGrantExactly(closer, closing('Network/Vpc'));
    expect(access).toGrantExactly(emptier, emptying('EdgeLogs/Bucket', 'Media/Bucket', 'Entry/AccessLogs/Bucket'));
  });

  test('inside the network another group is asked for, and pages may do the same', () => {
    const inside = accessOf('path-routed-front-door', { variant: ['vpc-origin'] });
    expect(inside).toGrantExactly('Entry/Pages/Function/Role', pages);
    expect(inside).toGrantExactly('Entry/Inside/Role', asking('DescribeSecurityGroups', 'Entry/Inside'));
  });
});

describe('two-region-front-door', () => {
  const access = modelOf('two-region-front-door');
  const name = 'two-region-front-door';

  describe.each([
    ['home', 'eu-west-1', 'Notes/Table'],
    ['away', 'us-east-1', 'arn:aws:dynamodb:us-east-1:<account>:table/<Notes/Table>'],
  ])('%s', (part, region, notes) => {
    const at = (path: string) => `${name}-${part}/${path}`;
    const inRegion = (grants: readonly string[]) => grants.map((grant) => grant.replaceAll('<region>', region));
    const subnets = [1, 2].map((zone) => at(`Site/Network/Vpc/applicationSubnet${zone}`));
    const working = (path: string) => inRegion([...running(path), ...standing(path, ...subnets)]);

    test('what shows the board reads notes of this Region and keeps answers here, what keeps notes only adds them', () => {
      const board = at('Site/Functions/Board/Handler');
      expect(access).toGrantExactly(`${board}/Role`, [
        ...working(board),
        `dynamodb:Query on ${notes}`,
        `dynamodb:GetItem, dynamodb:PutItem on ${at('Site/Kept/Table')}`,
      ]);
      const keep = at('Site/Functions/Keep');
      expect(access).toGrantExactly(`${keep}/Role`, [
        ...working(keep),
        `dynamodb:PutItem on ${notes}`,
        'sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:GetQueueUrl, sqs:DeleteMessage, sqs:GetQueueAttributes on ' +
          at('Site/Functions/Notes/Queue'),
      ]);
    });

    test('the entry may hand in notes, and nothing else; who helps does one thing', () => {
      expect(access).toGrantExactly(at('Site/Entry/Api/POSTNotes/Role'), [
        `sqs:SendMessage on ${at('Site/Functions/Notes/Queue')}`,
      ]);
      expect(access).toGrantExactly(at('Site/Entry/Api/AccessLogs/Role'), apiLogs(at('Site/Entry/Logs/Bucket')));
      expect(access).toGrantExactly(at('Site/Functions/Board/Release/Group/ServiceRole'), deploying);
      expect(access).toGrantExactly(at('Site/Network/FlowLogs/Role'), flowLogsOf(at('Site/Network')));
      expect(access).toGrantExactly(
        at('Custom::VpcRestrictDefaultSGCustomResourceProvider/Role'),
        inRegion(closing(at('Site/Network/Vpc'))),
      );
      expect(access).toGrantExactly(
        at('Custom::S3AutoDeleteObjectsCustomResourceProvider/Role'),
        emptying(at('Site/Entry/Logs/Bucket')),
      );
    });
  });

  test('above both only the helpers may do something, with the page', () => {
    expect(access).toGrantExactly('ReleaseHelper/Role', [
      'logs:CreateLogStream, logs:PutLogEvents on ReleaseHelper/Logs:*',
      's3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-<account>-<region>/*',
      's3:ListBucket on Door/Pages/Bucket',
      's3:DeleteObject, s3:PutObject on Door/Pages/Bucket:*',
      'cloudfront:CreateInvalidation, cloudfront:GetInvalidation on Door/Edge/Distribution',
    ]);
    expect(access).toGrantExactly(
      `${name}/Custom::S3AutoDeleteObjectsCustomResourceProvider/Role`,
      emptying('Door/Pages/Bucket', 'Logs/Bucket'),
    );
  });
});

describe('live-settings', () => {
  const access = modelOf('live-settings');
  const key = 'secretsmanager:DescribeSecret, secretsmanager:GetSecretValue on SigningKey/Secret';

  test('what makes offers reads its parameters, its flags and the key, and changes none of them', () => {
    expect(access).toGrantExactly('Offers/Quote/Handler/Function', [
      ...running('Offers/Quote/Handler'),
      key,
      'ssm:GetParametersByPath on arn:aws:ssm:<region>:<account>:parameter/live-settings/settings',
      'appconfig:GetLatestConfiguration, appconfig:StartConfigurationSession on Flags/Application:environment/<Flags/Environment>/configuration/<Flags/Profile>',
    ]);
  });

  test('what takes offers reads the key and nothing else', () => {
    expect(access).toGrantExactly('Offers/Accept/Handler/Function', [...running('Offers/Accept/Handler'), key]);
  });

  test('AppConfig sees alarms and sets none, and what releases functions moves their aliases', () => {
    expect(access).toGrantExactly('Flags/Watcher', ['cloudwatch:DescribeAlarms on *']);
    expect(access).not.toAllow('Flags/Watcher', 'cloudwatch:SetAlarmState', 'Offers/Failing');
    for (const part of ['Quote', 'Accept']) expect(access).toGrantExactly(`Offers/${part}/Release/Group`, deploying);
  });
});

// Last, because it asks what the tests above have stated.
describe.each(catalogue)('$name', ({ name }) => {
  test('has everything that any of its roles may do stated above, whoever acts through it', () => {
    const stated = statedIn(modelOf(name));
    const roles = (['sandbox', 'production'] as const).flatMap((profile) => modelOf(name, profile).principals());
    const unstated = roles.map(({ display }) => display).filter((role) => !stated.includes(role));
    expect([...new Set(unstated)]).toEqual([]);
  });

  test('gives a role in production nothing it has not in the sandbox', () => {
    const [sandbox, production] = [modelOf(name), modelOf(name, 'production')];
    for (const { display } of production.principals()) {
      const known = grantLines(sandbox, display).map(({ line }) => line);
      const surplus = grantLines(production, display).filter(({ line }) => !known.includes(line));
      expect([display, ...surplus]).toEqual([display]);
    }
  });
});
