import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { catalogue } from '../lib/catalogue';
import { minutes, retentionDays, settingsFromContext } from '../lib/settings';

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

describe('settings', () => {
  test('nothing given is nothing set', () => {
    expect(settingsFromContext({})).toEqual({});
  });

  test('every setting is read from context', () => {
    expect(
      settingsFromContext({
        profile: 'production',
        only: 'orders-api, three-tier-web',
        domainName: 'www.example.com',
        hostedZoneId: 'Z0123456789ABCDEFGHIJ',
        certificateArn,
        alarmEmail: 'ops@example.com',
        allowedAccounts: '111122223333,444455556666',
        account: '111122223333',
        region: 'eu-west-1',
        allowFrom: '203.0.113.7/32, 198.51.100.0/24',
      }),
    ).toEqual({
      profile: 'production',
      only: ['orders-api', 'three-tier-web'],
      domainName: 'www.example.com',
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      certificateArn,
      alarmEmail: 'ops@example.com',
      allowedAccounts: ['111122223333', '444455556666'],
      account: '111122223333',
      region: 'eu-west-1',
      allowFrom: ['203.0.113.7/32', '198.51.100.0/24'],
    });
  });

  test.each(['0.0.0.0/0', '203.0.113.7', '203.0.113.7/24', '203.0.113.7/32,0.0.0.0/0', '', '::/0'])(
    'fails when SSH would be opened from %p',
    (allowFrom) => {
      expect(() => settingsFromContext({ allowFrom })).toThrow(
        `-c allowFrom=${allowFrom}: must list IPv4 blocks, separated by commas, such as 203.0.113.7/32 for one address, and never the world`,
      );
    },
  );

  test('keys of the CDK itself are none of our business', () => {
    expect(
      settingsFromContext({ '@aws-cdk/core:x': true, 'aws:cdk:bundling-stacks': ['**'], 'vpc-provider:account=1': {} }),
    ).toEqual({});
  });

  test('fails on an unknown key, and names the one that was meant', () => {
    expect(() => settingsFromContext({ profil: 'production' })).toThrow(
      'A setting cannot be used:\n  -c profil=production: there is no such setting, did you mean profile?; the settings are ' +
        'profile, only, variant, domainName, hostedZoneId, certificateArn, edgeCertificateArn, alarmEmail, alarmPhone, mailSender, smsEnabled, allowedAccounts, account, region, secondRegion, allowFrom, logRetention, monthlyBudget, accountConcurrency, googleClientId, siteFolder, permissionsBoundary, owner, expiresAfter',
    );
  });

  test('variants are forms of the wanted architectures, at most one for each thing they set', () => {
    const of = (context: object) => settingsFromContext({ only: 'three-tier-network', ...context });
    expect(of({ variant: 'nat-regional, dual-stack' }).variant).toEqual(['nat-regional', 'dual-stack']);
    expect(settingsFromContext({ variant: 'nat-none' }).variant).toEqual(['nat-none']);
    expect(() => of({ variant: 'nat-many' })).toThrow(
      '-c variant=nat-many: there is no such variant; the variants of three-tier-network are nat-none, nat-instance, nat-single, nat-per-zone, nat-regional, dual-stack',
    );
    expect(() => settingsFromContext({ only: 'sandbox-guard', variant: 'nat-none' })).toThrow(
      '-c variant=nat-none: sandbox-guard has no variants; leave it out',
    );
    expect(() => of({ variant: 'nat-none,nat-single' })).toThrow(
      '-c variant=nat-none,nat-single: both set nat of three-tier-network; choose one of them',
    );
    expect(() => of({ variant: ',' })).toThrow('-c variant=,: must name variants, separated by commas');
  });

  test('a domain needs a certificate where it is served under, and not where it is only written into zones', () => {
    const domain = { domainName: 'names.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
    expect(settingsFromContext({ ...domain, only: 'internal-names' })).toEqual({ ...domain, only: ['internal-names'] });
    expect(settingsFromContext({ ...domain, 'aws:cdk:bundling-stacks': ['internal-names'] })).toMatchObject(domain);
    const fault = '-c domainName=names.example.com: needs hostedZoneId and certificateArn';
    expect(() => settingsFromContext(domain)).toThrow(fault);
    expect(() => settingsFromContext({ ...domain, only: 'internal-names,orders-api' })).toThrow(fault);
    expect(() => settingsFromContext({ domainName: domain.domainName, only: 'internal-names' })).toThrow(fault);
  });

  test('fails with every fault at once', () => {
    expect(() => settingsFromContext({ profile: 'prod', only: 'orders', region: 'europe', nonsense: 1 })).toThrow(
      [
        '4 settings cannot be used:',
        '  -c profile=prod: must be sandbox or production',
        '  -c only=orders: must name architectures, separated by commas; there are ' +
          catalogue.map(({ name }) => name).join(', '),
        '  -c region=europe: must be the code of a region such as eu-west-1',
        '  -c nonsense=1: there is no such setting; the settings are',
      ].join('\n'),
    );
  });

  test.each([
    [
      { domainName: 'Example.com', hostedZoneId: 'Z1234567', certificateArn },
      'domainName=Example.com: must be a domain name in lower case such as www.example.com',
    ],
    [
      { domainName: 'www.example.com' },
      "domainName=www.example.com: needs hostedZoneId and certificateArn (edgeCertificateArn for CloudFront) beside it, or leave it out and use the service's own name",
    ],
    [
      { hostedZoneId: 'Z1234567' },
      'hostedZoneId=Z1234567: says where to write records but not which; give domainName too',
    ],
    [{ hostedZoneId: '1234' }, 'hostedZoneId=1234: must be the id of a hosted zone such as Z0123456789ABCDEFGHIJ'],
    [
      { certificateArn: 'arn:aws:iam::1:x' },
      'certificateArn=arn:aws:iam::1:x: must be the ARN of a certificate such as arn:aws:acm:us-east-1:111122223333:certificate/',
    ],
    [
      { edgeCertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/one' },
      'edgeCertificateArn=arn:aws:acm:eu-west-1:111122223333:certificate/one: must be the ARN of a certificate in us-east-1 such as',
    ],
    [{ alarmEmail: 'nobody' }, 'alarmEmail=nobody: must be an e-mail address'],
    [{ mailSender: 'a@b.example,c@b.example' }, 'mailSender=a@b.example,c@b.example: must be an e-mail address'],
    [
      { alarmPhone: '015112345678' },
      'alarmPhone=015112345678: must be a telephone number in international form such as +4915112345678',
    ],
    [{ smsEnabled: 'yes' }, 'smsEnabled=yes: must be true or false'],
    [{ account: '111122223333' }, 'account=111122223333: fixes the account only; give region too, or leave both out'],
    [{ secondRegion: 'Frankfurt' }, 'secondRegion=Frankfurt: must be the code of a region such as eu-west-1'],
    [
      { region: 'eu-west-1', secondRegion: 'eu-west-1' },
      'secondRegion=eu-west-1: is the region itself, with which the copies would be lost; choose another, or leave it out',
    ],
    [{ account: '42', region: 'eu-west-1' }, 'account=42: must be an account number of 12 digits'],
    [{ allowedAccounts: '42' }, 'allowedAccounts=42: must list account numbers of 12 digits, separated by commas'],
    [
      { logRetention: '10d' },
      'logRetention=10d: must be a time CloudWatch keeps logs for: 1d, 3d, 5d, 7d, 14d, 30d, 60d, 90d, 120d, 150d, 180d, 365d, 400d, 545d, 731d, 1096d, 1827d, 2192d, 2557d, 2922d, 3288d or 3653d',
    ],
    [{ logRetention: '24h' }, 'logRetention=24h: must be a time CloudWatch keeps logs for'],
    [{ logRetention: '7' }, 'logRetention=7: must be a time CloudWatch keeps logs for'],
    [
      { monthlyBudget: '0.5' },
      'monthlyBudget=0.5: must be an amount of US dollars from 1 to 1000000 with at most two decimals, such as 25 or 12.50',
    ],
    [
      { googleClientId: '1234' },
      'googleClientId=1234: must be the client id of an application at Google such as 1234-abcd.apps.googleusercontent.com',
    ],
    [
      { siteFolder: 'lib' },
      'siteFolder=lib: must be a folder with an index.html and a 404.html, such as site after npm run site',
    ],
    [{ monthlyBudget: '12.345' }, 'monthlyBudget=12.345: must be an amount of US dollars'],
    [{ accountConcurrency: '0' }, 'accountConcurrency=0: must be a whole number from 1 to 1000000, such as 1000'],
    [{ accountConcurrency: 'many' }, 'accountConcurrency=many: must be a whole number from 1 to 1000000'],
    [{ monthlyBudget: '1000001' }, 'monthlyBudget=1000001: must be an amount of US dollars'],
    [
      { permissionsBoundary: 'arn:aws:iam::111122223333:policy/x' },
      'permissionsBoundary=arn:aws:iam::111122223333:policy/x: must be the name of a managed policy of the account, without its ARN, such as groundplan-boundary',
    ],
    [
      { owner: ' ada' },
      'owner= ada: must be 1 to 256 letters, digits, spaces or _ . : / = + - @ without space at the ends',
    ],
    [{ owner: '' }, 'owner=: must be 1 to 256 letters'],
    [{ owner: 'ada;grace' }, 'owner=ada;grace: must be 1 to 256 letters'],
    [{ owner: 'a'.repeat(257) }, `owner=${'a'.repeat(257)}: must be 1 to 256 letters`],
    [{ expiresAfter: '8 hours' }, 'expiresAfter=8 hours: must be a time from 15m to 30d such as 45m, 8h or 2d'],
    [{ expiresAfter: '14m' }, 'expiresAfter=14m: must be a time from 15m to 30d'],
    [{ expiresAfter: '31d' }, 'expiresAfter=31d: must be a time from 15m to 30d'],
    [
      { expiresAfter: '8h', profile: 'production' },
      'expiresAfter=8h: is for sandboxes; production stacks do not delete themselves, so leave it out',
    ],
  ])('fails on %j', (context, fault) => {
    expect(() => settingsFromContext(context)).toThrow(`-c ${fault}`);
  });

  test('fails when the account in use is not one of those allowed', () => {
    const context = { allowedAccounts: '111122223333' };
    expect(() => settingsFromContext(context, '999999999999')).toThrow(
      '-c allowedAccounts=111122223333: does not list 999999999999, the account in use; switch credentials, or add it',
    );
    expect(() =>
      settingsFromContext({ ...context, account: '999999999999', region: 'eu-west-1' }, '111122223333'),
    ).toThrow('999999999999');
    expect(() => settingsFromContext({ ...context, region: 'eu-west-1' }, '999999999999')).toThrow('999999999999');
    expect(settingsFromContext(context, '111122223333')).toEqual({ allowedAccounts: ['111122223333'] });
    expect(settingsFromContext(context)).toEqual({ allowedAccounts: ['111122223333'] });
  });

  test('a stack asked for exclusively on the command line is the only one made', () => {
    const asked = (...stacks: string[]) => settingsFromContext({ 'aws:cdk:bundling-stacks': stacks }).only;
    expect(asked('orders-api')).toEqual(['orders-api']);
    expect(asked('**')).toBeUndefined();
    expect(asked('orders-*')).toBeUndefined();
    expect(asked()).toBeUndefined();
    expect(settingsFromContext({ 'aws:cdk:bundling-stacks': ['orders-api'], only: 'three-tier-web' }).only).toEqual([
      'three-tier-web',
    ]);
  });

  test('logs can be kept for every time the CDK knows, but for ever', () => {
    const known = Object.values(RetentionDays).filter((value) => typeof value === 'number');
    expect([...retentionDays, RetentionDays.INFINITE]).toEqual(known.sort((a, b) => a - b));
  });

  test.each([
    ['45m', 45],
    ['8h', 480],
    ['2d', 2880],
    ['', NaN],
    ['8', NaN],
  ])('%s is %d minutes', (time, amount) => {
    expect(minutes(time)).toBe(amount);
  });
});
