/** A policy document as a template has it, intrinsic functions included. */
export interface PolicyDocument {
  readonly Statement: readonly Statement[];
}
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, unknown>>;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One request, as the service that receives it sees it. */
export interface AccessRequest {
  /** `{ Service: 'cloudfront.amazonaws.com' }`, `{ AWS: 'arn:…' }`, `{ CanonicalUser: '…' }`; nobody when left out. */
  readonly principal?: Readonly<Record<string, string>>;
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values; a key that is left out is not in the request. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Decision = 'allow' | 'explicit deny' | 'implicit deny';

/** What one policy says: a matching Deny wins, else a matching Allow, else nobody said yes. */
export function decide(policy: PolicyDocument, request: AccessRequest): Decision {
  const effects = policy.Statement.filter((statement) => matches(statement, request)).map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'explicit deny';
  return effects.includes('Allow') ? 'allow' : 'implicit deny';
}

/**
 * What an identity of the resource's own account is told: either side may allow, either may deny. Of another account both
 * sides must allow.
 */
export function decideTogether(
  identity: PolicyDocument,
  resource: PolicyDocument,
  request: AccessRequest,
  sameAccount: boolean,
): Decision {
  const said = [decide(identity, request), decide(resource, request)];
  if (said.includes('explicit deny')) return 'explicit deny';
  const enough = sameAccount ? said.includes('allow') : said.every((one) => one === 'allow');
  return enough ? 'allow' : 'implicit deny';
}

/**
 * The text of a value with its intrinsic functions: `{ Ref: 'Bucket' }` is `<Bucket>`, an attribute `<Bucket.Arn>`, and the
 * parts of a join follow each other. Whoever asks writes resources the same way.
 */
export function text(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  const [[name, body] = []] = Object.entries(value as Record<string, any>);
  if (name === 'Ref') return `<${body}>`;
  if (name === 'Fn::GetAtt') return `<${[body].flat().join('.')}>`;
  if (name === 'Fn::Join') return (body[1] as unknown[]).map(text).join(body[0]);
  if (name === 'Fn::Sub') return String(body).replace(/\$\{([^}]+)\}/g, '<$1>');
  throw new Error(`cannot read ${JSON.stringify(value)}; teach test/support/policy.ts the function ${name}`);
}

function matches(statement: Statement, request: AccessRequest): boolean {
  return (
    admits(statement.Principal, request.principal) &&
    actionMatches(statement, request.action) &&
    (statement.Resource === undefined || list(statement.Resource).some((one) => like(one, request.resource))) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => conditionHolds(operator, key, list(expected), request)),
    )
  );
}

function admits(named: Statement['Principal'], caller: AccessRequest['principal']): boolean {
  if (named === undefined || named === '*') return true;
  return Object.entries(named).some(([kind, whom]) =>
    list(whom).some((one) => (kind === 'AWS' && one === '*') || caller?.[kind] === one),
  );
}

function actionMatches({ Action, NotAction }: Statement, action: string): boolean {
  const among = (patterns: unknown) =>
    list(patterns).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
  return NotAction === undefined ? among(Action) : !among(NotAction);
}

function conditionHolds(
  operator: string,
  key: string,
  expected: readonly string[],
  { context = {} }: AccessRequest,
): boolean {
  const actual = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  if (operator === 'Null') return (actual === undefined) === (expected[0] === 'true');
  const bare = operator.replace(/IfExists$/, '');
  const negated = /Not/.test(bare);
  if (actual === undefined) return negated || bare !== operator;

  const compare: Readonly<Record<string, (one: string) => boolean>> = {
    StringEquals: (one) => one === actual,
    StringLike: (one) => like(one, actual),
    ArnEquals: (one) => like(one, actual),
    ArnLike: (one) => like(one, actual),
    Bool: (one) => one.toLowerCase() === actual.toLowerCase(),
    NumericLessThan: (one) => Number(actual) < Number(one),
  };
  const test = compare[bare.replace('Not', '')];
  if (!test) throw new Error(`cannot evaluate ${operator}; teach test/support/policy.ts the condition operator`);
  return expected.some(test) !== negated;
}

/** `*` and `?` as IAM reads them. */
function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

const list = (value: unknown): string[] => [value].flat().map(text);
