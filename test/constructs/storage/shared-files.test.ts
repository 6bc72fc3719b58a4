import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Size, type Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import {
  Instance,
  InstanceType,
  MachineImage,
  SecurityGroup,
  SubnetType,
  Vpc,
  WindowsVersion,
  type IMachineImage,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { FileSystem, PerformanceMode, ThroughputMode } from 'aws-cdk-lib/aws-efs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { FilePerformance } from '../../../lib/constructs/storage/file-performance';
import { FileThroughput } from '../../../lib/constructs/storage/file-throughput';
import { FileTiers, type FileAge } from '../../../lib/constructs/storage/file-tiers';
import { SharedFiles, type SharedFilesProps } from '../../../lib/constructs/storage/shared-files';
import { changesOf } from '../../../tools/upgrade-check/compare';
import { testStack } from '../../support/app';
import type { CfnTemplate } from '../../support/architecture';
import { text } from '../../support/decide';
import { anything, NetworkModel, tcp } from '../../support/reachability';
import { Parts } from '../compute/parts';

const privately = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

function site() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', {
    availabilityZones: ['a', 'b'],
    natGateways: 1,
    subnetConfiguration: [
      { name: 'Public', subnetType: SubnetType.PUBLIC },
      { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  });
  const files = (props: Partial<SharedFilesProps> = {}) => new SharedFiles(stack, 'Files', { vpc, ...props });
  return { stack, vpc, files, template: () => Template.fromStack(stack) };
}

const made = (props: Partial<SharedFilesProps> = {}) => {
  const { files, template } = site();
  files(props);
  return template();
};
const fileSystem = (template: Template) =>
  Object.values(template.findResources('AWS::EFS::FileSystem'))[0].Properties as Record<string, any>;
const group = (stack: Stack, vpc: IVpc, machineImage: IMachineImage = MachineImage.latestAmazonLinux2023()) =>
  new AutoScalingGroup(stack, 'Servers', {
    vpc,
    instanceType: new InstanceType('t4g.micro'),
    machineImage,
    securityGroup: new SecurityGroup(stack, 'ServerGroup', { vpc, allowAllOutbound: false }),
  });

describe('how files are kept', () => {
  test('encrypted, with the key of the account or with one of its own [storage-efs-encrypted]', () => {
    expect(fileSystem(made())).toMatchObject({ Encrypted: true });
    expect(fileSystem(made())).not.toHaveProperty('KmsKeyId');
    const { stack, files, template } = site();
    files({ encryptionKey: new Key(stack, 'Key') });
    expect(fileSystem(template())).toMatchObject({
      Encrypted: true,
      KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
    });
  });

  test('nobody mounts without TLS, nor past the access point, and nobody is let in by the policy itself [storage-efs-encrypted]', () => {
    const everybody = { AWS: '*' };
    expect(fileSystem(made()).FileSystemPolicy.Statement).toEqual([
      {
        Effect: 'Deny',
        Principal: everybody,
        Action: 'elasticfilesystem:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Deny',
        Principal: everybody,
        Action: 'elasticfilesystem:ClientMount',
        Condition: { Null: { 'elasticfilesystem:AccessPointArn': 'true' } },
      },
    ]);
    const { stack, vpc, template } = site();
    new FileSystem(stack, 'Plain', { vpc });
    expect(fileSystem(template()).FileSystemPolicy.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: everybody,
        Action: ['elasticfilesystem:ClientRootAccess', 'elasticfilesystem:ClientWrite'],
      }),
    ]);
  });

  test('in three classes: infrequent after 30 days, archived after 90, back at the first access [storage-efs-lifecycle]', () => {
    const entries = (props?: Partial<SharedFilesProps>) => fileSystem(made(props)).LifecyclePolicies;
    const [infrequent, archive, back] = [
      { TransitionToIA: 'AFTER_30_DAYS' },
      { TransitionToArchive: 'AFTER_90_DAYS' },
      { TransitionToPrimaryStorageClass: 'AFTER_1_ACCESS' },
    ];
    expect(entries()).toEqual([infrequent, back, archive]);
    expect(entries({ throughput: FileThroughput.bursting() })).toEqual([infrequent, back]);
    expect(entries({ tiers: FileTiers.after({ infrequent: 1, backOnAccess: false }) })).toEqual([
      { TransitionToIA: 'AFTER_1_DAY' },
    ]);
    expect(entries({ tiers: FileTiers.none() })).toBeUndefined();
  });

  test.each<[string, Partial<SharedFilesProps>, string]>([
    [
      'not later than infrequent',
      { tiers: FileTiers.after({ infrequent: 90, archive: 90 }) },
      'tiers archive after 90 days and call infrequent after 90; archive later than that',
    ],
    [
      'with bursting throughput',
      { throughput: FileThroughput.bursting(), tiers: FileTiers.after({ infrequent: 30, archive: 90 }) },
      'tiers archive after 90 days, which needs elastic throughput and not bursting; leave archive out, or take FileThroughput.elastic()',
    ],
    [
      'with provisioned throughput',
      {
        throughput: FileThroughput.provisioned(Size.mebibytes(10)),
        tiers: FileTiers.after({ infrequent: 30, archive: 90 }),
      },
      'tiers archive after 90 days, which needs elastic throughput and not provisioned; leave archive out, or take FileThroughput.elastic()',
    ],
    [
      'for Max I/O',
      {
        throughput: FileThroughput.bursting(),
        performance: FilePerformance.maxIO('A thousand clients read at once.'),
        tiers: FileTiers.after({ infrequent: 30, archive: 90 }),
      },
      'tiers archive after 90 days, which needs the performance general purpose and not maxIO; leave archive out',
    ],
    [
      'after days that EFS does not know',
      { tiers: FileTiers.after({ infrequent: 31 as FileAge, archive: 90 }) },
      'tiers say AFTER_31_DAYS; give 1, 7, 14, 30, 60, 90, 180, 270 or 365 days',
    ],
  ])('fails when it would archive %s [storage-efs-lifecycle]', (_, props, fault) => {
    expect(() => made(props)).toThrow(fault);
  });

  test('general purpose, unless a reason is given for Max I/O, which another file system has to be made for [storage-efs-performance-mode]', () => {
    const performance = FilePerformance.maxIO('A thousand clients read at once.');
    const throughput = FileThroughput.bursting();
    const [before, after] = [made({ throughput }), made({ throughput, performance })];
    expect(fileSystem(before).PerformanceMode).toBe('generalPurpose');
    expect(fileSystem(after).PerformanceMode).toBe('maxIO');
    after.hasResource('AWS::EFS::FileSystem', {
      Metadata: { 'groundplan:MaxIO': 'A thousand clients read at once.' },
    });
    const changed = changesOf(before.toJSON() as CfnTemplate, after.toJSON() as CfnTemplate).filter(
      ({ type }) => type === 'AWS::EFS::FileSystem',
    );
    expect(changed).toEqual([expect.objectContaining({ impact: 'replaced', destructive: true })]);
    expect(() => made({ throughput, performance: FilePerformance.maxIO(' ') })).toThrow(
      'Stack/Files:\n  performance is maxIO without a reason; say why, or take FilePerformance.generalPurpose()',
    );
  });

  test('the CDK refuses Max I/O with elastic throughput and in one zone, and so does the block [storage-efs-performance-mode]', () => {
    const { stack, vpc, files } = site();
    const performanceMode = PerformanceMode.MAX_IO;
    expect(() => new FileSystem(stack, 'A', { vpc, performanceMode, throughputMode: ThroughputMode.ELASTIC })).toThrow(
      /ELASTIC is not supported/,
    );
    expect(() => new FileSystem(stack, 'B', { vpc, performanceMode, oneZone: true })).toThrow(
      /not supported for One Zone/,
    );
    expect(() => files({ performance: FilePerformance.maxIO('Many.'), oneZone: true })).toThrow(
      'oneZone is true and performance maxIO, which files of one zone do not have; leave one of them out\n  performance is maxIO, which has no elastic throughput; take FileThroughput.bursting() or provisioned(…)',
    );
  });

  test('with elastic throughput, by what is kept, or as much as is said [storage-efs-throughput-mode]', () => {
    const throughput = (given?: FileThroughput) => {
      const { ThroughputMode: mode, ProvisionedThroughputInMibps: amount } = fileSystem(
        made({ ...(given && { throughput: given }) }),
      );
      return [mode, amount];
    };
    expect(throughput()).toEqual(['elastic', undefined]);
    expect(throughput(FileThroughput.bursting())).toEqual(['bursting', undefined]);
    expect(throughput(FileThroughput.provisioned(Size.gibibytes(1)))).toEqual(['provisioned', 1024]);
    expect(() => throughput(FileThroughput.provisioned(Size.gibibytes(4)))).toThrow(
      'throughput is 4096 MiB; give a whole number from 1 to 3414 MiB',
    );
    const { stack, vpc } = site();
    expect(() => new FileSystem(stack, 'Plain', { vpc, throughputMode: ThroughputMode.PROVISIONED })).toThrow(
      /provisionedThroughputPerSecond is required/,
    );
  });

  test('in every zone, or in one with one mount target [storage-efs-one-zone]', () => {
    expect(fileSystem(made())).not.toHaveProperty('AvailabilityZoneName');
    const { vpc, files, template } = site();
    files({ oneZone: true, subnets: { subnets: [vpc.isolatedSubnets[1]] } });
    expect(fileSystem(template()).AvailabilityZoneName).toBe('b');
    template().resourceCountIs('AWS::EFS::MountTarget', 1);
    expect(() => made({ oneZone: true })).toThrow(
      'Stack/Files:\n  oneZone is true but subnets are 2; give the one subnet that its clients stand in',
    );
  });
});

describe('where files are mounted from', () => {
  test('one mount target in each zone, with an address of the subnet [storage-efs-mount-targets]', () => {
    const template = made();
    const targets = Object.values(template.findResources('AWS::EFS::MountTarget'));
    expect(targets.map(({ Properties }) => Properties.SubnetId.Ref)).toEqual([
      expect.stringMatching(/^VpcPrivateSubnet1/),
      expect.stringMatching(/^VpcPrivateSubnet2/),
    ]);
  });

  test('two subnets of one zone are refused, which the CDK makes four mount targets of [storage-efs-mount-targets]', () => {
    const { stack, vpc, files, template } = site();
    const subnets = { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets] };
    new FileSystem(stack, 'Plain', { vpc, vpcSubnets: subnets });
    template().resourceCountIs('AWS::EFS::MountTarget', 4);
    expect(() => files({ subnets })).toThrow(
      'Stack/Files:\n  subnets are 4 in 2 zones; give one of each, since a zone takes one mount target only',
    );
  });

  test('clients in a zone without a mount target are refused [storage-efs-mount-targets]', () => {
    const { stack, vpc, files } = site();
    const shared = files({ subnets: { subnets: [vpc.privateSubnets[0]] } });
    const fault =
      'files of Stack/Files have no mount target in the zone of Stack/Vpc/PrivateSubnet2; give them a subnet of that zone, or keep their clients out of it';
    expect(
      () =>
        new AppFunction(stack, 'Reader', {
          description: 'Reads',
          code: Code.fromInline('x'),
          network: { vpc, subnets: privately, files: { shared, at: '/mnt/files' } },
        }),
    ).toThrow(fault);
    expect(() => shared.mountOn(group(stack, vpc), '/srv/files')).toThrow(fault);
  });

  test('only clients that were admitted reach port 2049 [storage-efs-security-group]', () => {
    const { stack, vpc, files, template } = site();
    const shared = files();
    const host = (id: string, subnetType: SubnetType) =>
      new Instance(stack, id, {
        vpc,
        vpcSubnets: { subnetType },
        instanceType: new InstanceType('t4g.micro'),
        machineImage: MachineImage.latestAmazonLinux2023(),
      });
    shared.admit(host('Client', SubnetType.PRIVATE_WITH_EGRESS));
    host('Other', SubnetType.PRIVATE_ISOLATED);
    const network = NetworkModel.fromTemplates(template().toJSON());
    expect(network).toReach('Client', 'Files', tcp(2049));
    expect(network).not.toReach('Client', 'Files', tcp(22));
    expect(network).not.toReach('Other', 'Files', anything);
    expect(network).not.toReach('internet', 'Files', anything);
    template().resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  test('private ranges elsewhere are let in by address, and other accounts by the policy [storage-efs-hybrid-access]', () => {
    const { files, template } = site();
    const shared = files();
    shared.admitRange('10.50.0.0/16');
    shared.admitAccount('222233334444', { readOnly: true });
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [
        Match.objectLike({ CidrIp: '10.50.0.0/16', FromPort: 2049, ToPort: 2049, IpProtocol: 'tcp' }),
      ],
    });
    const statements = fileSystem(template()).FileSystemPolicy.Statement;
    expect(statements).toHaveLength(3);
    expect(statements[2]).toEqual({
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::222233334444:root']] } },
      Action: 'elasticfilesystem:ClientMount',
      Condition: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
    });
  });

  test.each([
    ['0.0.0.0/0', 'cidr is 0.0.0.0/0, which has addresses of the internet; files are for private networks'],
    ['203.0.113.0/24', 'cidr is 203.0.113.0/24, which has addresses of the internet'],
    ['172.16.0.0/11', 'cidr is 172.16.0.0/11, which is not where a block of that size begins; write 172.0.0.0/11'],
  ])('fails when %s is to be let in [storage-efs-hybrid-access]', (cidr, fault) => {
    expect(() => site().files().admitRange(cidr)).toThrow(`Stack/Files:\n  ${fault}`);
  });

  test('fails when an account is no number', () => {
    expect(() => site().files().admitAccount('prod')).toThrow('account is prod; give its twelve digits');
  });

  test('everybody is the same user below one folder, which is made at the first use [storage-efs-access-point]', () => {
    made({ folder: '/tenants/one', owner: 1234 }).hasResourceProperties('AWS::EFS::AccessPoint', {
      PosixUser: { Uid: '1234', Gid: '1234' },
      RootDirectory: {
        Path: '/tenants/one',
        CreationInfo: { OwnerUid: '1234', OwnerGid: '1234', Permissions: '750' },
      },
    });
  });
});

describe('functions', () => {
  test('mount below /mnt through the access point, with rights to it alone, once there are mount targets [storage-efs-lambda]', () => {
    const { stack, vpc, files, template } = site();
    const shared = files();
    const reads = (id: string, at: string, readOnly: boolean) =>
      new AppFunction(stack, id, {
        description: 'Reads',
        code: Code.fromInline('x'),
        network: { vpc, subnets: privately, files: { shared, at, readOnly } },
      });
    reads('Writer', '/mnt/files', false);
    reads('Reader', '/mnt/files', true);
    const point = {
      'Fn::Join': ['', expect.arrayContaining([':access-point/', { Ref: expect.stringMatching(/^FilesAccessPoint/) }])],
    };
    const targets = Object.keys(template().findResources('AWS::EFS::MountTarget'));
    for (const id of ['Writer', 'Reader']) {
      const [[, mounting]] = Object.entries(template().findResources('AWS::Lambda::Function')).filter(([key]) =>
        key.startsWith(id),
      );
      expect(mounting.Properties.FileSystemConfigs).toEqual([{ Arn: point, LocalMountPath: '/mnt/files' }]);
      expect(mounting.DependsOn).toEqual(expect.arrayContaining(targets));
    }
    const rights = (id: string) =>
      Object.entries(template().findResources('AWS::IAM::Policy'))
        .filter(([key]) => key.startsWith(id))
        .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
        .filter(({ Action }) => JSON.stringify(Action).includes('elasticfilesystem'));
    const through = { StringEquals: { 'elasticfilesystem:AccessPointArn': expect.anything() } };
    expect(rights('Writer')).toEqual([
      expect.objectContaining({
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Condition: through,
      }),
    ]);
    expect(rights('Reader')).toEqual([
      expect.objectContaining({ Action: 'elasticfilesystem:ClientMount', Condition: through }),
    ]);
    template().hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 2049, ToPort: 2049 });
    expect(() => reads('Elsewhere', '/srv/files', false)).toThrow(/Local mount path should match with/);
  });
});

describe('instances', () => {
  test('those of Windows are refused [storage-efs-linux-only]', () => {
    const { stack, vpc, files } = site();
    const image = MachineImage.latestWindows(WindowsVersion.WINDOWS_SERVER_2022_ENGLISH_FULL_BASE);
    expect(() => files().mountOn(group(stack, vpc, image), '/srv/files')).toThrow(
      'Stack/Files:\n  mountOn was given Stack/Servers, whose image is Windows; these files are for Linux, so give a Linux image, or take a file system that speaks SMB',
    );
  });

  test.each(['/etc', '/home', '/sys/fs', 'documents'])('fails when files are to be seen at %s', (at) => {
    const { stack, vpc, files } = site();
    expect(() => files().mountOn(group(stack, vpc), at)).toThrow(
      `files are to be seen at ${at}; give a folder of their own, such as /srv/documents`,
    );
  });

  test('a plain group mounts at boot, waits for every mount target, and may mount before it exists [storage-efs-mount-script]', () => {
    const { stack, vpc, files, template } = site();
    files().mountOn(group(stack, vpc), '/srv/files', { readOnly: true });
    const targets = Object.keys(template().findResources('AWS::EFS::MountTarget'));
    const [policy] = Object.keys(template().findResources('AWS::IAM::Policy'));
    const [servers] = Object.values(template().findResources('AWS::AutoScaling::AutoScalingGroup'));
    expect(servers.DependsOn).toEqual(expect.arrayContaining([policy, ...targets]));
    const commands = userData(template()).split('\n');
    expect(commands.at(-1)).toMatch(
      /^bash '\/var\/lib\/mounts\/mount-files.sh' '<Files\w+>' '<Files\w+>' '\/srv\/files' ro \|\| exit$/,
    );
    template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'elasticfilesystem:ClientMount' })] },
    });
  });

  test('a fleet mounts before its own program runs [storage-efs-mount-script]', () => {
    const parts = new Parts(testStack());
    const shared = new SharedFiles(parts.stack, 'Files', { vpc: parts.vpc });
    const boot = new BootProgram(parts.stack, 'Mounting', {
      program: join(__dirname, '../compute/boot.sh'),
      mounts: [{ shared, at: '/srv/files' }],
    });
    parts.fleet({ template: parts.template({ boot }) });
    const template = Template.fromStack(parts.stack);
    const commands = userData(template);
    expect(commands).toMatch(
      /mount-files\.sh' '<Files\w+>' '<Files\w+>' '\/srv\/files' rw \|\| exit\n(.*\n)+bash "\$BOOT_FILES\/boot\.sh"/,
    );
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      DependsOn: Match.arrayWith(Object.keys(template.findResources('AWS::EFS::MountTarget'))),
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'] }),
        ]),
      },
    });
    expect(NetworkModel.fromTemplates(template.toJSON())).toReach('FleetGroupASG', 'Files', tcp(2049));
  });

  test('the script installs, writes one line into fstab and mounts once, however often it runs [storage-efs-mount-script]', () => {
    const place = mkdtempSync(join(tmpdir(), 'mount-'));
    mkdirSync(join(place, 'bin'));
    const command = (name: string, body: string) => {
      writeFileSync(join(place, 'bin', name), `#!/bin/bash\necho "${name} $*" >> '${place}/calls'\n${body}\n`);
      chmodSync(join(place, 'bin', name), 0o755);
    };
    command('dnf', '');
    command('mountpoint', `test -e '${place}/mounted'`);
    // The first try fails, as it does while the name of a new mount target is not known yet.
    command('mount', `test -e '${place}/tried' && touch '${place}/mounted' || { touch '${place}/tried'; exit 32; }`);
    const { stack, vpc, files, template } = site();
    files().mountOn(group(stack, vpc), '/srv/files');
    const program = join(place, 'user-data');
    writeFileSync(program, userData(template()).replaceAll('/var/lib/mounts', join(place, 'mounts')));
    const run = () =>
      execFileSync('bash', [program], {
        env: { PATH: `${place}/bin:${process.env.PATH}`, BOOT_ROOT: join(place, 'root'), PATIENCE: '0' },
      });
    run();
    run();
    expect(readFileSync(join(place, 'root/etc/fstab'), 'utf8')).toMatch(
      /^<Files\w+>:\/ \/srv\/files efs _netdev,tls,iam,accesspoint=<Files\w+>,rw 0 0\n$/,
    );
    expect(readFileSync(join(place, 'calls'), 'utf8').trim().split('\n')).toEqual([
      'dnf install --assumeyes --quiet amazon-efs-utils',
      expect.stringMatching(/^mountpoint --quiet .*\/srv\/files$/),
      'mount /srv/files',
      'mount /srv/files',
      'dnf install --assumeyes --quiet amazon-efs-utils',
      expect.stringMatching(/^mountpoint/),
    ]);
  });
});

function userData(template: Template): string {
  const { LaunchTemplateData: data } = Object.values(template.findResources('AWS::EC2::LaunchTemplate'))[0].Properties;
  return text(data.UserData['Fn::Base64']);
}
