import { SecretValue, type Stack } from 'aws-cdk-lib';
import { InstanceType, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFileSystem, LustreDeploymentType, LustreFileSystem } from 'aws-cdk-lib/aws-fsx';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Template } from 'aws-cdk-lib/assertions';
import { HpcDeployment, HpcFileSystem, type HpcFileSystemProps } from '../../../lib/constructs/storage/hpc-file-system';
import { ShareDirectory } from '../../../lib/constructs/storage/share-directory';
import { WindowsFileShare, type WindowsFileShareProps } from '../../../lib/constructs/storage/windows-file-share';
import { testStack } from '../../support/app';
import type { CfnTemplate } from '../../support/architecture';
import { NetworkModel, tcp } from '../../support/reachability';

const because = 'The drawing office cannot work without a shared drive';

function site() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', {
    availabilityZones: ['a', 'b'],
    natGateways: 0,
    subnetConfiguration: [
      { name: 'Public', subnetType: SubnetType.PUBLIC },
      { name: 'Files', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  });
  return { stack, vpc, subnets: vpc.isolatedSubnets };
}

function share(props: Partial<WindowsFileShareProps> = {}, at = site()) {
  const made = new WindowsFileShare(at.stack, 'Share', {
    vpc: at.vpc,
    subnets: [at.subnets[0]],
    directory: ShareDirectory.managed('d-0123456789'),
    capacityGiB: 32,
    throughputMBps: 32,
    acceptHourlyCost: because,
    ...props,
  });
  return { ...at, made, template: () => Template.fromStack(at.stack) };
}

function hpc(props: Partial<HpcFileSystemProps> = {}, at = site()) {
  const made = new HpcFileSystem(at.stack, 'Hpc', {
    vpc: at.vpc,
    subnet: at.subnets[0],
    deployment: HpcDeployment.scratch(),
    capacityGiB: 1200,
    acceptHourlyCost: because,
    ...props,
  });
  return { ...at, made, template: () => Template.fromStack(at.stack) };
}

const filesOf = ({ template }: { readonly template: () => Template }): any =>
  Object.values(template().findResources('AWS::FSx::FileSystem'))[0].Properties;

/** A client and a stranger beside it, by what their security groups let through. */
function neighbours(stack: Stack, vpc: Vpc): readonly [SecurityGroup, SecurityGroup] {
  const { Instance, MachineImage } = require('aws-cdk-lib/aws-ec2') as typeof import('aws-cdk-lib/aws-ec2');
  const [client, stranger] = ['Client', 'Stranger'].map((id) => {
    const securityGroup = new SecurityGroup(stack, `${id}Group`, { vpc });
    new Instance(stack, id, {
      vpc,
      securityGroup,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      instanceType: new InstanceType('t3.micro'),
      machineImage: MachineImage.genericLinux({ 'us-east-1': 'ami-1' }),
    });
    return securityGroup;
  });
  return [client, stranger];
}
const networkOf = (template: Template): NetworkModel =>
  NetworkModel.fromTemplates({ Stack: template.toJSON() as CfnTemplate });

describe('WindowsFileShare', () => {
  test('is a Windows file server under a customer key, in one zone [storage-fsx-windows, storage-fsx-windows-zones]', () => {
    const made = share();
    expect(filesOf(made)).toMatchObject({
      FileSystemType: 'WINDOWS',
      StorageCapacity: 32,
      SubnetIds: [{ Ref: expect.stringMatching(/^VpcFilesSubnet1/) }],
      KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^ShareKey/), 'Arn'] },
      WindowsConfiguration: { DeploymentType: 'SINGLE_AZ_2', ThroughputCapacity: 32 },
    });
    expect(filesOf(made).WindowsConfiguration.PreferredSubnetId).toBeUndefined();
  });

  test('or with a standby server in a second one [storage-fsx-windows-zones]', () => {
    const at = site();
    const { WindowsConfiguration, SubnetIds } = filesOf(share({ subnets: at.subnets }, at));
    expect(WindowsConfiguration).toMatchObject({ DeploymentType: 'MULTI_AZ_1', PreferredSubnetId: SubnetIds[0] });
    expect(SubnetIds).toHaveLength(2);
  });

  test('fails when subnets are too few, too many or in one zone, as the CDK does not notice [storage-fsx-windows-zones]', () => {
    const at = site();
    const [one] = at.subnets;
    expect(() => share({ subnets: [] }, at)).toThrow(
      'Stack/Share:\n  subnets are 0; give one, or two of different zones for a standby server',
    );
    expect(() => share({ subnets: [one, one, one] }, site())).toThrow('subnets are 3; give one, or two');
    expect(() => share({ subnets: [one, one] }, site())).toThrow(
      'subnets are both in a, and the standby server would fail with the active one; give two of different zones',
    );
    const cdk = () =>
      new CfnFileSystem(at.stack, 'Raw', {
        fileSystemType: 'WINDOWS',
        subnetIds: [one.subnetId],
        windowsConfiguration: { deploymentType: 'MULTI_AZ_1', throughputCapacity: 32 },
      });
    expect(cdk).not.toThrow();
  });

  test('admits clients on SMB and administrators on PowerShell, and nobody else [storage-fsx-windows]', () => {
    const at = share();
    const [client] = neighbours(at.stack, at.vpc);
    at.made.admit(client);
    at.made.admitAdministrators(client);
    const network = networkOf(at.template());
    expect(network).toReach('Client', 'Files', tcp(445));
    expect(network).toReach('Client', 'Files', tcp(5985));
    expect(network).not.toReach('Client', 'Files', tcp(3389));
    for (const port of [445, 5985]) {
      expect(network).not.toReach('Stranger', 'Files', tcp(port));
      expect(network).not.toReach('internet', 'Files', tcp(port));
    }
  });

  test('joins a directory of AWS, or your own by a password that is no part of the template [storage-fsx-windows-directory]', () => {
    expect(filesOf(share()).WindowsConfiguration.ActiveDirectoryId).toBe('d-0123456789');
    const at = site();
    const credentials = new Secret(at.stack, 'Join', {
      secretObjectValue: { password: SecretValue.unsafePlainText('x') },
    });
    const own = {
      domainName: 'corp.example.com',
      dnsAddresses: ['10.0.0.10', '10.0.1.10'],
      userName: 'Joiner',
      credentials,
    };
    const { WindowsConfiguration } = filesOf(share({ directory: ShareDirectory.own(own) }, at));
    expect(WindowsConfiguration.ActiveDirectoryId).toBeUndefined();
    expect(WindowsConfiguration.SelfManagedActiveDirectoryConfiguration).toMatchObject({
      DomainName: 'corp.example.com',
      DnsIps: ['10.0.0.10', '10.0.1.10'],
      UserName: 'Joiner',
    });
    expect(JSON.stringify(WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password)).toMatch(
      /\{\{resolve:secretsmanager:.*:SecretString:password::\}\}/,
    );
  });

  test('reaches the controllers of its directory on what they answer, and nothing else [storage-fsx-windows-directory]', () => {
    const at = site();
    const own = {
      domainName: 'corp.example.com',
      dnsAddresses: ['10.0.0.10', '10.0.1.10'],
      userName: 'Joiner',
      credentials: new Secret(at.stack, 'Join'),
    };
    const outward = (made: ReturnType<typeof share>): any[] =>
      Object.values(made.template().findResources('AWS::EC2::SecurityGroup'))[0].Properties.SecurityGroupEgress;
    const rules = outward(share({ directory: ShareDirectory.own(own) }, at));
    expect(new Set(rules.map(({ CidrIp }) => CidrIp))).toEqual(new Set(['10.0.0.10/32', '10.0.1.10/32']));
    const ports = (protocol: string) =>
      rules
        .filter(({ CidrIp, IpProtocol }) => CidrIp === '10.0.0.10/32' && IpProtocol === protocol)
        .map(({ FromPort, ToPort }) => (FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`));
    expect(ports('tcp')).toEqual([53, 88, 135, 389, 445, 464, 636, 9389, '3268-3269', '49152-65535']);
    expect(ports('udp')).toEqual([53, 88, 123, 389, 464]);

    expect(outward(share())[0].CidrIp).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Vpc/), 'CidrBlock'] });
    const elsewhere = share({ directory: ShareDirectory.managed('d-0123456789', ['10.9.0.0/24']) });
    expect(outward(elsewhere)[0].CidrIp).toBe('10.9.0.0/24');
    expect(() => share({ directory: ShareDirectory.managed('d-0123456789', ['10.9.0.1/24']) })).toThrow(
      'Stack/Share:\n  directory is 10.9.0.1/24',
    );
  });

  test('fails when there is no such directory, or no controller of it [storage-fsx-windows-directory]', () => {
    expect(() => share({ directory: ShareDirectory.managed('corp') })).toThrow(
      'Stack/Share:\n  directory is corp; give the id of an AWS Managed Microsoft AD, such as d-0123456789',
    );
    const at = site();
    const own = { domainName: 'corp', dnsAddresses: [], userName: 'x', credentials: new Secret(at.stack, 'Join') };
    expect(() => share({ directory: ShareDirectory.own(own) }, at)).toThrow(
      'directory has 0 dnsAddresses; give one to three of its domain controllers',
    );
  });

  test('is backed up each day, with its tags [storage-fsx-windows-backups]', () => {
    expect(filesOf(share()).WindowsConfiguration).toMatchObject({
      AutomaticBackupRetentionDays: 7,
      DailyAutomaticBackupStartTime: '03:00',
      CopyTagsToBackups: true,
    });
    expect(filesOf(share({ backupDays: 0 })).WindowsConfiguration).toMatchObject({ AutomaticBackupRetentionDays: 0 });
    expect(filesOf(share({ backupDays: 0 })).WindowsConfiguration.DailyAutomaticBackupStartTime).toBeUndefined();
    expect(() => share({ backupDays: 91 })).toThrow(
      'Stack/Share:\n  backupDays is 91 days; give a whole number from 0 to 90 days',
    );
    expect(() => share({ backupAt: '25:00' })).toThrow('backupAt is 25:00; give a time such as 03:00');
  });

  test('fails when it is too small, of no throughput there is, or nobody says why it is paid for [storage-fsx-windows]', () => {
    expect(() => share({ capacityGiB: 31 })).toThrow('capacityGiB is 31 GiB; give a whole number from 32 to 65536 GiB');
    expect(() => share({ throughputMBps: 100 })).toThrow(
      'throughputMBps is 100; give one of 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4608, 6144, 9216, 12288',
    );
    const at = site();
    expect(() => share({ throughputMBps: 16, subnets: at.subnets }, at)).toThrow(
      'throughputMBps is 16; give one of 32, 64',
    );
    for (const unpaid of [() => share({ acceptHourlyCost: 'yes' }), () => hpc({ acceptHourlyCost: 'yes' })])
      expect(unpaid).toThrow(
        'acceptHourlyCost is "yes"; say in a sentence why a file server that is billed by the hour is needed, or take SharedFiles or a PrivateBucket',
      );
  });

  test('admits private ranges of other networks, and no others [storage-fsx-hybrid-access]', () => {
    const { made, template } = share();
    made.admitRange('10.50.0.0/16');
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [
        {
          CidrIp: '10.50.0.0/16',
          FromPort: 445,
          ToPort: 445,
          IpProtocol: 'tcp',
          Description: 'tcp/445 from 10.50.0.0/16',
        },
      ],
    });
    expect(() => made.admitRange('0.0.0.0/0')).toThrow(
      'Stack/Share:\n  cidr is 0.0.0.0/0, which has addresses of the internet',
    );
  });
});

describe('HpcFileSystem', () => {
  test('lies in one subnet, and talks to clients and among its servers on the ports of Lustre alone [storage-fsx-lustre]', () => {
    const at = hpc();
    const [client] = neighbours(at.stack, at.vpc);
    at.made.admit(client);
    expect(filesOf(at)).toMatchObject({
      FileSystemType: 'LUSTRE',
      StorageCapacity: 1200,
      SubnetIds: [{ Ref: expect.stringMatching(/^VpcFilesSubnet1/) }],
    });
    const rules = Object.values(at.template().findResources('AWS::EC2::SecurityGroupIngress')).map(
      ({ Properties: { FromPort, ToPort, IpProtocol } }) => [FromPort, ToPort, IpProtocol],
    );
    expect(rules).toHaveLength(3);
    for (const rule of rules) expect(rule).toEqual([988, 1023, 'tcp']);
    const network = networkOf(at.template());
    expect(network).toReach('Client', 'Files', tcp(988));
    expect(network).not.toReach('Client', 'Files', tcp(987));
    expect(network).not.toReach('Stranger', 'Files', tcp(988));
    expect(network).not.toReach('internet', 'Files', tcp(988));
  });

  test.each([2400, 4800])('takes %d GiB too [storage-fsx-lustre]', (capacityGiB) => {
    expect(filesOf(hpc({ capacityGiB })).StorageCapacity).toBe(capacityGiB);
  });

  test.each([1000, 3600])('fails at %d GiB, as the CDK does [storage-fsx-lustre]', (capacityGiB) => {
    expect(() => hpc({ capacityGiB })).toThrow(
      `Stack/Hpc:\n  capacityGiB is ${capacityGiB}; give 1200, 2400 or a multiple of 2400`,
    );
    expect(lustre({ storageCapacityGiB: capacityGiB })).toThrow(/storageCapacity/);
  });

  test('fails at nothing, which the CDK lets pass [storage-fsx-lustre]', () => {
    expect(() => hpc({ capacityGiB: 0 })).toThrow('capacityGiB is 0; give 1200, 2400 or a multiple of 2400');
    expect(lustre({ storageCapacityGiB: 0 })).not.toThrow();
  });

  test('is scratch, or lasts and is backed up [storage-fsx-lustre-deployment]', () => {
    expect(filesOf(hpc()).LustreConfiguration).toEqual({ DeploymentType: 'SCRATCH_2' });
    const deployment = HpcDeployment.persistent({ throughputPerTiB: 250, backupDays: 90 });
    expect(filesOf(hpc({ deployment })).LustreConfiguration).toEqual({
      DeploymentType: 'PERSISTENT_2',
      PerUnitStorageThroughput: 250,
      AutomaticBackupRetentionDays: 90,
      DailyAutomaticBackupStartTime: '03:00',
      CopyTagsToBackups: true,
    });
  });

  test('fails at a throughput that is not sold, and the CDK lets pass, or at backups for too long [storage-fsx-lustre-deployment]', () => {
    const lasting = (throughputPerTiB: number, backupDays?: number) => () =>
      hpc({
        deployment: HpcDeployment.persistent({ throughputPerTiB, ...(backupDays !== undefined && { backupDays }) }),
      });
    expect(lasting(100)).toThrow('Stack/Hpc:\n  throughputPerTiB is 100; give 125, 250, 500 or 1000');
    expect(lasting(125, 91)).toThrow('backupDays is 91 days; give a whole number from 0 to 90 days');
    expect(lustre({ deploymentType: LustreDeploymentType.PERSISTENT_2 })).not.toThrow();
  });

  test('shows the objects of a bucket as files: at its root where it is scratch, in a folder and both ways where it lasts [storage-fsx-lustre-s3-link]', () => {
    const scratch = site();
    const link = (stack: Stack) => ({ bucket: new Bucket(stack, 'Data'), prefix: 'genomes' });
    const path = { 'Fn::Join': ['', ['s3://', { Ref: expect.stringMatching(/^Data/) }, '/genomes']] };
    expect(filesOf(hpc({ link: link(scratch.stack) }, scratch)).LustreConfiguration.ImportPath).toEqual(path);
    const lasting = site();
    const made = hpc(
      { link: link(lasting.stack), deployment: HpcDeployment.persistent({ throughputPerTiB: 125 }) },
      lasting,
    );
    expect(filesOf(made).LustreConfiguration.ImportPath).toBeUndefined();
    const [association] = Object.values(made.template().findResources('AWS::FSx::DataRepositoryAssociation'));
    expect(association.Properties).toMatchObject({
      DataRepositoryPath: path,
      FileSystemPath: '/data',
      S3: { AutoImportPolicy: { Events: ['NEW', 'CHANGED', 'DELETED'] } },
    });
  });

  test('fails when a scratch one is to show it in a folder, or in none that there can be [storage-fsx-lustre-s3-link]', () => {
    const at = site();
    const bucket = new Bucket(at.stack, 'Data');
    expect(() => hpc({ link: { bucket, folder: '/data' } }, at)).toThrow(
      'Stack/Hpc:\n  link has the folder /data, and a scratch file system shows a bucket at its root; leave it out, or take HpcDeployment.persistent(...)',
    );
    const deployment = HpcDeployment.persistent({ throughputPerTiB: 125 });
    expect(() => hpc({ deployment, link: { bucket, folder: 'data' } }, site())).toThrow(
      'link has the folder data; name one below the root, such as /data',
    );
    for (const prefix of ['', 'genomes/', '/genomes', 'a//b'])
      expect(() => hpc({ deployment, link: { bucket, prefix } }, site())).toThrow(
        `link has the prefix "${prefix}"; name how keys begin without a slash at either end, such as genomes, or leave it out`,
      );
  });

  test('admits private ranges of other networks, and no others [storage-fsx-hybrid-access]', () => {
    const { made, template } = hpc();
    made.admitRange('10.50.0.0/16');
    expect(JSON.stringify(template().toJSON())).toContain('"CidrIp":"10.50.0.0/16"');
    expect(() => made.admitRange('203.0.113.0/24')).toThrow(
      'cidr is 203.0.113.0/24, which has addresses of the internet',
    );
  });
});

/** The CDK's own block, to see what it lets pass. */
function lustre({ storageCapacityGiB = 1200, deploymentType = LustreDeploymentType.SCRATCH_2 } = {}): () => unknown {
  return () => {
    const { stack, vpc, subnets } = site();
    return new LustreFileSystem(stack, 'Raw', {
      vpc,
      vpcSubnet: subnets[0],
      storageCapacityGiB,
      lustreConfiguration: { deploymentType },
    });
  };
}
