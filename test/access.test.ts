import { accessOf } from './support/access';

/** What every function of ours may do beside its own work: write its own log and send traces. */
const running = (path: string) => [
  `logs:CreateLogStream, logs:PutLogEvents on ${path}/Logs:*`,
  'xray:PutTelemetryRecords, xray:PutTraceSegments on *',
];

describe('three-tier-web', () => {
  const access = accessOf('three-tier-web');

  test('a server may say how its boot ended and offer sessions', () => {
    expect(access).toGrantExactly('WebServer/Template', [
      'cloudformation:SignalResource on arn:aws:cloudformation:<region>:<account>:stack/three-tier-web/<stack id>',
      'ssm:UpdateInstanceInformation on arn:aws:ec2:<region>:<account>:instance/*',
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel on *',
    ]);
  });

  test('a server may not read the access logs, any parameter or any secret', () => {
    expect(access).not.toAllow('WebServer/Template', 's3:GetObject', 'AccessLogs/Bucket:entry/log.gz');
    expect(access).not.toAllow(
      'WebServer/Template',
      'ssm:GetParameter',
      'arn:aws:ssm:eu-west-1:111122223333:parameter/x',
    );
    expect(access).not.toAllow('WebServer/Template', 'iam:PassRole', 'WebServer/Role');
  });
});

describe('three-tier-network', () => {
  test('flow logs may be written to their own group and nowhere else', () => {
    expect(accessOf('three-tier-network')).toGrantExactly('Network/FlowLogs/FlowLog/FlowLog', [
      'logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents on Network/FlowLogs/Logs:*',
    ]);
  });
});

describe('video-job-fanout', () => {
  const access = accessOf('video-job-fanout');
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
});

describe('orders-api', () => {
  const access = accessOf('orders-api');

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

  test('access logs may be written below api/ only', () => {
    expect(access).toGrantExactly('Api/AccessLogs/Stream', [
      's3:AbortMultipartUpload, s3:PutObject on AccessLogs/Bucket:api/*',
      's3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads on AccessLogs/Bucket',
    ]);
    expect(access).not.toAllow('Api/AccessLogs/Stream', 's3:PutObject', 'AccessLogs/Bucket:documents/x');
  });
});
