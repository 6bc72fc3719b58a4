import type { CfnFileSystem } from 'aws-cdk-lib/aws-fsx';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { cidrFault } from '../network/cidr';

/** An Active Directory of your own, and how a file server joins it. */
export interface OwnDirectory {
  /** Such as `corp.example.com`. */
  readonly domainName: string;
  /** Its domain controllers, one to three addresses. */
  readonly dnsAddresses: readonly string[];
  /** Who may join computers to it. */
  readonly userName: string;
  /** A secret in JSON with that user's `password`. */
  readonly credentials: ISecret;
  /**
   * Where the computer's account is made, such as `OU=Servers,DC=corp,DC=example,DC=com`.
   * @default - the directory's own place for computers
   */
  readonly organisationalUnit?: string;
}

/**
 * The directory whose users a share knows: one of AWS, or your own, and never both.
 *
 * @claims storage-fsx-windows-directory
 */
export class ShareDirectory {
  /**
   * @param directoryId an AWS Managed Microsoft AD, `d-` and ten letters and digits
   * @param controllers where its domain controllers are, as IPv4 blocks; the whole network of the share unless given
   */
  static managed(directoryId: string, controllers?: readonly string[]): ShareDirectory {
    return new ShareDirectory({ directoryId, ...(controllers && { controllers }) });
  }

  static own(directory: OwnDirectory): ShareDirectory {
    return new ShareDirectory({ own: directory });
  }

  private constructor(
    private readonly given: {
      readonly directoryId?: string;
      readonly controllers?: readonly string[];
      readonly own?: OwnDirectory;
    },
  ) {}

  /** Where its domain controllers are, as IPv4 blocks; nothing where that is not said. */
  get controllers(): readonly string[] | undefined {
    return this.given.own?.dnsAddresses.map((address) => `${address}/32`) ?? this.given.controllers;
  }

  get configuration(): Pick<
    CfnFileSystem.WindowsConfigurationProperty,
    'activeDirectoryId' | 'selfManagedActiveDirectoryConfiguration'
  > {
    const { directoryId, own } = this.given;
    if (!own) return { activeDirectoryId: directoryId };
    return {
      selfManagedActiveDirectoryConfiguration: {
        domainName: own.domainName,
        dnsIps: [...own.dnsAddresses],
        userName: own.userName,
        // A reference that CloudFormation resolves; the password is never in the template.
        password: own.credentials.secretValueFromJson('password').unsafeUnwrap(),
        ...(own.organisationalUnit !== undefined && {
          organizationalUnitDistinguishedName: own.organisationalUnit,
        }),
      },
    };
  }

  /** Sentences about values FSx would refuse. */
  faults(): (string | false)[] {
    const { directoryId, own } = this.given;
    return [
      ...(this.controllers ?? []).map((cidr) => cidrFault('directory', cidr) ?? false),
      directoryId !== undefined &&
        !directoryId.includes('${') &&
        !/^d-[0-9a-f]{10}$/.test(directoryId) &&
        `directory is ${directoryId}; give the id of an AWS Managed Microsoft AD, such as d-0123456789`,
      own !== undefined &&
        (own.dnsAddresses.length < 1 || own.dnsAddresses.length > 3) &&
        `directory has ${own.dnsAddresses.length} dnsAddresses; give one to three of its domain controllers`,
    ];
  }
}
