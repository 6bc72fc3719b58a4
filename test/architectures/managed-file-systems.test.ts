import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import type { Settings } from '../../lib/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf, tcp } from '../support/reachability';

const name = 'managed-file-systems';
const windowsSettings: Settings = { variant: ['files-windows'] };
const hpcSettings: Settings = { variant: ['files-hpc'] };
const [place, windows, hpc] = [{}, windowsSettings, hpcSettings].map((settings) => architecture(name, settings));
const lasting = (settings: Settings) => architecture(name, { ...settings, profile: 'production' });
const only = (template: Template, type: string): any => {
  const [found, ...others] = Object.values(template.findResources(type));
  expect(others).toEqual([]);
  return found.Properties;
};
const filesOf = (template: Template) => only(template, 'AWS::FSx::FileSystem');

/** A script or a policy as text, with references by their logical ids. */
const text = (value: any): string =>
  typeof value === 'string'
    ? value
    : (value['Fn::Join']?.[1].map(text).join('') ?? `<${value.Ref ?? value['Fn::GetAtt'].join('.')}>`);

describe('the place', () => {
  test('holds nothing that is billed by the hour until a file system is asked for', () => {
    const types = new Set(
      Object.values(place.toJSON().Resources as Record<string, { Type: string }>).map((one) => one.Type),
    );
    for (const type of [
      'AWS::FSx::FileSystem',
      'AWS::DirectoryService::MicrosoftAD',
      'AWS::EC2::Instance',
      'AWS::EC2::NatGateway',
    ])
      expect(types).not.toContain(type);
    expect(types).toContain('AWS::EC2::VPCEndpoint');
  });

  test('has no way to the internet and none from it, whichever file system stands in it', () => {
    for (const template of [place, windows, hpc]) {
      template.resourceCountIs('AWS::EC2::InternetGateway', 0);
      template.resourceCountIs('AWS::EC2::NatGateway', 0);
    }
  });
});

describe('a Windows share', () => {
  test('is one server in a sandbox, and in production two in two zones with a month of backups [storage-fsx-windows, storage-fsx-windows-zones, storage-fsx-windows-backups]', () => {
    const { FileSystemType, SubnetIds, WindowsConfiguration } = filesOf(windows);
    expect([FileSystemType, SubnetIds.length, WindowsConfiguration.DeploymentType]).toEqual([
      'WINDOWS',
      1,
      'SINGLE_AZ_2',
    ]);
    const kept = filesOf(lasting(windowsSettings));
    expect([kept.SubnetIds.length, kept.WindowsConfiguration.DeploymentType]).toEqual([2, 'MULTI_AZ_1']);
    expect(kept.WindowsConfiguration.AutomaticBackupRetentionDays).toBe(30);
  });

  test('joins the directory of AWS, whose password no template has [storage-fsx-windows-directory]', () => {
    const { ActiveDirectoryId, SelfManagedActiveDirectoryConfiguration } = filesOf(windows).WindowsConfiguration;
    expect(ActiveDirectoryId).toEqual({ Ref: expect.stringMatching(/^WindowsDirectory/) });
    expect(SelfManagedActiveDirectoryConfiguration).toBeUndefined();
    const { Password, VpcSettings } = only(windows, 'AWS::DirectoryService::MicrosoftAD');
    expect(text(Password)).toMatch(/^\{\{resolve:secretsmanager:<WindowsPassword\w+>:SecretString:password::\}\}$/);
    expect(VpcSettings.SubnetIds).toHaveLength(2);
  });

  test('is mounted by machines of one group on 445, and set up from another on 5985 [storage-fsx-windows]', () => {
    const inward = Object.values(windows.findResources('AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => [
      text(Properties.SourceSecurityGroupId).replace(/[0-9A-F]{8}\.GroupId/, ''),
      Properties.FromPort,
    ]);
    expect(inward.sort()).toEqual([
      ['<WindowsAdministratorsGroup>', 5985],
      ['<WindowsMachinesGroup>', 445],
    ]);
  });
});

describe('a parallel file system', () => {
  test('is scratch in a sandbox and shows the bucket at its root; in production it lasts and writes back [storage-fsx-lustre, storage-fsx-lustre-deployment, storage-fsx-lustre-s3-link]', () => {
    const { FileSystemType, StorageCapacity, LustreConfiguration } = filesOf(hpc);
    expect([FileSystemType, StorageCapacity, LustreConfiguration.DeploymentType]).toEqual([
      'LUSTRE',
      1200,
      'SCRATCH_2',
    ]);
    expect(text(LustreConfiguration.ImportPath)).toMatch(/^s3:\/\/<PlaceDataBucket/);
    const kept = lasting(hpcSettings);
    expect(filesOf(kept).LustreConfiguration).toMatchObject({
      DeploymentType: 'PERSISTENT_2',
      PerUnitStorageThroughput: 125,
    });
    const { S3, FileSystemPath } = only(kept, 'AWS::FSx::DataRepositoryAssociation');
    expect([FileSystemPath, S3.AutoExportPolicy.Events]).toEqual(['/data', ['NEW', 'CHANGED', 'DELETED']]);
  });

  test('is reached by the machine that computes, both ways, and by nobody else [storage-fsx-lustre]', () => {
    const network = networkOf(name, hpcSettings);
    for (const port of [988, 1021]) {
      expect(network).toReach('Client', 'Files', tcp(port));
      expect(network).toReach('Files', 'Client', tcp(port));
    }
    expect(network).toHaveReachability([
      ['Client', 'Files', 'tcp 988, 1018-1023'],
      ['Files', 'Client', 'tcp 988-1023'],
      ['Shell', 'Client', 'tcp 22'],
      ['Client', 's3', 'tcp 443'],
    ]);
    expect(network).not.toReach('Client', 'Files', tcp(445));
    expect(network).not.toReach('internet', 'Files', tcp(988));
    expect(network).not.toReach('internet', 'Client', tcp(22));
  });

  test('is mounted at boot and at every start after it, with one line in fstab however often that runs', () => {
    const root = mkdtempSync(join(tmpdir(), 'lustre-'));
    mkdirSync(join(root, 'bin'));
    const command = (program: string, body: string) => {
      writeFileSync(join(root, 'bin', program), `#!/bin/bash\necho "${program} $*" >> '${root}/calls'\n${body}\n`);
      chmodSync(join(root, 'bin', program), 0o755);
    };
    command('dnf', '');
    command('mountpoint', `test -e '${root}/mounted'`);
    // The first try fails, as it does while the security groups have not spread.
    command('mount', `test -e '${root}/tried' && touch '${root}/mounted' || { touch '${root}/tried'; exit 1; }`);
    const program = join(root, 'user-data');
    const { UserData } = only(hpc, 'AWS::EC2::Instance');
    writeFileSync(program, text(UserData['Fn::Base64']).replaceAll('/var/lib/mounts', join(root, 'mounts')));
    const run = () =>
      execFileSync('bash', [program], {
        env: { PATH: `${root}/bin:${process.env.PATH}`, BOOT_ROOT: join(root, 'root'), PATIENCE: '0' },
      });
    run();
    run();
    expect(readFileSync(join(root, 'root/etc/fstab'), 'utf8')).toMatch(
      /^<HpcLustreFiles\w+>\.fsx\.<AWS::Region>\.<AWS::URLSuffix>@tcp:\/<HpcLustreFiles\w+\.LustreMountName> \/fsx lustre \S*_netdev\S* 0 0\n$/,
    );
    expect(readFileSync(join(root, 'calls'), 'utf8').match(/^\w+/gm)).toEqual([
      ...['dnf', 'mountpoint', 'mount', 'mount'],
      ...['dnf', 'mountpoint'],
    ]);
  });
});

test.each([
  ['files-windows', 'FreeStorageCapacity', 3_435_973_836.8],
  ['files-hpc', 'FreeDataStorageCapacity', 128_849_018_880],
])('%s tells when a tenth of its space is left', (variant, metric, bytes) => {
  const alarm = only(architecture(name, { variant: [variant] }), 'AWS::CloudWatch::Alarm');
  expect(alarm).toMatchObject({ Namespace: 'AWS/FSx', MetricName: metric, Threshold: bytes });
  expect(alarm.AlarmActions).toHaveLength(1);
});

matchesItsSnapshots(name);
