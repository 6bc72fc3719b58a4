import { check, checks, stale } from '../../../tools/access/checks';
import { documentedDeputies, exemptDeputies, serviceName } from '../../../tools/access/checks/deputies';
import { arn, deny, document, join, modelOf, own, ref, resource, role, statement } from './templates';
import type { Resource } from '../../../tools/template/stack';

/** What one check says of resources. */
const said = (name: string, resources: Readonly<Record<string, Resource>>): string[] =>
  check(modelOf(resources))
    .filter((finding) => finding.check === name)
    .map(({ at, says }) => `${at}: ${says}`);
const trusting = (...statements: readonly object[]) =>
  resource('AWS::IAM::Role', { AssumeRolePolicyDocument: document(...(statements as never[])) });
const trust = (Principal: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal,
  ...(Condition && { Condition }),
});
const bucketWith = (...statements: readonly object[]) => ({
  Bucket: resource('AWS::S3::Bucket'),
  Policy: resource('AWS::S3::BucketPolicy', {
    Bucket: ref('Bucket'),
    PolicyDocument: document(...(statements as never[])),
  }),
});

test('a clean template has no findings, and each check says what it promises', () => {
  const clean = modelOf({
    Table: resource('AWS::DynamoDB::Table'),
    Role: role([statement('dynamodb:GetItem', arn('Table')), statement('xray:Put*', '*')]),
    ...bucketWith(
      deny('s3:*', [arn('Bucket'), own('Bucket')], {
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ),
  });
  expect(check(clean)).toEqual([]);
  expect(checks.map(({ promise }) => promise.length > 20)).not.toContain(false);
});

describe('actions-exist', () => {
  test.each([
    ['s3:GetObjekt', /^R: s3 has no action GetObjekt as of \d{4}-\d\d-\d\d; did you mean GetObject\?$/],
    ['s4:GetObject', /^R: s4:GetObject: there is no service s4$/],
    ['s3:Fetch*', /^R: s3:Fetch\* covers no action of s3 as of/],
    ['GetObject', /^R: GetObject is no action; write service:Action$/],
    ['s3:', /^R: s3: is no action; write service:Action$/],
  ])('fails when an action is %s', (action, says) => {
    expect(said('actions-exist', { R: role([statement(action, 'arn:aws:s3:::b/*')]) })).toEqual([
      expect.stringMatching(says),
    ]);
  });

  test.each(['s3:GetObject', 'S3:getobject', 's3:Get*', 's3:*', '*', 's3:GetObject?cl'])('%s is fine', (action) => {
    expect(said('actions-exist', { R: role([statement(action, 'arn:aws:s3:::b/*')]) })).toEqual([]);
  });

  test('looks into policies of resources, trust policies and endpoints too', () => {
    expect(
      said('actions-exist', {
        ...bucketWith(statement('s3:Nope', own('Bucket'), { Principal: { AWS: '111122223333' } })),
        Trust: trusting({ ...trust({ Service: 'lambda.amazonaws.com' }), Action: 'sts:Assume' }),
        Endpoint: resource('AWS::EC2::VPCEndpoint', {
          PolicyDocument: document(statement('s3:Nay', '*', { Principal: '*' })),
        }),
      }).map((finding) => finding.split(':')[0]),
    ).toEqual(['Policy', 'Trust', 'Endpoint']);
  });
});

describe('no-wildcard-resource', () => {
  test('a tag that a resource must have names it, unless what has none is let in too', () => {
    const tagged = (operator: string) =>
      said('no-wildcard-resource', {
        R: role([
          statement('sqs:SendMessage', 'arn:aws:sqs:*:*:*', {
            Condition: { [operator]: { 'aws:ResourceTag/team': 'a' } },
          }),
        ]),
      });
    expect(tagged('StringEquals')).toEqual([]);
    for (const operator of ['StringEqualsIfExists', 'StringNotEquals', 'StringLike'])
      expect(tagged(operator)).toEqual(['R: sqs:SendMessage on arn:aws:sqs:*:*:*; name the resources']);
  });

  test('fails when an action that takes resources is allowed on all', () => {
    expect(
      said('no-wildcard-resource', { R: role([statement(['s3:GetObject', 'xray:PutTraceSegments'], '*')]) }),
    ).toEqual(['R: s3:GetObject on *; name the resources']);
    expect(said('no-wildcard-resource', { R: role([statement('sqs:SendMessage', 'arn:aws:sqs:*:*:*')]) })).toEqual([
      'R: sqs:SendMessage on arn:aws:sqs:*:*:*; name the resources',
    ]);
    expect(said('no-wildcard-resource', { R: role([statement('*', '*')]) })).toEqual(['R: * on *; name the resources']);
  });

  test('fails when a policy of AWS does so', () => {
    const arnOf = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    expect(said('no-wildcard-resource', { R: role([], { ManagedPolicyArns: [arnOf] }) })).toEqual([
      'R: service-role/AWSLambdaBasicExecutionRole: logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on *; name the resources',
    ]);
  });

  test('actions that take no resource, denials, and policies of resources may say *', () => {
    expect(
      said('no-wildcard-resource', {
        R: role([statement(['xray:Put*', 'ec2:DescribeInstances'], '*'), deny('s3:*', '*')]),
        Key: resource('AWS::KMS::Key', {
          KeyPolicy: document(statement('kms:*', '*', { Principal: { AWS: '111122223333' } })),
        }),
      }),
    ).toEqual([]);
  });
});

describe('actions-take-resources', () => {
  const grant = (action: unknown, ...resources: unknown[]) =>
    said('actions-take-resources', { Bucket: resource('AWS::S3::Bucket'), R: role([statement(action, resources)]) });

  test('fails when an object action stands on a bucket, or a bucket action on objects', () => {
    expect(grant('s3:GetObject', arn('Bucket'))).toEqual([
      'R: s3:GetObject is not done to Bucket; it takes accesspoint/<AccessPointName>/object/<ObjectName>, <BucketName>/<ObjectName>',
    ]);
    expect(grant('s3:ListBucket', own('Bucket'))).toEqual([
      expect.stringContaining('R: s3:ListBucket is not done to Bucket:*; it takes'),
    ]);
  });

  test('one of several resources is enough, and unknown ones may be right', () => {
    expect(grant(['s3:GetObject', 's3:ListBucket', 's3:Get*'], arn('Bucket'), own('Bucket'))).toEqual([]);
    expect(grant('s3:GetObject', ref('Parameter'))).toEqual([]);
    expect(grant('s3:GetObject', '*')).toEqual([]);
  });
});

describe('no-public-grant', () => {
  const open = (Condition?: object) =>
    said(
      'no-public-grant',
      bucketWith(statement('s3:GetObject', own('Bucket'), { Principal: '*', ...(Condition && { Condition }) })),
    );
  const finding = [
    'Policy: lets everyone in; name the principals, or narrow them by account, organisation, source or network',
  ];

  test.each([
    [undefined],
    [{ Bool: { 'aws:SecureTransport': 'true' } }],
    [{ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }],
    [{ StringLike: { 'aws:PrincipalOrgID': '*' } }],
  ])('fails when everyone is let in under %j', (condition) => {
    expect(open(condition)).toEqual(finding);
  });

  test.each([
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
    [{ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } }],
  ])('%j narrows who that is', (condition) => {
    expect(open(condition)).toEqual([]);
  });

  test('an endpoint serves whoever is in the network, so it may say *', () => {
    const Endpoint = resource('AWS::EC2::VPCEndpoint', {
      PolicyDocument: document(statement('s3:GetObject', '*', { Principal: '*' })),
    });
    expect(said('no-public-grant', { Endpoint })).toEqual([]);
  });
});

describe('no-administration', () => {
  test.each([['iam:PassRole'], ['iam:CreateRole'], ['iam:TagRole'], ['iam:*'], ['iam:Put*'], ['*'], ['*:PassRole']])(
    'fails when a role may %s',
    (action) => {
      expect(said('no-administration', { R: role([statement(action, 'arn:aws:iam::111122223333:role/x')]) })).toEqual([
        `R: may change who may do what: ${action}; leave that to deployment roles`,
      ]);
    },
  );

  test('fails when a role may everything but something else', () => {
    const but = (action: string) => ({ Effect: 'Allow', NotAction: action, Resource: '*' });
    expect(said('no-administration', { R: role([but('s3:*')]) })).toHaveLength(1);
    expect(said('no-administration', { R: role([but('iam:*')]) })).toEqual([]);
  });

  test('handing a role it names to a service it names is not, as a job needs one; anything wider is', () => {
    const pass = (resource: string, condition?: object) =>
      statement('iam:PassRole', resource, condition && { Condition: condition });
    const to = (service: unknown, operator = 'StringEquals') => ({ [operator]: { 'iam:PassedToService': service } });
    const named = 'arn:aws:iam::111122223333:role/x';
    expect(said('no-administration', { R: role([pass(named, to('mediaconvert.amazonaws.com'))]) })).toEqual([]);
    for (const wider of [
      pass(named),
      pass('arn:aws:iam::111122223333:role/*', to('mediaconvert.amazonaws.com')),
      pass(named, to(['mediaconvert.amazonaws.com', 'ec2.amazonaws.com'])),
      pass(named, to('*.amazonaws.com', 'StringLike')),
    ])
      expect(said('no-administration', { R: role([wider]) })).toHaveLength(1);
  });

  test('reading IAM is not administering it', () => {
    expect(said('no-administration', { R: role([statement(['iam:GetRole', 'iam:List*'], '*')]) })).toEqual([]);
  });
});

describe('no-allow-except', () => {
  test.each([
    ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::b' }],
  ])('fails when %s allows', (element, given) => {
    expect(said('no-allow-except', { R: role([given]) })).toEqual([
      `R: allows with ${element}, which grants everything else; list what is allowed`,
    ]);
  });

  test('denials may', () => {
    expect(said('no-allow-except', { R: role([{ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }]) })).toEqual([]);
  });
});

test('no-group-principal fails when a policy names a group', () => {
  const group = 'arn:aws:iam::111122223333:group/Readers';
  expect(
    said('no-group-principal', bucketWith(statement('s3:GetObject', own('Bucket'), { Principal: { AWS: group } }))),
  ).toEqual([`Policy: names the group ${group}; name its users, or a role`]);
});

describe('trust-names-principal', () => {
  test.each([['*'], [{ AWS: '*' }], [{ AWS: ['111122223333', '*'] }]])('fails when %j is trusted', (principal) => {
    expect(said('trust-names-principal', { R: trusting(trust(principal)) })).toEqual([
      'R: trusts everyone; name who may assume the role',
    ]);
  });
});

describe('trust-guards-deputies', () => {
  const of = (...statements: readonly object[]) => said('trust-guards-deputies', { R: trusting(...statements) });
  const ours = { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } };

  test('fails when a service that says for whom it acts is not held to it', () => {
    const states = trust({ Service: 'states.amazonaws.com' });
    expect(of(states)).toEqual([
      'R: trusts states.amazonaws.com whomever it acts for; add aws:SourceAccount, and aws:SourceArn where it can be named',
    ]);
    expect(of({ ...states, Condition: ours })).toEqual([]);
    expect(of({ ...states, Condition: { StringEqualsIfExists: ours.StringEquals } })).toHaveLength(1);
    expect(of(trust({ Service: join('logs.', ref('AWS::Region'), '.amazonaws.com') }))).toHaveLength(1);
  });

  test('services that say nothing of the kind are left alone, and those nobody looked at are reported', () => {
    expect(of(trust({ Service: 'ec2.amazonaws.com' }), trust({ Service: 'lambda.amazonaws.com' }))).toEqual([]);
    expect(of(trust({ Service: 'novel.amazonaws.com' }))).toEqual([
      'R: trusts novel.amazonaws.com, of which nobody has noted whether it says for whom it acts; add aws:SourceAccount, or note it in deputies.ts',
    ]);
  });

  test('fails when another account is trusted without an external id, an organisation or MFA', () => {
    const other = { AWS: 'arn:aws:iam::444455556666:root' };
    expect(of(trust(other))).toEqual([
      'R: trusts arn:aws:iam::444455556666:root of another account; add sts:ExternalId, aws:PrincipalOrgID or aws:MultiFactorAuthPresent',
    ]);
    expect(of(trust(other, { StringEquals: { 'sts:ExternalId': 'agreed' } }))).toEqual([]);
    expect(of(trust(other, { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }))).toEqual([]);
    expect(of(trust({ AWS: join('arn:aws:iam::', ref('AWS::AccountId'), ':root') }))).toEqual([]);
    expect(of(trust({ AWS: ref('WhoeverIsGiven') }))).toEqual([]);
  });

  test('fails when every token of a provider is trusted', () => {
    const web = (Condition?: object) => ({
      ...trust({ Federated: 'cognito-identity.amazonaws.com' }, Condition),
      Action: 'sts:AssumeRoleWithWebIdentity',
    });
    expect(of(web())).toEqual([
      'R: trusts every token of cognito-identity.amazonaws.com; add its audience and subject',
    ]);
    expect(of(web({ StringEquals: { 'cognito-identity.amazonaws.com:aud': 'pool' } }))).toEqual([]);
  });

  test('no service is both held to a source and exempt, and every exemption has its reason', () => {
    expect(Object.keys(exemptDeputies).filter((service) => documentedDeputies.has(service))).toEqual([]);
    expect(Object.values(exemptDeputies).map((reason) => reason.length > 30)).not.toContain(false);
    expect(serviceName('logs.eu-west-1.amazonaws.com')).toBe('logs');
    expect(serviceName('monitoring.rds.amazonaws.com')).toBe('monitoring.rds');
  });
});

describe('resources-guard-deputies', () => {
  const service = { Principal: { Service: 'sns.amazonaws.com' } };

  test('fails when a service is let in without a word on whose behalf', () => {
    expect(said('resources-guard-deputies', bucketWith(statement('s3:PutObject', own('Bucket'), service)))).toEqual([
      'Policy: lets sns.amazonaws.com in on behalf of anybody; add aws:SourceArn or aws:SourceAccount',
    ]);
    const invoke = { FunctionName: 'f', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' };
    expect(said('resources-guard-deputies', { P: resource('AWS::Lambda::Permission', invoke) })).toHaveLength(1);
  });

  test('a policy on several resources is found once', () => {
    const queues = {
      Queues: [ref('One'), ref('Two')],
      PolicyDocument: document(statement('sqs:SendMessage', '*', service)),
    };
    expect(
      said('resources-guard-deputies', {
        One: resource('AWS::SQS::Queue'),
        Two: resource('AWS::SQS::Queue'),
        Policy: resource('AWS::SQS::QueuePolicy', queues),
      }),
    ).toHaveLength(1);
  });

  test('a source or, for keys, an encryption context is enough', () => {
    const condition = (operator: string, key: string) => ({ ...service, Condition: { [operator]: { [key]: 'x' } } });
    expect(
      said('resources-guard-deputies', {
        ...bucketWith(statement('s3:PutObject', own('Bucket'), condition('StringEquals', 'aws:SourceAccount'))),
        Key: resource('AWS::KMS::Key', {
          KeyPolicy: document(
            statement('kms:Decrypt', '*', condition('ArnLike', 'kms:EncryptionContext:aws:logs:arn')),
          ),
        }),
      }),
    ).toEqual([]);
  });
});

test('known-operators fails when there is no such operator', () => {
  const condition = { StringMatches: { 'aws:username': 'ann' } };
  expect(said('known-operators', { R: role([statement('xray:Put*', '*', { Condition: condition })]) })).toEqual([
    'R: there is no condition operator StringMatches (on aws:username)',
  ]);
});

test('mfa-may-be-missing fails when a denial asks with plain Bool', () => {
  const without = (operator: string) => ({
    R: role([deny('*', '*', { Condition: { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } } })]),
  });
  expect(said('mfa-may-be-missing', without('Bool'))).toEqual([
    'R: lets requests signed with a long-term key through; write BoolIfExists',
  ]);
  expect(said('mfa-may-be-missing', without('BoolIfExists'))).toEqual([]);
});

describe('accepted findings', () => {
  const model = modelOf({ Admin: role([statement('iam:PassRole', 'arn:aws:iam::111122223333:role/x')]) });
  const accepted = { check: 'no-administration', at: 'Admin', reason: 'It deploys.' };

  test('are left out, by name or by the beginning of it', () => {
    expect(check(model)).toHaveLength(1);
    expect(check(model, [accepted])).toEqual([]);
    expect(check(model, [{ ...accepted, at: 'Ad*' }])).toEqual([]);
    expect(check(model, [{ ...accepted, check: 'no-public-grant' }])).toHaveLength(1);
  });

  test('that are found nowhere any more are named', () => {
    const gone = { ...accepted, at: 'Gone' };
    expect(stale([model], [accepted, gone])).toEqual([gone]);
  });
});
