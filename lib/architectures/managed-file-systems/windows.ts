import { CfnOutput, Validations } from 'aws-cdk-lib';
import { CfnMicrosoftAD } from 'aws-cdk-lib/aws-directoryservice';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { ShareDirectory } from '../../constructs/storage/share-directory';
import { WindowsFileShare } from '../../constructs/storage/windows-file-share';
import type { FilesProps } from './hpc';

/** The directory's own name, which nobody outside this network asks for. */
export const directoryName = 'corp.files.internal';

/** A Windows share for the users of a directory that AWS keeps, and a group for the machines that mount it. */
export class Windows extends Construct {
  readonly fileSystemId: string;

  constructor(scope: Construct, id: string, { place, acceptHourlyCost, isLasting }: FilesProps) {
    super(scope, id);
    const { vpc } = place.network;
    const { subnets } = vpc.selectSubnets(place.network.subnets('files'));
    const password = new Secret(this, 'Password', {
      description: 'The password of Admin, who rules the directory',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'password',
        passwordLength: 32,
        excludePunctuation: true,
      },
    });
    Validations.of(password).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'CloudFormation sets the password once, as it makes the directory, and another value of the secret would not be the password: it is changed in the directory, by ResetUserPassword.',
    });
    const directory = new CfnMicrosoftAD(this, 'Directory', {
      name: directoryName,
      edition: 'Standard',
      // A reference that CloudFormation resolves; the password is never in the template.
      password: password.secretValueFromJson('password').unsafeUnwrap(),
      vpcSettings: { vpcId: vpc.vpcId, subnetIds: subnets.map(({ subnetId }) => subnetId) },
    });
    const share = new WindowsFileShare(this, 'Share', {
      vpc,
      subnets: isLasting ? subnets : [subnets[0]],
      directory: ShareDirectory.managed(directory.ref),
      capacityGiB: 32,
      throughputMBps: isLasting ? 64 : 32,
      backupDays: isLasting ? 30 : 0,
      acceptHourlyCost,
    });
    this.fileSystemId = share.fileSystemId;

    const machines = new TierSecurityGroup(this, 'Machines', { vpc, description: 'Machines that mount the share' });
    const administrators = new TierSecurityGroup(this, 'Administrators', {
      vpc,
      description: 'Machines the share is set up from',
    });
    share.admit(machines);
    share.admitAdministrators(administrators);
    new CfnOutput(this, 'DnsName', { value: share.dnsName, description: 'What clients mount, with \\share behind it' });
    new CfnOutput(this, 'MachinesGroup', { value: machines.securityGroup.securityGroupId });
    new CfnOutput(this, 'DirectoryId', { value: directory.ref });
  }
}
