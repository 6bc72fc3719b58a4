import { Token } from 'aws-cdk-lib';
import { Port, type Connections, type IConnectable, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { FileSystem, type AccessPoint, type IAccessPoint, type IFileSystem } from 'aws-cdk-lib/aws-efs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FileSystem as FunctionFiles, type FileSystemConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { TierSecurityGroup } from '../network/tier-security-group';

export interface SharedFilesProps {
  readonly vpc: IVpc;
  /**
   * Where it is mounted from: one subnet in each zone that uses it.
   * @default - one private subnet of each zone, or isolated one if there are no others
   */
  readonly subnets?: SubnetSelection;
  /**
   * The folder that clients see as the root, made at the first use: one to four names.
   * @default '/shared'
   */
  readonly folder?: string;
  /**
   * The POSIX user and group that everything is done as, whoever mounts it, 1 to 4,294,967,295. Root is refused.
   * @default 1000
   */
  readonly owner?: number;
  /**
   * Whether AWS Backup keeps daily copies for 35 days.
   * @default false
   */
  readonly backups?: boolean;
}

/** NFS. */
const port = 2049;

/**
 * A file system (EFS) that functions, and later containers and instances, share: encrypted, mounted by TLS with IAM, through one access
 * point that makes everybody the same unprivileged user below one folder.
 *
 * @claims serverless-efs
 */
export class SharedFiles extends Construct implements IConnectable {
  readonly fileSystem: IFileSystem;
  readonly accessPoint: IAccessPoint;
  readonly connections: Connections;

  constructor(scope: Construct, id: string, props: SharedFilesProps) {
    super(scope, id);
    const { vpc, folder = '/shared', owner = 1000 } = props;
    refuse(this, [
      outsideRange('owner', owner, 1, 4_294_967_295),
      !Token.isUnresolved(folder) &&
        !/^(\/[A-Za-z0-9._-]+){1,4}$/.test(folder) &&
        `folder is ${folder || '(empty)'}; give one to four names of letters, digits and ._- such as /shared/documents`,
    ]);

    const group = new TierSecurityGroup(this, 'Access', { vpc, description: `Files ${this.node.path}`, port });
    this.fileSystem = new FileSystem(this, 'Files', {
      vpc,
      ...(props.subnets && { vpcSubnets: props.subnets }),
      securityGroup: group.securityGroup,
      encrypted: true,
      allowAnonymousAccess: false,
      enableAutomaticBackups: props.backups ?? false,
    });
    const user = `${owner}`;
    const made: AccessPoint = (this.fileSystem as FileSystem).addAccessPoint('AccessPoint', {
      path: folder,
      posixUser: { uid: user, gid: user },
      createAcl: { ownerUid: user, ownerGid: user, permissions: '750' },
    });
    this.accessPoint = made;
    this.connections = this.fileSystem.connections;
  }

  /** Lets somebody in on the port of NFS, and out to it. What IAM says is another matter. */
  admit(members: IConnectable): void {
    this.connections.allowFrom(members, Port.tcp(port), `tcp/${port} to files`);
  }

  /**
   * What a function needs to see the files below a path: rights to this access point and no other, the way there, and to wait
   * until the mount targets are ready.
   *
   * @param path `/mnt/` and one name; the CDK refuses others
   */
  mountedAt(path: string): FunctionFiles {
    return new Mount({
      localMountPath: path,
      arn: this.accessPoint.accessPointArn,
      dependency: [this.fileSystem.mountTargetsAvailable],
      connections: this.connections,
      policies: [
        new PolicyStatement({
          actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
          resources: [this.fileSystem.fileSystemArn],
          conditions: { StringEquals: { 'elasticfilesystem:AccessPointArn': this.accessPoint.accessPointArn } },
        }),
      ],
    });
  }
}

/** The CDK's own way gives write rights by the file system alone, whatever the access point, so the rights are said here. */
class Mount extends FunctionFiles {
  constructor(config: FileSystemConfig) {
    super(config);
  }
}
