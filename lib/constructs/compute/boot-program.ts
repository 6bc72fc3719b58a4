import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aws, SecretValue, Stack, Token, Tokenization, type CfnResource } from 'aws-cdk-lib';
import { UserData } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { mountCommands, mountFault } from '../storage/mount-boot';
import { installFaults } from './boot-installs';
import { patiently } from './boot-kit';
import { nameOf, payloadOf, repeated, textOf, type BootText } from './boot-payload';
import { dataMountCommands, type DataMount } from './data-mount';
import type { LocalDisks } from './local-disks';
import type { MountedFiles } from '../storage/shared-files';
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
      ...[program, ...files].map(
        (file) =>
          typeof file === 'string' && !existsSync(file) && `there is no file ${file}; give the path of one that exists`,
      ),
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
    const fetches = delivery.usesBucket || localDisks !== undefined || dataMounts.some(({ isStriped }) => isStriped);
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
    const bytes = bytesOf(Stack.of(this).resolve(this.userData.render()) as string | Resolved);
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

/** The most bytes each pseudo parameter can become; any other reference may be as long as an ARN. */
const longest: Readonly<Record<string, number>> = {
  'AWS::Region': 25,
  'AWS::AccountId': 12,
  'AWS::Partition': 12,
  'AWS::URLSuffix': 24,
  'AWS::StackName': 128,
};
const longestReference = 2_048;

/** A text of a template: itself, or the one intrinsic function it is made by. */
interface Resolved {
  readonly Ref?: string;
  readonly 'Fn::Join'?: readonly [string, readonly (string | Resolved)[]];
  readonly 'Fn::Sub'?: unknown;
}

/** The most bytes a resolved text can become at deployment. */
function bytesOf(resolved: string | Resolved): number {
  if (typeof resolved === 'string') return Buffer.byteLength(resolved);
  const { 'Fn::Join': join, 'Fn::Sub': sub, Ref: ref = '' } = resolved;
  if (join) {
    const [separator, parts] = join;
    const separators = Buffer.byteLength(separator) * Math.max(0, parts.length - 1);
    return parts.reduce<number>((sum, part) => sum + bytesOf(part), separators);
  }
  if (typeof sub === 'string') {
    const references = sub.match(/\$\{[^!}][^}]*\}/g) ?? [];
    return references.reduce(
      (sum, reference) => sum - Buffer.byteLength(reference) + (longest[reference.slice(2, -1)] ?? longestReference),
      Buffer.byteLength(sub),
    );
  }
  return longest[ref] ?? longestReference;
}

const secretPatterns: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a reference to Secrets Manager that CloudFormation writes out', pattern: /\{\{resolve:secretsmanager:/ },
  { what: 'a reference to a SecureString that CloudFormation writes out', pattern: /\{\{resolve:ssm-secure:/ },
  { what: 'an access key', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a private key or certificate', pattern: /-----BEGIN / },
  {
    what: 'a password or secret in the clear',
    // NAME=$(…), NAME="$OTHER" and NAME= hold nothing: they are filled at boot. NAME_ARN=… holds only where to look.
    pattern: /(PASSWORD|PASSWD|SECRET|API_?KEY|ACCESS_KEY)("\s*:|\s*=)\s*(?!["']?[$`]|["']{0,2}\s*$)/i,
  },
];
const instead = 'user data is readable by anyone on the host, so read it at boot with the role of the instance';

function secretsIn(where: string, text: string): string[] {
  const lines = text.split('\n');
  return secretPatterns
    .filter(({ pattern }) => lines.some((line) => pattern.test(line)))
    .map(({ what }) => `${where} holds ${what}; ${instead}`);
}

function secretsInSetting(scope: Construct, name: string, value: string): string[] {
  if (!Token.isUnresolved(value)) return secretsIn(`settings.${name}`, `${name}=${value}`);
  if (Tokenization.reverseString(value).tokens.some((token) => SecretValue.isSecretValue(token))) {
    return [`settings.${name} holds a secret value; ${instead}`];
  }
  return secretsIn(`settings.${name}`, JSON.stringify(Stack.of(scope).resolve(value)));
}
