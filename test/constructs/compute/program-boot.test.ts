import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ProgramBoot, type ProgramBootProps } from '../../../lib/constructs/compute/program-boot';
import { programScript } from '../../../lib/constructs/compute/program-script';
import { WorkerProgram } from '../../../lib/constructs/messaging/worker-program';
import { testStack } from '../../support/app';
import { text } from '../../support/decide';

const entry = join(__dirname, '../../../lambda/worker-tier/run.ts');

function make(props: Partial<ProgramBootProps> = {}) {
  const stack = testStack();
  const boot = new ProgramBoot(stack, 'Boot', {
    unit: 'server',
    description: 'Answers requests',
    ready: 'server ready',
    program: WorkerProgram.bundled(entry),
    logGroup: new LogGroup(stack, 'Logs'),
    drainTime: Duration.seconds(30),
    ...props,
  });
  return { stack, boot };
}
const userData = ({ stack, boot }: ReturnType<typeof make>): string => text(stack.resolve(boot.boot.userData.render()));

describe('ProgramBoot', () => {
  test('tells the machine its program, its log and its variables, under the name of the unit', () => {
    const told = userData(make({ environment: { PORT: '8080' } }));
    for (const line of [
      "export SERVER_LOG_GROUP='<Logs",
      "export SERVER_REGION='<AWS::Region>'",
      "export SERVER_DRAIN_SECONDS='30'",
      "export SERVER_VARIABLES='AWS_REGION PORT'",
      "export PORT='8080'",
    ])
      expect(told).toContain(line);
    expect(told).toMatch(/export SERVER_PROGRAM='s3:\/\/.*\.ts'/);
  });

  test('lets a role fetch the program and write the log, and nothing else', () => {
    const { stack, boot } = make();
    boot.grantRun(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(Properties.PolicyDocument.Statement.map(({ Action }: any) => Action)).toEqual([
      's3:GetObject',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
  });

  test.each<[Partial<ProgramBootProps>, string]>([
    [{ unit: 'My Server' }, 'unit is My Server; give up to 20 small letters'],
    [{ environment: { BUCKET: '' } }, 'environment.BUCKET is empty; leave it out'],
  ])('fails when a machine could not be told: %j', (props, fault) => {
    expect(() => make(props)).toThrow(`Stack/Boot:\n  ${fault}`);
  });
});

describe('the script of a program', () => {
  const server = { unit: 'server', description: 'Answers requests', ready: 'server ready' };

  test('is one a shell can read, and waits for what the program says', () => {
    const { name, text: script } = programScript(server);
    expect(name).toBe('server-boot.sh');
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(script).toContain(`patiently grep --quiet 'server ready' "$root$log"`);
    expect(script).toContain('ExecStart=/usr/bin/node-24 /opt/server/server.js');
  });

  test('gives a folder on the disk only to a program that keeps something', () => {
    expect(programScript(server).text).not.toContain('StateDirectory');
    expect(programScript({ ...server, keepsState: true }).text).toContain('\nStateDirectory=server\nDynamicUser=yes\n');
  });
});
