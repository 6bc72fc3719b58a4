import { Aws } from 'aws-cdk-lib';
import { AccountPrincipal, OrganizationPrincipal, PolicyStatement, type PrincipalBase } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Who may launch images besides their own account. Never everybody. */
export class ImageShare {
  /** @param ids 12 digits each */
  static accounts(...ids: readonly string[]): ImageShare {
    return new ImageShare({ UserIds: ids }, () => ids.map((id) => new AccountPrincipal(id)), [
      ids.length === 0 && 'share names no account; name at least one, or leave it out',
      ...ids
        .filter((id) => !/^\d{12}$/.test(id))
        .map((id) => `share names the account ${id}; give the 12 digits of one account`),
    ]);
  }

  /**
   * Every account of an organisation, those to come included.
   *
   * @param arn such as arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5
   */
  static organization(arn: string): ImageShare {
    const id = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/(o-[a-z0-9]{10,32})$/.exec(arn)?.[1];
    return new ImageShare({ OrganizationArns: [arn] }, () => [new OrganizationPrincipal(id!)], [
      id === undefined &&
        `share names the organisation ${arn}; give its ARN, such as arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5`,
    ]);
  }

  private constructor(
    /** As a distribution writes it. */
    readonly permission: object,
    private readonly principals: () => readonly PrincipalBase[],
    readonly faults: readonly (string | false)[],
  ) {}

  /**
   * Lets them use the key of the snapshots: through EC2 alone, which gets a grant for each volume it makes of them.
   *
   * @returns whether the key's policy could be written
   * @claims compute-image-share
   */
  grantKey(key: IKey): boolean {
    const principals = [...this.principals()];
    const viaEc2 = { 'kms:ViaService': `ec2.${Aws.REGION}.${Aws.URL_SUFFIX}` };
    const { statementAdded } = key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ImagesAreLaunchedElsewhere',
        principals,
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: ['*'],
        conditions: { StringEquals: viaEc2 },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ImagesAreHandedToEc2Elsewhere',
        principals,
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: { StringEquals: viaEc2, Bool: { 'kms:GrantIsForAWSResource': true } },
      }),
    );
    return statementAdded;
  }
}
