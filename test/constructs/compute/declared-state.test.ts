import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  InitCommand,
  InitFile,
  InitGroup,
  InitPackage,
  InitService,
  InitSource,
  InitUser,
  ServiceManager,
} from 'aws-cdk-lib/aws-ec2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DeclaredState, type DeclaredStateProps } from '../../../lib/constructs/compute/declared-state';
import { testStack } from '../../support/app';
import { templateText } from '../../../lib/constructs/findings';
import { Parts } from './parts';

const made = (props: DeclaredStateProps) => {
  const stack = testStack();
  new Parts(stack).instance({ state: new DeclaredState(props), signalTimeout: Duration.minutes(10) });
  const [[id, resource]] = Object.entries(Template.fromStack(stack).findResources('AWS::EC2::Instance'));
  return { id, resource, init: resource.Metadata['AWS::CloudFormation::Init'] };
};
const page = (words: string): DeclaredStateProps['configs'] => ({
  page: [InitFile.fromString('/var/www/html/index.html', words)],
});
const refusal = (props: DeclaredStateProps) => () => made(props);

describe('DeclaredState', () => {
  test('everything cfn-init knows is declared, in the order of its configs [compute-cfn-init]', () => {
    const stack = testStack();
    const bucket = new Bucket(stack, 'Releases');
    const configs = {
      people: [InitGroup.fromName('web', 1001), InitUser.fromName('page', { groups: ['web'], homeDir: '/srv/page' })],
      server: [InitPackage.yum('httpd', { version: ['2.4.62'] })],
      content: [
        InitSource.fromS3Object('/srv/site', bucket, 'site.zip'),
        InitFile.fromString('/var/www/html/index.html', '<h1>Hello</h1>', { owner: 'page', group: 'web' }),
        InitCommand.argvCommand(['restorecon', '-R', '/srv/site'], { key: 'label' }),
      ],
      running: [InitService.enable('httpd', { serviceManager: ServiceManager.SYSTEMD })],
    };
    new Parts(stack).instance({ state: new DeclaredState({ configs }) });
    const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::Instance'));
    const init = resource.Metadata['AWS::CloudFormation::Init'];
    expect(init.configSets).toEqual({ default: ['people', 'server', 'content', 'running'] });
    expect(init.people.groups).toEqual({ web: { gid: 1001 } });
    expect(init.people.users).toEqual({ page: { groups: ['web'], homeDir: '/srv/page' } });
    expect(init.server.packages).toEqual({ yum: { httpd: ['2.4.62'] } });
    expect(Object.keys(init.content.sources)).toEqual(['/srv/site']);
    expect(init.content.files['/var/www/html/index.html']).toMatchObject({
      content: '<h1>Hello</h1>',
      owner: 'page',
      group: 'web',
    });
    expect(init.content.commands.label.command).toEqual(['restorecon', '-R', '/srv/site']);
    expect(init.running.services).toEqual({ systemd: { httpd: { enabled: true, ensureRunning: true } } });
    expect(resource.Metadata['AWS::CloudFormation::Authentication']).toMatchObject({
      S3AccessCreds: { type: 'S3', buckets: [{ Ref: expect.stringMatching('^Releases') }] },
    });
  });

  test('user data applies it and signals what came of it; a deployment waits for that [compute-cfn-init]', () => {
    const { id, resource } = made({ configs: page('one') });
    const lines = templateText(resource.Properties.UserData['Fn::Base64'])
      .split('\n')
      .map((line) => line.trim());
    const where = `--region <AWS::Region> --stack <AWS::StackName> --resource ${id}`;
    const run = lines.indexOf(`/opt/aws/bin/cfn-init -v ${where} -c default`);
    expect(run).toBeGreaterThan(0);
    expect(lines[run + 1]).toBe(`/opt/aws/bin/cfn-signal -e $? ${where}`);
    expect(resource.CreationPolicy).toEqual({ ResourceSignal: { Count: 1, Timeout: 'PT10M' } });
  });

  test('without the daemon another state is another instance [compute-cfn-init]', () => {
    const [one, other] = [made({ configs: page('one') }), made({ configs: page('other') })];
    expect(other.id).not.toBe(one.id);
    expect(Object.keys(one.init)).not.toContain('watch');
  });

  test('with it another state leaves instance and user data as they are: only the metadata change [compute-cfn-hup]', () => {
    const [one, other] = [
      made({ configs: page('one'), watchMinutes: 5 }),
      made({ configs: page('other'), watchMinutes: 5 }),
    ];
    expect(other.id).toBe(one.id);
    expect(other.resource.Properties).toEqual(one.resource.Properties);
    expect(other.init.page).not.toEqual(one.init.page);
  });

  test('the daemon looks every so often, and runs cfn-init for this resource when an update changed it [compute-cfn-hup]', () => {
    const { id, init } = made({ configs: page('one'), watchMinutes: 5 });
    const fileOf = (name: string) => templateText(init.watch.files[name].content);
    expect(init.configSets.default).toEqual(['watch', 'page']);
    expect(fileOf('/etc/cfn/cfn-hup.conf')).toBe('[main]\nstack=<AWS::StackId>\nregion=<AWS::Region>\ninterval=5\n');
    expect(fileOf('/etc/cfn/hooks.d/cfn-auto-reloader.conf').split('\n')).toEqual([
      '[cfn-auto-reloader-hook]',
      'triggers=post.update',
      `path=Resources.${id}.Metadata.AWS::CloudFormation::Init`,
      `action=/opt/aws/bin/cfn-init -v --stack <AWS::StackId> --region <AWS::Region> --resource ${id} --configsets default`,
      'runas=root',
      '',
    ]);
    for (const file of ['/etc/cfn/cfn-hup.conf', '/etc/cfn/hooks.d/cfn-auto-reloader.conf'])
      expect(init.watch.files[file]).toMatchObject({ mode: '000400', owner: 'root', group: 'root' });
    expect(init.watch.services.systemd['cfn-hup']).toEqual({
      enabled: true,
      ensureRunning: true,
      files: [
        '/etc/cfn/cfn-hup.conf',
        '/etc/cfn/hooks.d/cfn-auto-reloader.conf',
        '/etc/systemd/system/cfn-hup.service',
      ],
    });
  });

  test.each<[string, DeclaredStateProps, string]>([
    ['nothing is declared', { configs: {} }, 'state has no configs; declare at least one'],
    [
      'a config is empty',
      { configs: { page: [] } },
      'state.configs.page is empty; leave it out, or say what it is for',
    ],
    [
      'a config has an odd name',
      { configs: { 'the page': page('one')['page'] } },
      'state.configs has the name the page; use letters and digits, beginning with a letter',
    ],
    [
      'a config is called as the daemon’s',
      { configs: { watch: page('one')['page'] }, watchMinutes: 5 },
      "state.configs has the name watch, which is the daemon's; call it something else",
    ],
    [
      'the daemon hardly ever looks',
      { configs: page('one'), watchMinutes: 61 },
      'state.watchMinutes is 61; give a whole number from 1 to 60',
    ],
  ])('fails when %s', (_, props, fault) => {
    expect(refusal(props)).toThrow(`Stack/Server/Instance:\n  ${fault}`);
  });
});
