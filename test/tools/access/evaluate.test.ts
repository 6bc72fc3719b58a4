import type { PrincipalInput } from '../../../tools/access/callers';
import { AccessModel } from '../../../tools/access/model';
import '../../support/access';
import { arn, deny, document, join, modelOf, own, ref, resource, role, statement, template } from './templates';

const bucketArn = 'arn:aws:s3:::photos';
const root = join('arn:aws:iam::', ref('AWS::AccountId'), ':root');
const policyOf = (bucket: string, ...statements: readonly object[]) =>
  resource('AWS::S3::BucketPolicy', { Bucket: ref(bucket), PolicyDocument: document(...(statements as never[])) });
const managed = (...statements: readonly object[]) =>
  resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(...(statements as never[])) });
const everything = statement('*', '*');

describe('the order', () => {
  const allow = statement('s3:GetObject', own('Bucket'));
  const refusal = deny('s3:GetObject', own('Bucket'));

  test.each([
    ['neither allowed nor denied', [], 'denied', 'implicit'],
    ['allowed', [allow], 'allowed', undefined],
    ['denied', [refusal], 'denied', 'explicit'],
    ['allowed and denied', [allow, refusal], 'denied', 'explicit'],
    ['denied and allowed', [refusal, allow], 'denied', 'explicit'],
  ] as const)('a request that is %s is %s [identity-eval-order]', (_, statements, verdict, denial) => {
    const access = modelOf({ Bucket: resource('AWS::S3::Bucket'), Role: role(statements) });
    const ruling = access.can('Role', 's3:GetObject', 'Bucket');
    expect([ruling.verdict, ruling.denial]).toEqual([verdict, denial]);
  });

  test('the deciding statement is named by logical id and index [identity-eval-order]', () => {
    const access = modelOf({ Bucket: resource('AWS::S3::Bucket'), Role: role([allow, refusal]) });
    expect(access.can('Role', 's3:GetObject', 'Bucket').explanation).toBe(
      [
        'denied: Role may not do s3:GetObject on Bucket:<object name>',
        '  Role.Inline.Statement[1] (identity policy) denies s3:GetObject on Bucket:*',
      ].join('\n'),
    );
  });

  test('a policy that names the account decides nothing of a bucket, and half of a key', () => {
    const byAccount = (action: string, target: unknown) => statement(action, target, { Principal: { AWS: root } });
    const access = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Policy: policyOf('Bucket', byAccount('s3:GetObject', own('Bucket'))),
      Key: resource('AWS::KMS::Key', { KeyPolicy: document(byAccount('kms:Decrypt', '*')) }),
      Role: role([allow, statement('kms:Decrypt', arn('Key'))]),
    });
    const deciding = (action: string, target: string) =>
      access.can('Role', action, target).statements.map(({ layer }) => layer);
    expect(deciding('s3:GetObject', 'Bucket')).toEqual(['identity policy']);
    expect(deciding('kms:Decrypt', 'Key')).toEqual(['resource policy', 'identity policy']);
  });

  test('only what could change the verdict is given as a reason for not knowing', () => {
    const hanging = (key: string) => ({ Condition: { StringEquals: { [key]: 'x' } } });
    const access = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Role: role([
        allow,
        statement('s3:GetObject', own('Bucket'), hanging('aws:needless')),
        deny('s3:GetObject', own('Bucket'), hanging('aws:needed')),
      ]),
    });
    expect(access.can('Role', 's3:GetObject', 'Bucket').because).toEqual([
      'aws:needed is not known; give it in the context',
    ]);
  });

  test('a changed policy meets sessions that already exist, because every request is decided anew [identity-live-permission-edit]', () => {
    const access = modelOf({ Bucket: resource('AWS::S3::Bucket'), Role: role([allow]) });
    const session = { principal: 'Role', sessionName: 'since-yesterday' };
    expect(access).toAllow(session, 's3:GetObject', 'Bucket');
    expect(access).not.toAllow({ ...session, policies: [document(refusal)] }, 's3:GetObject', 'Bucket');
  });

  test('sessions issued before a moment can be cut off', () => {
    const access = modelOf({ Bucket: resource('AWS::S3::Bucket'), Role: role([allow]) });
    const cut = deny('*', '*', { Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-11-21T12:00:00Z' } } });
    const revoked = { principal: 'Role', policies: [document(cut)] };
    const issued = (time: string) => ({ 'aws:TokenIssueTime': time });
    expect(access).not.toAllow(revoked, 's3:GetObject', 'Bucket', issued('2026-11-21T11:59:59Z'));
    expect(access).toAllow(revoked, 's3:GetObject', 'Bucket', issued('2026-11-21T12:00:01Z'));
  });
});

describe('groups', () => {
  const access = modelOf({
    Readers: resource('AWS::IAM::Group', { ManagedPolicyArns: [ref('Reading')] }),
    Reading: managed(statement('s3:*', '*')),
    Barred: resource('AWS::IAM::Group', {
      Policies: [{ PolicyName: 'NoS3', PolicyDocument: document(deny('s3:*', '*')) }],
    }),
    Watchers: resource('AWS::IAM::Group'),
    Watching: resource('AWS::IAM::Policy', {
      PolicyName: 'Watching',
      Groups: [ref('Watchers')],
      PolicyDocument: document(statement('ec2:DescribeInstances', '*')),
    }),
    Ann: resource('AWS::IAM::User', { Groups: [ref('Readers'), ref('Barred')] }),
    Bob: resource('AWS::IAM::User', { Groups: [ref('Readers')] }),
    AnnWatches: resource('AWS::IAM::UserToGroupAddition', { GroupName: ref('Watchers'), Users: [ref('Ann')] }),
    Bucket: resource('AWS::S3::Bucket'),
  });

  test('add their permissions up, and a deny in one counts against the others [identity-eval-groups-merge]', () => {
    expect(access).not.toAllow('Ann', 's3:GetObject', 'Bucket');
    expect(access).toAllow('Ann', 'ec2:DescribeInstances', '*');
    expect(access).toAllow('Bob', 's3:GetObject', 'Bucket');
    expect(access).not.toAllow('Bob', 'ec2:DescribeInstances', '*');
  });
});

describe('all but one bucket', () => {
  const except = (...resources: readonly string[]) =>
    modelOf({
      Other: resource('AWS::S3::Bucket'),
      CatPics: resource('AWS::S3::Bucket', { BucketName: 'catpics' }),
      Role: role([statement('s3:*', '*'), deny('s3:*', resources)]),
    });

  test('takes a denial of the bucket and of its objects [identity-eval-all-but-one-bucket]', () => {
    const access = except('arn:aws:s3:::catpics', 'arn:aws:s3:::catpics/*');
    expect(access).toAllow('Role', 's3:GetObject', 'Other');
    expect(access).toAllow('Role', 's3:ListBucket', 'Other');
    expect(access).not.toAllow('Role', 's3:GetObject', 'CatPics');
    expect(access).not.toAllow('Role', 's3:ListBucket', 'CatPics');
  });

  test('leaks objects when only the bucket is denied [identity-eval-all-but-one-bucket]', () => {
    const access = except('arn:aws:s3:::catpics');
    expect(access).not.toAllow('Role', 's3:ListBucket', 'CatPics');
    expect(access).toAllow('Role', 's3:GetObject', 'CatPics');
  });
});

describe('the policy of a resource', () => {
  test('is enough by itself within the account [identity-eval-resource-policy]', () => {
    const access = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Policy: policyOf('Bucket', statement('s3:GetObject', own('Bucket'), { Principal: { AWS: arn('Role') } })),
      Role: role(),
      Stranger: role(),
    });
    expect(access).toAllow('Role', 's3:GetObject', 'Bucket');
    expect(access.can('Role', 's3:GetObject', 'Bucket').layer).toBe('resource policy');
    expect(access).not.toAllow('Stranger', 's3:GetObject', 'Bucket');
    expect(access).not.toAllow('Role', 's3:PutObject', 'Bucket');
  });

  test('that names the account leaves it to IAM [identity-eval-resource-policy]', () => {
    const access = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Policy: policyOf('Bucket', statement('s3:GetObject', own('Bucket'), { Principal: { AWS: root } })),
      Role: role(),
    });
    expect(access).not.toAllow('Role', 's3:GetObject', 'Bucket');
  });

  const keyWith = (KeyPolicy: object | undefined, statements: readonly object[] = []) =>
    modelOf({
      Key: resource('AWS::KMS::Key', KeyPolicy === undefined ? {} : { KeyPolicy }),
      Role: role(statements as never[]),
    });
  const decrypt = statement('kms:Decrypt', arn('Key'));

  test('decides over a key: without the account in it no policy of IAM has an effect [identity-eval-resource-policy]', () => {
    const trusting = document(statement('kms:*', '*', { Principal: { AWS: root } }));
    const deaf = document(statement('kms:*', '*', { Principal: { AWS: 'arn:aws:iam::111122223333:role/Keeper' } }));
    expect(keyWith(trusting, [decrypt])).toAllow('Role', 'kms:Decrypt', 'Key');
    expect(keyWith(trusting)).not.toAllow('Role', 'kms:Decrypt', 'Key');
    expect(keyWith(deaf, [decrypt])).not.toAllow('Role', 'kms:Decrypt', 'Key');
    expect(keyWith(deaf, [decrypt]).can('Role', 'kms:Decrypt', 'Key').layer).toBe('resource policy');
  });

  test('of a key lets a role in by itself when it names the role', () => {
    const direct = document(statement('kms:Decrypt', '*', { Principal: { AWS: arn('Role') } }));
    expect(keyWith(direct)).toAllow('Role', 'kms:Decrypt', 'Key');
    expect(keyWith(direct)).not.toAllow('Role', 'kms:Encrypt', 'Key');
  });

  test('of a key that has none trusts the account', () => {
    expect(keyWith(undefined, [decrypt])).toAllow('Role', 'kms:Decrypt', 'Key');
    expect(keyWith(undefined)).not.toAllow('Role', 'kms:Decrypt', 'Key');
  });

  test('of a key outside the templates is not known, so neither is the verdict', () => {
    const access = keyWith(undefined, [statement('kms:Decrypt', '*')]);
    const ruling = access.can('Role', 'kms:Decrypt', 'arn:aws:kms:eu-west-1:111122223333:key/1');
    expect(ruling.verdict).toBe('unknown');
    expect(ruling.because).toEqual([
      'the policy of arn:aws:kms:eu-west-1:111122223333:key/1 is not in the templates, and kms:Decrypt needs it',
    ]);
  });
});

describe('who a resource policy names', () => {
  const user = 'arn:aws:iam::111122223333:user/ann';
  const sessionArn = 'arn:aws:sts::111122223333:assumed-role/Worker/today';
  const worker = 'arn:aws:iam::111122223333:role/Worker';
  const naming = (principal: string, ...more: readonly object[]) =>
    modelOf(
      {
        Bucket: resource('AWS::S3::Bucket'),
        Policy: policyOf(
          'Bucket',
          statement('s3:GetObject', own('Bucket'), { Principal: { AWS: principal } }),
          ...more,
        ),
      },
      { account: '111122223333' },
    );
  const nothing = document(statement('sqs:*', '*'));

  const caps = { boundary: { boundary: nothing }, 'session policy': { session: [nothing] } };
  test.each([
    ['a user', 'boundary', user, { principal: user }, 'allowed'],
    ['a user', 'session policy', user, { principal: user }, 'allowed'],
    ['a role session', 'boundary', sessionArn, { principal: sessionArn }, 'allowed'],
    ['a role session', 'session policy', sessionArn, { principal: sessionArn }, 'allowed'],
    ['a role', 'boundary', worker, { principal: sessionArn }, 'denied'],
    ['a role', 'session policy', worker, { principal: sessionArn }, 'denied'],
  ] as const)(
    '%s: a %s that does not allow leaves the grant %s [identity-eval-principal-kind]',
    (_, cap, named, input, verdict) => {
      const asked: PrincipalInput = { ...input, policies: [], ...caps[cap] };
      expect(naming(named).can(asked, 's3:GetObject', 'Bucket').verdict).toBe(verdict);
    },
  );

  test('an explicit deny in a boundary or a session policy counts whoever is named [identity-eval-principal-kind]', () => {
    const denying = document(deny('s3:*', '*'));
    for (const principal of [user, sessionArn]) {
      const access = naming(principal);
      expect(access).toAllow({ principal, policies: [] }, 's3:GetObject', 'Bucket');
      expect(access).not.toAllow({ principal, policies: [], boundary: denying }, 's3:GetObject', 'Bucket');
      expect(access).not.toAllow({ principal, policies: [], session: [denying] }, 's3:GetObject', 'Bucket');
    }
  });

  test('another session of the role is not the one that is named', () => {
    const other = { principal: worker, policies: [], sessionName: 'tomorrow' };
    expect(naming(sessionArn)).not.toAllow(other, 's3:GetObject', 'Bucket');
    expect(naming(sessionArn).can({ principal: worker, policies: [] }, 's3:GetObject', 'Bucket').verdict).toBe(
      'unknown',
    );
  });

  test('NotPrincipal spares whom it lists with the account, and never whom a boundary holds', () => {
    const all = statement('s3:*', '*');
    const spared = (...list: readonly string[]) =>
      naming('*', deny('s3:*', own('Bucket'), { NotPrincipal: { AWS: list } }));
    const account = 'arn:aws:iam::111122223333:root';
    const ann = { principal: user, policies: [document(all)] };
    expect(spared(user, account)).toAllow(ann, 's3:GetObject', 'Bucket');
    expect(spared(account)).not.toAllow(ann, 's3:GetObject', 'Bucket');
    expect(spared(user).can(ann, 's3:GetObject', 'Bucket').verdict).toBe('unknown');
    expect(spared(user, account)).not.toAllow({ ...ann, boundary: document(everything) }, 's3:GetObject', 'Bucket');
  });
});

describe('a permissions boundary', () => {
  const access = (identity: readonly object[], boundary: readonly object[]) =>
    modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Boundary: managed(...boundary),
      Role: role(identity as never[], { PermissionsBoundary: ref('Boundary') }),
    });
  const get = statement('s3:GetObject', '*');
  const all = statement('s3:*', '*');

  test.each([
    ['both', [get], [all], 'allowed', 'identity policy'],
    ['only the identity policy', [get], [statement('sqs:*', '*')], 'denied', 'permissions boundary'],
    ['only the boundary', [], [all], 'denied', 'identity policy'],
    ['both, and denied by the boundary', [get], [all, deny('s3:Get*', '*')], 'denied', 'permissions boundary'],
  ] as const)('what %s allow is %s [identity-eval-boundary]', (_, identity, boundary, verdict, layer) => {
    const ruling = access(identity, boundary).can('Role', 's3:GetObject', 'Bucket');
    expect([ruling.verdict, ruling.layer]).toEqual([verdict, layer]);
  });

  test('whose text is not known leaves the verdict open', () => {
    const model = modelOf({
      Bucket: resource('AWS::S3::Bucket'),
      Role: role([get], { PermissionsBoundary: 'arn:aws:iam::aws:policy/Elusive' }),
    });
    expect(model.can('Role', 's3:GetObject', 'Bucket').because).toEqual([
      'the text of the managed policy Elusive is not known here; give it as an option',
    ]);
  });
});

describe('a session policy', () => {
  const access = modelOf({
    Bucket: resource('AWS::S3::Bucket'),
    Role: role([statement(['s3:GetObject', 's3:PutObject'], own('Bucket'))]),
  });
  const within = (...statements: readonly object[]): PrincipalInput => ({
    principal: 'Role',
    session: [document(...(statements as never[]))],
  });

  test('shrinks the session to what both allow [identity-eval-session]', () => {
    const narrow = within(statement('s3:GetObject', '*'));
    expect(access).toAllow(narrow, 's3:GetObject', 'Bucket');
    expect(access).not.toAllow(narrow, 's3:PutObject', 'Bucket');
    expect(access.can(narrow, 's3:PutObject', 'Bucket').layer).toBe('session policy');
  });

  test('never adds to the role, however wide it is [identity-eval-session]', () => {
    expect(access).toAllow(within(everything), 's3:PutObject', 'Bucket');
    expect(access).not.toAllow(within(everything), 's3:DeleteObject', 'Bucket');
  });

  test('for one tenant keeps another out, although the role could [identity-eval-session]', () => {
    const tenant = within(statement('s3:*', join(arn('Bucket'), '/tenants/a/*')));
    expect(access).toAllow(tenant, 's3:GetObject', 'Bucket:tenants/a/x');
    expect(access).not.toAllow(tenant, 's3:GetObject', 'Bucket:tenants/b/x');
    expect(access).toAllow('Role', 's3:GetObject', 'Bucket:tenants/b/x');
  });
});

describe('service control policies', () => {
  const full = [document(everything)];
  const access = (levels: readonly (readonly ReturnType<typeof document>[])[], more: object = {}) =>
    modelOf(
      {
        Bucket: resource('AWS::S3::Bucket'),
        Admin: role([everything]),
        Nobody: role(),
      },
      { account: '111122223333', options: { serviceControlPolicies: levels, ...more } },
    );
  const noS3 = document(deny('s3:*', '*'));
  const s3AndEc2 = document(statement(['s3:*', 'ec2:*'], '*'));

  test('that deny meet every member, the root user too, and leave the rest alone [identity-eval-scp]', () => {
    const model = access([full, [...full, noS3]]);
    expect(model).not.toAllow('Admin', 's3:GetObject', 'Bucket');
    expect(model).not.toAllow('111122223333', 's3:GetObject', 'Bucket');
    expect(model).toAllow('Admin', 'ec2:DescribeInstances', '*');
  });

  test('grant nothing by themselves [identity-eval-scp]', () => {
    expect(access([full, full])).not.toAllow('Nobody', 's3:GetObject', 'Bucket');
    expect(access([full, full])).toAllow('Admin', 's3:GetObject', 'Bucket');
  });

  test('that list what is allowed keep everything else out [identity-eval-scp]', () => {
    const model = access([[s3AndEc2]]);
    expect(model).toAllow('Admin', 's3:GetObject', 'Bucket');
    expect(model).not.toAllow('Admin', 'lambda:ListFunctions', '*');
    expect(model).not.toAllow('Nobody', 's3:GetObject', 'Bucket');
  });

  test('must allow at every level from the root to the account [identity-eval-scp]', () => {
    expect(access([full, [s3AndEc2], full])).toAllow('Admin', 's3:GetObject', 'Bucket');
    expect(access([full, [document(statement('ec2:*', '*'))], full])).not.toAllow('Admin', 's3:GetObject', 'Bucket');
    expect(access([full, [], full])).not.toAllow('Admin', 's3:GetObject', 'Bucket');
  });

  test('reach neither the management account nor service-linked roles [identity-eval-scp]', () => {
    const levels = [full, [...full, noS3]];
    expect(access(levels, { managementAccount: '111122223333' })).toAllow('Admin', 's3:GetObject', 'Bucket');
    const linked = 'arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/Linked';
    const input = { principal: linked, policies: [document(everything)] };
    expect(access(levels)).toAllow(input, 's3:GetObject', 'Bucket');
    expect(access(levels)).not.toAllow(
      { ...input, principal: linked.replace('aws-service-role/', '') },
      's3:GetObject',
      'Bucket',
    );
  });

  test('may be written with NotAction and conditions, such as one region but for global services', () => {
    const here = deny('*', '*', {
      NotAction: ['iam:*'],
      Action: undefined,
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    });
    const model = access([[...full, document(here)]]);
    const inRegion = (region: string) => ({ 'aws:RequestedRegion': region });
    expect(model).toAllow('Admin', 's3:GetObject', 'Bucket', inRegion('eu-west-1'));
    expect(model).not.toAllow('Admin', 's3:GetObject', 'Bucket', inRegion('us-east-1'));
    expect(model).toAllow('Admin', 'iam:ListRoles', '*', inRegion('us-east-1'));
  });
});

describe('resource control policies', () => {
  const organisation = deny('s3:*', '*', {
    Principal: '*',
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-ours' } },
  });
  const access = modelOf(
    {
      Bucket: resource('AWS::S3::Bucket'),
      Policy: policyOf('Bucket', statement('s3:GetObject', own('Bucket'), { Principal: { AWS: '444455556666' } })),
      Role: role([everything]),
    },
    { account: '111122223333', options: { resourceControlPolicies: [document(organisation)] } },
  );
  const stranger = { principal: 'arn:aws:iam::444455556666:role/Reader', policies: [document(everything)] };

  test('cap what policies of resources give to others', () => {
    expect(access).not.toAllow(stranger, 's3:GetObject', 'Bucket', { 'aws:PrincipalOrgID': 'o-theirs' });
    expect(access).toAllow(stranger, 's3:GetObject', 'Bucket', { 'aws:PrincipalOrgID': 'o-ours' });
    expect(access).toAllow('Role', 's3:GetObject', 'Bucket', { 'aws:PrincipalOrgID': 'o-ours' });
  });

  test('reach only services that take them', () => {
    const deniesAll = document(deny('*', '*', { Principal: '*' }));
    const capped = modelOf({ Role: role([everything]) }, { options: { resourceControlPolicies: [deniesAll] } });
    expect(capped).not.toAllow('Role', 's3:ListAllMyBuckets', '*');
    expect(capped).toAllow('Role', 'ec2:DescribeInstances', '*');
  });
});

describe('all the layers', () => {
  const cap = (open: boolean) => document(open ? everything : statement('sqs:*', '*'));
  const decide = (serviceControl: boolean, boundary: boolean, identity: boolean) =>
    modelOf(
      { Bucket: resource('AWS::S3::Bucket'), Role: role([identity ? everything : statement('sqs:*', '*')]) },
      { account: '111122223333', options: { serviceControlPolicies: [[cap(serviceControl)]] } },
    ).can({ principal: 'Role', boundary: cap(boundary) }, 's3:GetObject', 'Bucket');

  test.each([
    [true, true, true, 'allowed', 'identity policy'],
    [true, true, false, 'denied', 'identity policy'],
    [true, false, true, 'denied', 'permissions boundary'],
    [true, false, false, 'denied', 'identity policy'],
    [false, true, true, 'denied', 'service control policy'],
    [false, true, false, 'denied', 'service control policy'],
    [false, false, true, 'denied', 'service control policy'],
    [false, false, false, 'denied', 'service control policy'],
  ] as const)(
    'organisation %s, boundary %s, identity %s: %s, decided by the %s [identity-eval-layers]',
    (serviceControl, boundary, identity, verdict, layer) => {
      const ruling = decide(serviceControl, boundary, identity);
      expect([ruling.verdict, ruling.layer]).toEqual([verdict, layer]);
    },
  );

  test('the explanation names the layer in words [identity-eval-layers]', () => {
    const said = [
      decide(false, true, true),
      decide(true, false, true),
      decide(true, true, false),
      decide(true, true, true),
    ];
    expect(said.map(({ explanation }) => explanation).join('\n')).toMatchInlineSnapshot(`
     "denied: Role may not do s3:GetObject on Bucket:<object name>
       the service control policies do not allow it at every level of the organisation
     denied: Role may not do s3:GetObject on Bucket:<object name>
       the permissions boundary does not allow it
     denied: Role may not do s3:GetObject on Bucket:<object name>
       no policy of the principal allows it
     allowed: Role may do s3:GetObject on Bucket:<object name>
       service control policy.Statement[0] (service control policy) allows * on *
       Role.Inline.Statement[0] (identity policy) allows * on *
       the question.boundary.Statement[0] (permissions boundary) allows * on *"
    `);
  });
});

describe('two accounts', () => {
  const reader = 'arn:aws:iam::444455556666:role/Reader';
  const grant = (principal: unknown) => statement('s3:GetObject', own('Bucket'), { Principal: principal });
  const owner = (...statements: readonly object[]) => ({
    name: 'owner',
    account: '111122223333',
    template: template({
      Bucket: resource('AWS::S3::Bucket', { BucketName: 'shared' }),
      Policy: policyOf('Bucket', ...statements),
    }),
  });
  const caller = (...statements: readonly object[]) => ({
    name: 'caller',
    account: '444455556666',
    template: template({ Reader: role(statements as never[], { RoleName: 'Reader' }) }),
  });
  const pair = (ours: readonly object[], theirs: readonly object[]) =>
    AccessModel.fromTemplates([owner(...ours), caller(...theirs)]);
  const may = statement('s3:GetObject', 'arn:aws:s3:::shared/*');

  test.each([
    ['neither side', [], [], 'denied'],
    ['the resource alone', [grant({ AWS: reader })], [], 'denied'],
    ['the identity alone', [], [may], 'denied'],
    ['both sides, by role', [grant({ AWS: reader })], [may], 'allowed'],
    ['both sides, by account', [grant({ AWS: '444455556666' })], [may], 'allowed'],
    ['both sides, by the root of the account', [grant({ AWS: 'arn:aws:iam::444455556666:root' })], [may], 'allowed'],
    ['both sides, by everyone', [grant('*')], [may], 'allowed'],
    ['both sides, for another account', [grant({ AWS: '777788889999' })], [may], 'denied'],
    [
      'both, and the resource denies',
      [grant({ AWS: reader }), deny('s3:*', own('Bucket'), { Principal: '*' })],
      [may],
      'denied',
    ],
    ['both, and the identity denies', [grant({ AWS: reader })], [may, deny('s3:*', '*')], 'denied'],
  ] as const)('what %s allows is %s... [identity-eval-cross-account]', (_, ours, theirs, verdict) => {
    expect(pair(ours, theirs).can('Reader', 's3:GetObject', 'Bucket').verdict).toBe(verdict);
  });

  test('a caller whose policies nobody knows is denied by the resource, or not decided', () => {
    const access = AccessModel.fromTemplates([owner(grant({ AWS: reader }))]);
    expect(access.can(reader, 's3:GetObject', 'Bucket').verdict).toBe('unknown');
    expect(access.can(reader, 's3:PutObject', 'Bucket').verdict).toBe('denied');
  });

  test('an identity policy reaches identities of its own account only', () => {
    const bucketOnly = AccessModel.fromTemplates([owner()]);
    expect(bucketOnly).not.toAllow({ principal: reader, policies: [document(everything)] }, 's3:GetObject', 'Bucket');
  });
});

describe('a trust policy', () => {
  const trusting = (Principal: unknown, Condition?: object) =>
    resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }),
    });
  const assume = statement('sts:AssumeRole', '*');

  test('that names a role is enough by itself in the same account [identity-eval-trust]', () => {
    const access = modelOf({ Target: trusting({ AWS: arn('Caller') }), Caller: role(), Other: role([assume]) });
    expect(access).toAllow('Caller', 'sts:AssumeRole', 'Target');
    expect(access).not.toAllow('Other', 'sts:AssumeRole', 'Target');
  });

  test('that names the account needs a policy of the caller too [identity-eval-trust]', () => {
    const access = modelOf({ Target: trusting({ AWS: root }), Caller: role(), Permitted: role([assume]) });
    expect(access).not.toAllow('Caller', 'sts:AssumeRole', 'Target');
    expect(access).toAllow('Permitted', 'sts:AssumeRole', 'Target');
  });

  test('can ask for an external id [identity-eval-trust]', () => {
    const partner = 'arn:aws:iam::444455556666:role/Partner';
    const access = modelOf({ Target: trusting({ AWS: partner }, { StringEquals: { 'sts:ExternalId': 'agreed' } }) });
    const caller = { principal: partner, policies: [document(assume)] };
    expect(access).toAllow(caller, 'sts:AssumeRole', 'Target', { 'sts:ExternalId': 'agreed' });
    expect(access).not.toAllow(caller, 'sts:AssumeRole', 'Target', { 'sts:ExternalId': 'guessed' });
    expect(access).not.toAllow(caller, 'sts:AssumeRole', 'Target', { 'sts:ExternalId': null });
  });

  test('can ask for MFA not older than an age [identity-eval-trust]', () => {
    const fresh = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '900' },
    };
    const access = modelOf({
      Target: trusting({ AWS: root }, fresh),
      Ann: resource('AWS::IAM::User', {
        Policies: [{ PolicyName: 'Assume', PolicyDocument: document(assume) }],
      }),
    });
    const mfa = (age: number | null) => ({
      'aws:MultiFactorAuthPresent': age === null ? null : true,
      'aws:MultiFactorAuthAge': age,
    });
    expect(access).toAllow('Ann', 'sts:AssumeRole', 'Target', mfa(60));
    expect(access).not.toAllow('Ann', 'sts:AssumeRole', 'Target', mfa(1800));
    expect(access).not.toAllow('Ann', 'sts:AssumeRole', 'Target', mfa(null));
  });

  test('lets in the service it names and no other', () => {
    const access = modelOf({ Role: role() });
    expect(access).toAllow('lambda.amazonaws.com', 'sts:AssumeRole', 'Role');
    expect(access).not.toAllow('ec2.amazonaws.com', 'sts:AssumeRole', 'Role');
  });

  test('lets in tokens of a provider by audience and subject', () => {
    const provider = 'token.actions.githubusercontent.com';
    const web = resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: ref('GitHub') },
        Condition: {
          StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' },
          StringLike: { [`${provider}:sub`]: 'repo:ours/site:ref:refs/heads/main' },
        },
      }),
    });
    const access = modelOf({ GitHub: resource('AWS::IAM::OIDCProvider', { Url: `https://${provider}` }), Deploy: web });
    const token = (aud: string, sub: string) => ({ [`${provider}:aud`]: aud, [`${provider}:sub`]: sub });
    const ask = (aud: string, sub: string) =>
      access.can('GitHub', 'sts:AssumeRoleWithWebIdentity', 'Deploy', token(aud, sub)).verdict;
    expect(ask('sts.amazonaws.com', 'repo:ours/site:ref:refs/heads/main')).toBe('allowed');
    expect(ask('sts.amazonaws.com', 'repo:theirs/site:ref:refs/heads/main')).toBe('denied');
    expect(ask('sts.amazonaws.com', 'repo:ours/site:ref:refs/heads/feature')).toBe('denied');
    expect(ask('other', 'repo:ours/site:ref:refs/heads/main')).toBe('denied');
    expect(access).not.toAllow('lambda.amazonaws.com', 'sts:AssumeRole', 'Deploy');
  });
});

describe('MFA', () => {
  const withoutMfa = (operator: string) =>
    modelOf({
      Ann: resource('AWS::IAM::User', {
        UserName: 'ann',
        Policies: [
          {
            PolicyName: 'Mfa',
            PolicyDocument: document(
              everything,
              deny('*', '*', {
                Action: undefined,
                NotAction: ['iam:EnableMFADevice', 'sts:GetSessionToken'],
                Condition: { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } },
              }),
            ),
          },
        ],
      }),
    });
  const mfa = (present: boolean | null) => ({ 'aws:MultiFactorAuthPresent': present });

  test('is not mentioned in requests signed with a long-term key, which Bool lets through and BoolIfExists does not', () => {
    expect(withoutMfa('Bool')).toAllow('Ann', 's3:ListAllMyBuckets', '*', mfa(null));
    expect(withoutMfa('BoolIfExists')).not.toAllow('Ann', 's3:ListAllMyBuckets', '*', mfa(null));
    for (const operator of ['Bool', 'BoolIfExists']) {
      expect(withoutMfa(operator)).not.toAllow('Ann', 's3:ListAllMyBuckets', '*', mfa(false));
      expect(withoutMfa(operator)).toAllow('Ann', 's3:ListAllMyBuckets', '*', mfa(true));
      expect(withoutMfa(operator)).toAllow('Ann', 'iam:EnableMFADevice', 'Ann', mfa(null));
    }
  });
});

describe('callers that are not roles or users', () => {
  test('everyone is let in only by a policy that says so, and not past the public access block', () => {
    const open = (block: Record<string, unknown>) =>
      modelOf({
        Bucket: resource('AWS::S3::Bucket', block),
        Policy: policyOf('Bucket', statement('s3:GetObject', own('Bucket'), { Principal: '*' })),
        Closed: resource('AWS::S3::Bucket'),
      });
    expect(open({})).toAllow('*', 's3:GetObject', 'Bucket');
    expect(open({})).not.toAllow('*', 's3:GetObject', 'Closed');
    const blocked = open({ PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } });
    expect(blocked).not.toAllow('anonymous', 's3:GetObject', 'Bucket');
    expect(blocked.can('anonymous', 's3:GetObject', 'Bucket').layer).toBe('public access block');
  });

  test('the root user may do everything in its account that no deny forbids', () => {
    const access = modelOf(
      {
        Bucket: resource('AWS::S3::Bucket'),
        Policy: policyOf('Bucket', deny('s3:DeleteBucket', arn('Bucket'), { Principal: '*' })),
      },
      { account: '111122223333' },
    );
    expect(access).toAllow('arn:aws:iam::111122223333:root', 's3:ListBucket', 'Bucket');
    expect(access).not.toAllow('arn:aws:iam::111122223333:root', 's3:DeleteBucket', 'Bucket');
    expect(access).not.toAllow('444455556666', 's3:ListBucket', 'Bucket');
  });

  test('a resource outside the templates is taken to have no policy, and the explanation says so', () => {
    const access = modelOf({ Role: role([statement('s3:GetObject', `${bucketArn}/*`)]) });
    expect(access).toAllow('Role', 's3:GetObject', `${bucketArn}/a`);
    expect(access).not.toAllow('Role', 's3:GetObject', 'arn:aws:s3:::others/a');
    expect(access.can('Role', 's3:GetObject', `${bucketArn}/a`).explanation).toContain(
      `${bucketArn}/a is not in the templates; it is taken to have no policy of its own.`,
    );
  });

  test('a group is no principal', () => {
    const access = modelOf({ Bucket: resource('AWS::S3::Bucket') });
    expect(() => access.can('arn:aws:iam::111122223333:group/Readers', 's3:GetObject', 'Bucket')).toThrow(
      'arn:aws:iam::111122223333:group/Readers is a group; a group makes no requests, name a user in it',
    );
    expect(() => access.can('arn:aws:s3:::x', 's3:GetObject', 'Bucket')).toThrow('arn:aws:s3:::x is no principal');
  });
});
