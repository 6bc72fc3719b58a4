import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CfnResource, SecretValue, Size, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Template } from 'aws-cdk-lib/assertions';
import { BootDelivery, BootProgram, type BootProgramProps } from '../../../lib/constructs/compute/boot-program';
import { DataMount } from '../../../lib/constructs/compute/data-mount';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { LocalDisks } from '../../../lib/constructs/compute/local-disks';
import { testStack } from '../../support/app';

const folder = mkdtempSync(join(tmpdir(), 'boot-test-'));
const file = (text: string, name = 'program.sh'): string => {
  const path = join(mkdtempSync(join(folder, 'f-')), name);
  writeFileSync(path, text);
  return path;
};
const made = (props: Partial<BootProgramProps> = {}, stack: Stack = testStack()): BootProgram =>
  new BootProgram(stack, 'Boot', { program: file('echo done\n'), ...props });
/** What the instance gets, with the names a template refers to in angle brackets. */
const rendered = (boot: BootProgram): string => {
  const value = Stack.of(boot).resolve(boot.userData.render());
  return typeof value === 'string'
    ? value
    : value['Fn::Join'][1]
        .map((part: string | { Ref?: string }) => (typeof part === 'string' ? part : `<${part.Ref}>`))
        .join('');
};

/** Runs user data in a shell with its folder and the signal tool replaced. */
async function run(
  boot: BootProgram,
  tools: Readonly<Record<string, string>> = {},
): Promise<{ code: number; signals: string; out: string }> {
  const place = mkdtempSync(join(folder, 'run-'));
  const bin = join(place, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'cfn-signal'), `#!/bin/bash\necho "$*" >> ${place}/signals\n`);
  writeFileSync(join(place, 'signals'), '');
  for (const [tool, text] of Object.entries(tools)) {
    writeFileSync(join(bin, tool), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, tool), 0o755);
  }
  chmodSync(join(bin, 'cfn-signal'), 0o755);
  const script = join(place, 'user-data');
  writeFileSync(
    script,
    rendered(boot).replaceAll('/opt/aws/bin/', `${bin}/`).replaceAll('/var/lib/boot', `${place}/boot`),
  );
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, PATIENCE: '0' };
  const { code = 0, stdout } = await promisify(execFile)('bash', [script], { env }).catch((error) => error);
  return { code, out: stdout, signals: readFileSync(join(place, 'signals'), 'utf8') };
}
const signalled = (props: Partial<BootProgramProps>): BootProgram => {
  const stack = testStack();
  const boot = made(props, stack);
  boot.signal(new CfnResource(stack, 'Group', { type: 'AWS::AutoScaling::AutoScalingGroup' }));
  return boot;
};

describe('BootProgram', () => {
  test('program and files may be texts that code makes', async () => {
    const boot = made({
      program: { name: 'made.sh', text: 'cat "$BOOT_FILES/words"' },
      files: [{ name: 'words', text: 'made by code' }],
    });
    expect(await run(boot)).toMatchObject({ code: 0, out: 'made by code\n' });
    const secret = { name: 'made.sh', text: 'PASSWORD=hunter2' };
    expect(() => made({ program: secret })).toThrow('made.sh holds a password or secret in the clear');
  });

  test('the program gets its settings and finds its files, letter for letter', async () => {
    const odd = `it's "so" $HOME \`x\` \\ @`;
    const boot = made({
      program: file('printf "%s|%s|" "$GREETING" "$EMPTY"\ncat "$BOOT_FILES/page.html"\n'),
      settings: { GREETING: odd, EMPTY: '' },
      files: [file(odd, 'page.html')],
    });
    expect((await run(boot)).out).toBe(`${odd}||${odd}\n`);
  });

  test.each([
    ['ends well', 'true\n', 0],
    ['fails in its last line', 'false\n', 1],
    ['fails early under set -e', 'set -e\n(exit 7)\necho unreachable\n', 7],
    ['exits with a status of its own', 'exit 42\n', 42],
    ['cannot be parsed', 'if true; then\n', 2],
    ['calls what there is not', 'set -e\nno-such-command\ntrue\n', 127],
  ])(
    'CloudFormation is told once, as the last thing, when the program %s [compute-boot-signal]',
    async (_, program, code) => {
      const ran = await run(signalled({ program: file(program) }));
      expect(ran.signals).toBe(`--exit-code ${code} --stack Stack --resource Group --region <AWS::Region>\n`);
    },
  );

  test('nothing is signalled where nobody waits [compute-boot-signal]', async () => {
    expect((await run(made())).signals).toBe('');
  });

  describe('size', () => {
    /** A program that makes user data exactly so many bytes long. */
    const ofBytes = (bytes: number) => {
      const empty = Buffer.byteLength(rendered(made({ program: file('\n') }))) - 1;
      return file(`${'#'.repeat(bytes - empty - 1)}\n`);
    };

    test('16,384 bytes are taken [compute-user-data-size]', () => {
      expect(Buffer.byteLength(rendered(made({ program: ofBytes(16_384) })))).toBe(16_384);
    });

    test('fails when there is one byte more [compute-user-data-size]', () => {
      expect(() => made({ program: ofBytes(16_385) })).toThrow(
        'Stack/Boot:\n  user data is up to 16385 bytes long; EC2 takes 16384, so give delivery: BootDelivery.fromBucket()',
      );
    });

    test('bytes are counted, not letters [compute-user-data-size]', () => {
      expect(() => made({ program: file('é'.repeat(8_200)) })).toThrow('user data is up to 16');
    });

    test('what is known only at deployment is counted at its longest [compute-user-data-size]', () => {
      const stack = testStack();
      const program = ofBytes(16_384 - "export REGION=''\n".length - 24);
      expect(() => made({ program, settings: { REGION: stack.region } }, stack)).toThrow(
        'user data is up to 16385 bytes',
      );
      const arn = new CfnResource(stack, 'Thing', { type: 'AWS::Some::Thing' }).getAtt('Arn').toString();
      expect(() => new BootProgram(stack, 'Other', { program: ofBytes(16_384 - 2_048), settings: { A: arn } })).toThrow(
        'user data is up to 16396 bytes',
      );
    });

    test('the signal that is added later counts too [compute-user-data-size]', () => {
      const stack = testStack();
      const boot = made({ program: ofBytes(16_384) }, stack);
      expect(() =>
        boot.signal(new CfnResource(stack, 'Group', { type: 'AWS::AutoScaling::AutoScalingGroup' })),
      ).toThrow('user data is up to 16');
    });

    describe('what is fetched before the program runs', () => {
      const fetched = () => signalled({ delivery: BootDelivery.fromBucket() });
      /** The AWS CLI, which brings a program after so many refusals, and counts how often it is asked. */
      const cli = (refusals: number) => {
        const tries = file('', 'tries');
        const aws = `echo >>${tries}; [[ $(wc -l <${tries}) -gt ${refusals} ]] || exit 7; echo 'echo fetched' >"$4"`;
        return { aws, asked: () => readFileSync(tries, 'utf8').length };
      };

      test('is asked for again, as an instance has its rights only seconds after its launch', async () => {
        const { aws, asked } = cli(2);
        expect(await run(fetched(), { aws })).toMatchObject({ code: 0, out: 'fetched\n' });
        expect(asked()).toBe(3);
      });

      test('ends the boot after five refusals', async () => {
        const { aws, asked } = cli(99);
        const { code, out, signals } = await run(fetched(), { aws });
        expect([code, out, asked()]).toEqual([7, '', 5]);
        expect(signals).toContain('--exit-code 7');
      });

      test('is the tool of striped disks too, and nothing elsewhere', () => {
        const disk = EbsDisk.gp3({ size: Size.gibibytes(8) });
        const striped = DataMount.stripedDisks({ disk, devices: ['/dev/xvdf', '/dev/xvdg'] }, '/srv/data');
        for (const props of [{ localDisks: LocalDisks.at('/scratch') }, { dataMounts: [striped] }]) {
          const told = rendered(made(props));
          expect(told).toContain('command -v mdadm >/dev/null || patiently dnf install');
          expect(told.indexOf('patiently() {')).toBeGreaterThan(-1);
          expect(told.indexOf('patiently() {')).toBeLessThan(told.indexOf('patiently dnf'));
        }
        expect(rendered(made())).not.toContain('patiently');
      });
    });

    test('a larger program is fetched from the bootstrap bucket by a role that may read that one object [compute-user-data-size]', () => {
      const stack = testStack();
      const boot = made({ program: file(`${'#'.repeat(50_000)}\n`), delivery: BootDelivery.fromBucket() }, stack);
      const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
      boot.grantRead(role);
      const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
      const [statement, ...others] = policy.Properties.PolicyDocument.Statement;
      expect(others).toEqual([]);
      expect(statement).toEqual({
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':s3:::',
              { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
              expect.stringMatching(/^\/[0-9a-f]{64}\.sh$/),
            ],
          ],
        },
      });
      const { 'Fn::Join': join } = stack.resolve(boot.userData.render());
      const text = JSON.stringify(join);
      expect(text).toContain('aws s3 cp');
      expect(text).toContain(/[0-9a-f]{64}\.sh/.exec(JSON.stringify(statement))![0]);
      expect(text.length).toBeLessThan(1_000);
    });

    test('an inline program needs no permission [compute-user-data-size]', () => {
      const stack = testStack();
      made({}, stack).grantRead(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
      Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    });
  });

  describe('secrets', () => {
    const advice = 'user data is readable by anyone on the host, so read it at boot with the role of the instance';

    test.each([
      [
        '{{resolve:secretsmanager:db:SecretString:password}}',
        'a reference to Secrets Manager that CloudFormation writes out',
      ],
      ['{{resolve:ssm-secure:/db/password:1}}', 'a reference to a SecureString that CloudFormation writes out'],
      ['aws_access_key_id = AKIAIOSFODNN7EXAMPLE', 'an access key'],
      ['ASIAIOSFODNN7EXAMPLE', 'an access key'],
      ['-----BEGIN RSA PRIVATE KEY-----', 'a private key or certificate'],
      ['DB_PASSWORD=hunter2', 'a password or secret in the clear'],
      ['export client_secret="hunter2"', 'a password or secret in the clear'],
      ['API_KEY=abc', 'a password or secret in the clear'],
      ['{ "password": "hunter2" }', 'a password or secret in the clear'],
    ])('fails when the program holds %s [compute-user-data-no-secrets]', (line, what) => {
      expect(() => made({ program: file(`set -e\n${line}\n`) })).toThrow(
        `Stack/Boot:\n  program.sh holds ${what}; ${advice}`,
      );
    });

    test('fails when a file the program is given holds one [compute-user-data-no-secrets]', () => {
      expect(() =>
        made({ files: [file('password = x', 'app.conf'), file('-----BEGIN CERTIFICATE-----', 'tls.pem')] }),
      ).toThrow(
        `app.conf holds a password or secret in the clear; ${advice}\n  tls.pem holds a private key or certificate; ${advice}`,
      );
    });

    test('fails when a setting is one, also when it is wrapped, unwrapped or read from a secret [compute-user-data-no-secrets]', () => {
      const stack = testStack();
      const secret = new Secret(stack, 'Secret');
      expect(() => made({ settings: { DB_PASSWORD: 'hunter2' } })).toThrow(
        `settings.DB_PASSWORD holds a password or secret in the clear; ${advice}`,
      );
      expect(() => made({ settings: { KEY: secret.secretValue.toString() } }, stack)).toThrow(
        `settings.KEY holds a secret value; ${advice}`,
      );
      expect(
        () =>
          new BootProgram(stack, 'Unwrapped', {
            program: file('true'),
            settings: { KEY: SecretValue.secretsManager('db').unsafeUnwrap() },
          }),
      ).toThrow(`settings.KEY holds a reference to Secrets Manager that CloudFormation writes out; ${advice}`);
    });

    test.each([
      'DB_PASSWORD="$(aws secretsmanager get-secret-value --secret-id "$SECRET_ARN" --query SecretString --output text)"',
      'PASSWORD=$GIVEN',
      'SECRET=',
      '# the password is read at boot',
      'token="$(curl -X PUT http://169.254.169.254/latest/api/token)"',
    ])('reading one at boot is fine: %s [compute-user-data-no-secrets]', (line) => {
      expect(() => made({ program: file(line) })).not.toThrow();
    });

    test('saying where to look is fine [compute-user-data-no-secrets]', () => {
      const stack = testStack();
      const { secretArn } = new Secret(stack, 'Secret');
      expect(() => made({ settings: { SECRET_ARN: secretArn, PASSWORD_PARAMETER: '/app/db' } }, stack)).not.toThrow();
    });
  });

  test('fails when names or files are not what a shell takes, in one error', () => {
    const twice = file('x', 'app.conf');
    expect(() =>
      made({ program: '/no/such.sh', files: [twice, twice], settings: { port: '80', GREETING: 'two\nlines' } }),
    ).toThrow(
      [
        'Stack/Boot:',
        'there is no file /no/such.sh; give the path of one that exists',
        'settings has the name port; use capital letters, digits and underscores, beginning with a letter',
        'settings.GREETING has more than one line; put it into a file',
        'files has the name app.conf twice, and the program counts too; rename one, since all stand in one folder',
      ].join('\n  '),
    );
  });
});
