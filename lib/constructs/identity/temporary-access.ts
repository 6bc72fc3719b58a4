import { Lazy, Validations } from 'aws-cdk-lib';
import { CfnIdentityPool, CfnIdentityPoolRoleAttachment } from 'aws-cdk-lib/aws-cognito';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { FederatedPrincipal, PolicyStatement, Role, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import type { SignIn } from './sign-in';
import { together, type TokenSource } from './token-source';

export interface TemporaryAccessProps {
  /** Whose tokens are swapped, at least one. */
  readonly sources: readonly TokenSource[];
}

export interface MemberGroup {
  /** What its members are, for the console. */
  readonly description: string;
  /** Which group counts for somebody in several, 0 before 1; each its own, as somebody between two equals would get nothing. */
  readonly precedence: number;
}

/** What a person may do with objects of theirs. */
export type ObjectAction = 's3:PutObject' | 's3:GetObject' | 's3:DeleteObject' | 's3:AbortMultipartUpload';
/** What a person may do with items of theirs; each of these says whose item it is about. */
export type ItemAction =
  'dynamodb:GetItem' | 'dynamodb:Query' | 'dynamodb:PutItem' | 'dynamodb:UpdateItem' | 'dynamodb:DeleteItem';

type Mappings = Readonly<Record<string, CfnIdentityPoolRoleAttachment.RoleMappingProperty>>;

/** Stands in policies for the id of whoever asks, which nobody can choose. */
const myself = '${cognito-identity.amazonaws.com:sub}';

/**
 * Swaps a token of somebody who signed in elsewhere for credentials of a role, good for an hour. Nothing about the person is
 * stored but an id, and what they may do names that id: their own objects, their own items. Guests get nothing, and there is
 * no role for them.
 *
 * @claims serverless-identity-pool, serverless-token-normalised
 */
export class TemporaryAccess extends Construct {
  readonly identityPoolId: string;
  /** What whoever signed in carries, unless groups have roles of their own. */
  readonly role: IRole;
  private readonly sources: readonly TokenSource[];
  private readonly precedences = new Map<number, string>();

  constructor(scope: Construct, id: string, { sources }: TemporaryAccessProps) {
    super(scope, id);
    const names = sources.filter(({ application }) => !application).map(({ name }) => name);
    refuse(this, [
      sources.length === 0 &&
        'sources is empty, so that nobody could get credentials; name one, such as TokenSource.application(…)',
      ...sources.flatMap(({ faults }) => faults),
      ...['Google', 'Facebook']
        .filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
        .map((name) => `sources has ${name} twice, but a pool knows one application of it; leave one out`),
    ]);

    const pool = new CfnIdentityPool(this, 'Identities', {
      allowUnauthenticatedIdentities: false,
      // The classic flow would let whoever holds a token choose among all roles that trust the pool.
      allowClassicFlow: false,
      ...together(sources),
    });
    this.identityPoolId = pool.ref;
    this.sources = sources;
    this.role = this.roleFor('Signed in', 'Role');
    new CfnIdentityPoolRoleAttachment(this, 'Roles', {
      identityPoolId: pool.ref,
      roles: { authenticated: this.role.roleArn },
      roleMappings: Lazy.any({ produce: () => this.mappings() }),
    });
  }

  /**
   * A role for the members of a group of the pool of users, the only source there then is. As soon as a group has one, whoever
   * is in none gets no credentials.
   */
  group(signIn: SignIn, groupName: string, { description, precedence }: MemberGroup): IRole {
    const others = this.sources.filter(({ application }) => application?.pool !== signIn.pool);
    const equal = this.precedences.get(precedence);
    refuse(this, [
      others.length > 0 &&
        `group ${groupName}: sources has ${others.map(({ name }) => name).join(' and ')} besides the pool that knows the group; let people come through that pool alone`,
      equal !== undefined &&
        `group ${groupName}: precedence is ${precedence}, as that of ${equal}, and somebody in both would get nothing; give each its own`,
    ]);
    this.precedences.set(precedence, groupName);
    const role = this.roleFor(`Members of ${groupName}`, `${groupName}Role`);
    signIn.group(groupName, { description, precedence, role });
    return role;
  }

  /**
   * Lets people do this to their own objects: those whose keys begin with the prefix and their id.
   *
   * @param prefix what stands before the id, such as `uploads/`
   * @param role the role that may @default the role of whoever signed in
   */
  allowOwnObjects(bucket: IBucket, prefix: string, actions: readonly ObjectAction[], role: IRole = this.role): void {
    refuse(this, [
      actions.length === 0 && 'actions is empty; name what people may do, such as s3:PutObject',
      !/^([^*?$]+\/)?$/.test(prefix) && `prefix is ${prefix}; end it in / and leave wildcards out, as in uploads/`,
    ]);
    const own = `${prefix}${myself}/*`;
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [bucket.arnForObjects(own)] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, bucket.arnForObjects(own)),
      reason:
        'People choose the names of their own objects; what stands before the wildcard is an id that only they have.',
    });
  }

  /** Lets people do this to their own items: those whose partition key is their id. */
  allowOwnItems(table: ITableV2, actions: readonly ItemAction[], role: IRole = this.role): void {
    refuse(this, [actions.length === 0 && 'actions is empty; name what people may do, such as dynamodb:Query']);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [myself] },
          // A request without any leading key meets every condition on all of them.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
  }

  private roleFor(description: string, id: string): Role {
    const audience = 'cognito-identity.amazonaws.com';
    return new Role(this, id, {
      description,
      assumedBy: new FederatedPrincipal(
        audience,
        {
          StringEquals: { [`${audience}:aud`]: this.identityPoolId },
          'ForAnyValue:StringLike': { [`${audience}:amr`]: 'authenticated' },
        },
        'sts:AssumeRoleWithWebIdentity',
      ),
    });
  }

  /** By the token's own word, which holds the role of the first of somebody's groups; who has none is denied. */
  private mappings(): Mappings | undefined {
    if (this.precedences.size === 0) return undefined;
    const mapped = this.sources.map(({ application }, i) => [
      `Application${i}`,
      {
        type: 'Token',
        ambiguousRoleResolution: 'Deny',
        identityProvider: `${application!.pool.userPoolProviderName}:${application!.clientId}`,
      },
    ]);
    return Object.fromEntries(mapped) as Mappings;
  }
}
