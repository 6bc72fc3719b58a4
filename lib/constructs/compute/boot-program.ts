import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aws, Stack, type CfnResource } from 'aws-cdk-lib';
import { UserData } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { mountCommands, mountFault } from '../storage/mount-boot';
import { installFaults } from './boot-installs';
import { patiently } from './boot-kit';
import { absentFaults, nameOf, payloadOf, repeated, textOf, type BootText } from './boot-payload';
import { secretsIn, secretsInSetting } from './boot-secrets';
import { dataMountCommands, type DataMount } from './data-mount';
import type { LocalDisks } from './local-disks';
import type { MountedFiles } from '../storage/shared-files';
import { mostBytes } from './longest-text';
import type { MetricsAgent } from './metrics-agent';

export interface BootProgramProps {
  /** Path of the program, a bash file, or its text. It runs as root, once, on the first boot; its exit status decides whether the boot was good. */
  readonly program: string | BootText;
  /**
   * Environment variables the program gets; names in capitals. Never secrets: user data is readable by anyone on the host.
   * @default - none
   */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Paths of files the program needs, or their texts; they stand, under their own names, in the folder `$BOOT_FILES`.
   * @default - none
   */
  readonly files?: readonly (string | BootText)[];
  /**
   * Shared files that are mounted before the program runs. The `Fleet` the instances belong to gives them the way and the rights.
   * @default - none
   */
  readonly mounts?: readonly MountedFiles[];
  /**
   * Folders that are data volumes, mounted at every start.
   * @default - none
   */
  readonly dataMounts?: readonly DataMount[];
  /**
   * Where the disks of the machine itself are mounted, at every start, before the program runs the first time. What launches the
   * instance refuses types that have none.
   * @default - not used
   */
  readonly localDisks?: LocalDisks;
  /**
   * Folders whose content must outlive a stop of the instance; refused on local disks.
   * @default - none
   */
  readonly durable?: readonly string[];
  /**
   * Measures what only the instance itself sees, such as its memory; installed before the program runs.
   * @default - none
   */
  readonly agent?: MetricsAgent;
  /**
   * How program and files reach the instance.
   * @default BootDelivery.inline()
   */
  readonly delivery?: BootDelivery;
}

/** User data before it is encoded. */
export const maximumUserDataBytes = 16_384;
/** Where program and files stand on the instance. */
export const bootFolder = '/var/lib/boot';

/** How program and files reach the instance. */
export class BootDelivery {
  /** Inside the user data, which holds 16,384 bytes in all. */
  static inline(): BootDelivery {
    return new BootDelivery(false);
  }
  /** From the bootstrap bucket: user data fetches one object with the instance's role, which may read that object alone. Needs the AWS CLI in the image and a way to S3. */
  static fromBucket(): BootDelivery {
    return new BootDelivery(true);
  }
  private constructor(readonly usesBucket: boolean) {}
}

/**
 * What an instance runs on its first boot, as user data made from a program in a file of its own.
 *
 * User data runs as root, once, on the first boot only: a change reaches instances by replacing them. A block that replaces
 * them (`Fleet`) calls `signal`; then whatever ends the program, be it its last line, a failed command or a syntax error,
 * its exit status goes to CloudFormation.
 *
 * @claims compute-user-data-once, compute-user-data-size, compute-user-data-no-secrets, compute-boot-signal
 */
export class BootProgram extends Construct {
  readonly userData: UserData = UserData.forLinux();
  /** What it mounts before it runs. */
  readonly mounts: readonly MountedFiles[];
  readonly localDisks?: LocalDisks;
  readonly agent?: MetricsAgent;
  private readonly asset?: Asset;
  /** What runs on the first boot, by where it stands. */
  private readonly texts: readonly BootText[];
  private signalled?: CfnResource;

  constructor(scope: Construct, id: string, props: BootProgramProps) {
    super(scope, id);
    const { program, settings = {}, files = [], mounts = [], dataMounts = [] } = props;
    const { localDisks, durable = [] } = props;
    const { delivery = BootDelivery.inline() } = props;
    refuse(this, [
      ...absentFaults([program, ...files]),
      ...Object.keys(settings).map(
        (name) =>
          !/^[A-Z][A-Z0-9_]*$/.test(name) &&
          `settings has the name ${name}; use capital letters, digits and underscores, beginning with a letter`,
      ),
      ...Object.entries(settings).map(
        ([name, value]) => /[\n\0]/.test(value) && `settings.${name} has more than one line; put it into a file`,
      ),
      ...repeated([program, ...files].map(nameOf)).map(
        (name) =>
          `files has the name ${name} twice, and the program counts too; rename one, since all stand in one folder`,
      ),
      ...mounts.map(mountFault),
      ...dataMounts.flatMap((mount) => mount.faults()),
      ...repeated([...mounts, ...dataMounts].map(({ at }) => at)).map(
        (at) => `${at} is to be two things that are mounted; give each a folder of its own`,
      ),
      ...(localDisks?.folderFaults([...[...mounts, ...dataMounts].map(({ at }) => at), ...durable]) ?? []),
    ]);
    refuse(this, [
      ...[program, ...files].map(textOf).flatMap(({ name, text }) => secretsIn(name, text)),
      ...Object.entries(settings).flatMap(([name, value]) => secretsInSetting(this, name, value)),
    ]);

    this.mounts = mounts;
    if (localDisks) this.localDisks = localDisks;
    this.agent = props.agent;
    const payload = payloadOf(textOf(program), files.map(textOf));
    this.texts = [
      ...[program, ...files].map(textOf),
      { name: 'user data', text: [...mountCommands(mounts), ...(this.agent?.commands ?? [])].join('\n') },
    ];
    // Seconds after its launch an instance may not have its network or the rights of its role yet.
    const fetches =
      delivery.usesBucket ||
      localDisks !== undefined ||
      this.agent !== undefined ||
      dataMounts.some(({ isStriped }) => isStriped);
    this.userData.addCommands(
      ...(fetches ? [patiently] : []),
      `export BOOT_FILES='${bootFolder}'`,
      ...Object.entries(settings).map(([name, value]) => `export ${name}=${quoted(value)}`),
      'mkdir -p "$BOOT_FILES"',
      ...(localDisks?.commands() ?? []),
      ...dataMountCommands(dataMounts),
      ...mountCommands(mounts),
      ...(this.agent?.commands ?? []),
    );
    if (delivery.usesBucket) {
      this.asset = new Asset(this, 'Payload', { path: written(payload) });
      this.userData.addCommands(
        `patiently aws s3 cp '${this.asset.s3ObjectUrl}' "$BOOT_FILES/payload" --region '${Aws.REGION}' --only-show-errors || exit`,
        'bash "$BOOT_FILES/payload"',
      );
    } else {
      this.userData.addCommands(payload);
    }
    this.checkSize();
  }

  /** What it installs that an image holds already, besides packages that may be installed at boot. */
  installFaults(allowed: readonly string[]): string[] {
    return installFaults(this.texts, allowed);
  }

  /** Lets a role read what the instance fetches, if it fetches anything, and measure. */
  grantRead(role: IRole): void {
    this.agent?.grantRun(role);
    if (!this.asset) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.asset.bucket.arnForObjects(this.asset.s3ObjectKey)],
      }),
    );
  }

  /** Reports the end of the program, good or bad, to CloudFormation as a signal for `resource` of the same stack. */
  signal(resource: CfnResource): void {
    refuse(this, [
      this.signalled &&
        `program reports to ${this.signalled.node.path} already; an instance belongs to one group, so give the other a template and a boot program of its own`,
    ]);
    this.signalled = resource;
    const { stackName } = Stack.of(resource);
    this.userData.addOnExitCommands(
      `/opt/aws/bin/cfn-signal --exit-code "$exitCode" --stack '${stackName}' --resource '${resource.logicalId}' --region '${Aws.REGION}'`,
    );
    this.checkSize();
  }

  private checkSize(): void {
    const bytes = mostBytes(this, this.userData.render());
    refuse(this, [
      bytes > maximumUserDataBytes &&
        `user data is up to ${bytes} bytes long; EC2 takes ${maximumUserDataBytes}, so give delivery: BootDelivery.fromBucket()`,
    ]);
  }
}

function written(payload: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'boot-')), 'payload.sh');
  writeFileSync(file, payload);
  return file;
}

/** A value as one word of a shell; tokens stay what they are. */
const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
