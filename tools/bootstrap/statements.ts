/** A statement of a policy that is written here. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** What a managed policy may hold; IAM does not count white space. */
export const managedPolicySize = 6144;

export const policyOf = (Statement: readonly PolicyStatement[]): Policy => ({ Version: '2012-10-17', Statement });

/** The characters of a policy as IAM counts them. */
export const sizeOf = (policy: Policy): number => JSON.stringify(policy).length;

/**
 * Spreads statements over as few managed policies as a first fit finds; a statement that fits into none is cut between its
 * actions.
 *
 * @throws when a single action with its resources is larger than a policy may be
 */
export function packed(statements: readonly PolicyStatement[]): Policy[] {
  const bins: PolicyStatement[][] = [];
  for (const statement of statements.flatMap(pieces)) {
    const bin = bins.find((one) => sizeOf(policyOf([...one, statement])) <= managedPolicySize);
    if (bin) bin.push(statement);
    else bins.push([statement]);
  }
  return bins.map(policyOf);
}

function pieces(statement: PolicyStatement): PolicyStatement[] {
  if (sizeOf(policyOf([statement])) <= managedPolicySize) return [statement];
  const { Action, Resource, Sid = 'Statement' } = statement;
  const [by, list] = Action.length > 1 ? (['Action', Action] as const) : (['Resource', [Resource].flat()] as const);
  if (list.length < 2) throw new Error(`${Sid} is larger than a managed policy may be, and cannot be cut`);
  const half = Math.ceil(list.length / 2);
  return [list.slice(0, half), list.slice(half)].flatMap((part, i) =>
    pieces({ ...statement, Sid: `${Sid}${i + 1}`, [by]: part }),
  );
}
