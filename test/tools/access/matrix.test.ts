import { grantLines } from '../../../tools/access/matrix';
import { AccessModel } from '../../../tools/access/model';
import '../../support/access';
import { arn, deny, document, join, modelOf, own, ref, resource, role, statement, template } from './templates';

const account = join('arn:aws:iam::', ref('AWS::AccountId'), ':root');
const access = modelOf({
  Bucket: resource('AWS::S3::Bucket'),
  BucketPolicy: resource('AWS::S3::BucketPolicy', {
    Bucket: ref('Bucket'),
    PolicyDocument: document(
      deny('s3:*', [arn('Bucket'), own('Bucket')], {
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      statement('s3:DeleteObject*', [arn('Bucket'), own('Bucket')], { Principal: { AWS: arn('Role') } }),
      statement('s3:GetObject', own('Bucket'), { Principal: { AWS: arn('Other') } }),
    ),
  }),
  Table: resource('AWS::DynamoDB::Table'),
  Key: resource('AWS::KMS::Key', { KeyPolicy: document(statement('kms:*', '*', { Principal: { AWS: account } })) }),
  DeafKey: resource('AWS::KMS::Key', {
    KeyPolicy: document(statement('kms:*', '*', { Principal: { AWS: arn('Other') } })),
  }),
  Role: role([
    statement(['dynamodb:PutItem', 'dynamodb:GetItem'], [arn('Table'), join(arn('Table'), '/index/*')]),
    statement('s3:PutObject', join(arn('Bucket'), '/in/*')),
    deny('s3:*', join(arn('Bucket'), '/in/*')),
    statement('kms:Decrypt', [arn('Key'), arn('DeafKey')], { Condition: { StringEquals: { 'kms:ViaService': 's3' } } }),
    statement('xray:PutTraceSegments', '*'),
  ]),
  Other: role(),
  Function: resource('AWS::Lambda::Function', { Role: arn('Role') }),
});

describe('the matrix', () => {
  test('lists what a principal may do, by its own policies and those of resources, and where it is said', () => {
    expect(access.matrix('Function')).toEqual([
      {
        actions: ['dynamodb:PutItem', 'dynamodb:GetItem'],
        resource: 'Table',
        verdict: 'allowed',
        layer: 'identity policy',
        from: 'Role.Inline.Statement[0]',
      },
      {
        actions: ['kms:Decrypt'],
        resource: 'Key',
        when: 'kms:ViaService is s3',
        verdict: 'unknown',
        layer: 'identity policy',
        from: 'Role.Inline.Statement[3]',
      },
      {
        actions: ['xray:PutTraceSegments'],
        resource: '*',
        verdict: 'allowed',
        layer: 'identity policy',
        from: 'Role.Inline.Statement[4]',
      },
      {
        actions: ['s3:DeleteObject*'],
        resource: 'Bucket:*',
        // Some of the objects are denied by the role's own policy.
        verdict: 'unknown',
        layer: 'resource policy',
        from: 'BucketPolicy.Statement[1]',
      },
    ]);
  });

  test('leaves out what is denied, what a key does not let in, what names others, and what is no such resource', () => {
    const resources = access.matrix('Role').map((grant) => `${grant.actions.join()} ${grant.resource}`);
    expect(resources).not.toContain('s3:PutObject Bucket:in/*');
    expect(resources.filter((line) => line.includes('DeafKey'))).toEqual([]);
    expect(resources.filter((line) => line.includes('s3:GetObject'))).toEqual([]);
    expect(resources).not.toContain('s3:DeleteObject* Bucket');
    expect(resources).not.toContain('dynamodb:PutItem,dynamodb:GetItem Table:index/*');
  });

  test('leaves out what a boundary does not allow, part of a pattern being something', () => {
    const bounded = modelOf({
      Queue: resource('AWS::SQS::Queue'),
      Boundary: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(statement('sqs:SendMessage', '*')) }),
      Role: role([statement(['sqs:ReceiveMessage', 'sqs:SendMessage', 'sqs:Se*'], arn('Queue'))], {
        PermissionsBoundary: ref('Boundary'),
      }),
    });
    expect(grantLines(bounded, 'Role').map(({ line }) => line)).toEqual([
      'sqs:Se* on Queue',
      'sqs:SendMessage on Queue',
    ]);
  });

  test('lists what everyone may do as what this principal may', () => {
    const open = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Policy: resource('AWS::S3::BucketPolicy', {
        Bucket: ref('Bucket'),
        PolicyDocument: document(statement('s3:GetObject', own('Bucket'), { Principal: '*' })),
      }),
      Role: role(),
    });
    expect(open).toGrantExactly('Role', ['s3:GetObject on Bucket:*']);
  });

  const onlyFor = (Condition: object) =>
    modelOf({
      Queue: resource('AWS::SQS::Queue'),
      Policy: resource('AWS::SQS::QueuePolicy', {
        Queues: [ref('Queue')],
        PolicyDocument: document(statement('sqs:SendMessage', arn('Queue'), { Principal: '*', Condition })),
      }),
      Role: role(),
      // Might send by a policy of its own, which is no reason to list a grant that is for somebody else.
      Other: role([statement('sqs:*', arn('Queue'))]),
    });

  test.each(['ArnEquals', 'StringLike'])('lists for whom %s on the caller leaves of everyone', (operator) => {
    const access = onlyFor({ [operator]: { 'aws:PrincipalArn': [arn('Role')] } });
    expect(access.matrix('Role').map(({ layer }) => layer)).toEqual(['resource policy']);
    expect(access.matrix('Other').map(({ layer }) => layer)).toEqual(['identity policy']);
  });

  test.each([
    ['a pattern', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }],
    ['a negation', { ArnNotEquals: { 'aws:PrincipalArn': arn('Role') } }],
    ['another key', { ArnEquals: { 'aws:SourceArn': arn('Role') } }],
    ['a parameter', { ArnEquals: { 'aws:PrincipalArn': { 'Fn::ImportValue': 'Somebody' } } }],
  ])('lists for everybody what %s may leave of everyone', (_, condition) => {
    expect(
      onlyFor(condition)
        .matrix('Other')
        .map(({ layer }) => layer),
    ).toEqual(['identity policy', 'resource policy']);
  });

  test('lists a policy once that names its role while the role names it', () => {
    const both = modelOf({
      Queue: resource('AWS::SQS::Queue'),
      Policy: resource('AWS::IAM::ManagedPolicy', {
        Roles: [ref('Role')],
        PolicyDocument: document(statement('sqs:SendMessage', arn('Queue'))),
      }),
      Role: role([], { ManagedPolicyArns: [ref('Policy')] }),
    });
    expect(both.matrix('Role')).toHaveLength(1);
  });

  test('shows what nobody can know as such', () => {
    const elusive = modelOf({ Role: role([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Elusive'] }) });
    expect(elusive.matrix('Role')).toEqual([
      {
        actions: ['*'],
        resource: '*',
        when: 'the text of the managed policy Elusive is not known here; give it as an option',
        verdict: 'allowed',
        layer: 'identity policy',
        from: 'Role.Elusive',
      },
    ]);
  });

  test('names resources of other stacks like those of the own one', () => {
    const two = AccessModel.fromTemplates({
      data: template(
        { Table: resource('AWS::DynamoDB::Table') },
        { Outputs: { T: { Value: arn('Table'), Export: { Name: 't' } } } },
      ),
      app: template({ Role: role([statement('dynamodb:GetItem', { 'Fn::ImportValue': 't' })]) }),
    });
    expect(two).toGrantExactly('Role', ['dynamodb:GetItem on Table']);
  });
});

const failureOf = (assert: () => void): string => {
  try {
    assert();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it passed');
};

describe('expect(access)', () => {
  test('.toAllow passes for what is allowed only, and prints what decided', () => {
    expect(access).toAllow('Function', 'dynamodb:PutItem', 'Table');
    expect(failureOf(() => expect(access).toAllow('Function', 'dynamodb:Scan', 'Table'))).toBe(
      [
        'Wanted allowed, but it is denied: Function as Role may not do dynamodb:Scan on Table',
        '  no policy of the principal allows it',
        '  near: Role.Inline.Statement[0] allows dynamodb:PutItem, dynamodb:GetItem on Table, Table:index/*, but not this action',
      ].join('\n'),
    );
  });

  test('.not.toAllow passes for what is denied only, and prints what decided', () => {
    expect(access).not.toAllow('Function', 'dynamodb:Scan', 'Table');
    expect(failureOf(() => expect(access).not.toAllow('Function', 'dynamodb:PutItem', 'Table'))).toBe(
      [
        'Wanted denied, but it is allowed: Function as Role may do dynamodb:PutItem on Table',
        '  Role.Inline.Statement[0] (identity policy) allows dynamodb:PutItem, dynamodb:GetItem on Table, Table:index/*',
      ].join('\n'),
    );
  });

  test('what the templates do not tell fails both', () => {
    const unknown = 'it is unknown: Function as Role may or may not do kms:Decrypt on Key';
    expect(failureOf(() => expect(access).toAllow('Function', 'kms:Decrypt', 'Key'))).toContain(unknown);
    expect(failureOf(() => expect(access).not.toAllow('Function', 'kms:Decrypt', 'Key'))).toContain(
      [unknown, '  kms:ViaService is not known; give it in the context'].join('\n'),
    );
    expect(access).toAllow('Function', 'kms:Decrypt', 'Key', { 'kms:ViaService': 's3' });
    expect(access).not.toAllow('Function', 'kms:Decrypt', 'Key', { 'kms:ViaService': 'sqs' });
  });

  test('.toGrantExactly passes for the whole list only, and prints what differs', () => {
    expect(access).toGrantExactly('Function', [
      'dynamodb:GetItem, dynamodb:PutItem on Table',
      'kms:Decrypt on Key when kms:ViaService is s3',
      's3:DeleteObject* on Bucket:*',
      'xray:PutTraceSegments on *',
    ]);
    expect(
      failureOf(() => expect(access).toGrantExactly('Function', ['dynamodb:GetItem, dynamodb:Scan on stack/Table'])),
    ).toBe(
      [
        'Function has other permissions than listed.',
        '  not listed: dynamodb:PutItem on Table  (Role.Inline.Statement[0])',
        '  not listed: kms:Decrypt on Key when kms:ViaService is s3  (Role.Inline.Statement[3])',
        '  not listed: s3:DeleteObject* on Bucket:*  (BucketPolicy.Statement[1])',
        '  not listed: xray:PutTraceSegments on *  (Role.Inline.Statement[4])',
        '  not granted: dynamodb:Scan on Table',
      ].join('\n'),
    );
    expect(access).not.toGrantExactly('Function', []);
  });

  test('fails when a grant is written otherwise or names no resource', () => {
    expect(failureOf(() => expect(access).toGrantExactly('Role', ['s3:GetObject']))).toBe(
      's3:GetObject: write it as "service:Action on Resource"',
    );
    expect(failureOf(() => expect(access).toGrantExactly('Role', ['s3:GetObject on Buckets']))).toBe(
      'there is no resource Buckets; did you mean Bucket?',
    );
  });
});

describe('a grant that a denial may take away', () => {
  const through = (Condition: object) =>
    modelOf({
      Role: role([statement(['s3:GetObject', 's3:PutObject'], own('Bucket'))]),
      Bucket: resource('AWS::S3::Bucket'),
      Policy: resource('AWS::S3::BucketPolicy', {
        Bucket: ref('Bucket'),
        PolicyDocument: document(deny('s3:*', own('Bucket'), { Principal: '*', Condition })),
      }),
      Endpoint: resource('AWS::EC2::VPCEndpoint'),
    });

  test('says when it does not, as far as that is not known', () => {
    const named = { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Admin' };
    const locked = through({ StringNotEquals: { 'aws:SourceVpce': ref('Endpoint') }, ArnNotLike: named });
    expect(locked).toGrantExactly('Role', ['s3:GetObject, s3:PutObject on Bucket:* when aws:SourceVpce is <Endpoint>']);
    const abroad = through({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });
    expect(abroad).toGrantExactly('Role', [
      's3:GetObject, s3:PutObject on Bucket:* when not (aws:SourceIp is within 203.0.113.0/24)',
    ]);
    const either = through({ StringNotEquals: { 'aws:SourceVpce': ref('Endpoint'), 'aws:SourceVpc': 'vpc-1' } });
    expect(either).toGrantExactly('Role', [
      's3:GetObject, s3:PutObject on Bucket:* when aws:SourceVpce is <Endpoint> or aws:SourceVpc is vpc-1',
    ]);
  });

  test('and nothing of a denial that surely spares it', () => {
    const spared = through({ ArnNotLike: { 'aws:PrincipalArn': arn('Role') } });
    expect(spared).toGrantExactly('Role', ['s3:GetObject, s3:PutObject on Bucket:*']);
  });
});

test('what a policy says of whoever asks, it lets whoever asks do', () => {
  const homes = modelOf({
    Bucket: resource('AWS::S3::Bucket'),
    People: role([statement('s3:PutObject', join(arn('Bucket'), '/home/${cognito-identity.amazonaws.com:sub}/*'))]),
  });
  expect(homes.matrix('People')).toMatchObject([
    { resource: 'Bucket:home/${cognito-identity.amazonaws.com:sub}/*', verdict: 'allowed' },
  ]);
});
