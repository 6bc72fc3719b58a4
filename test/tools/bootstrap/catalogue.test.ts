import { catalogue } from '../../../lib/catalogue';
import { publishedAction } from '../../../tools/access/actions';
import type { Context } from '../../../tools/access/context';
import { AccessModel } from '../../../tools/access/model';
import { targetOf } from '../../../tools/access/requests';
import { boundaryName, plan, policiesOfRole, type Plan } from '../../../tools/bootstrap/plan';
import { managedPolicySize, sizeOf } from '../../../tools/bootstrap/statements';
import { variants, type Variant } from '../../../tools/bootstrap/variants';
import { anyAccount, anyRegion, gapsOf, show } from '../../../tools/template/text';

const arn = (kind: string, name: string) => `arn:aws:iam::${anyAccount}:${kind}/${name}`;
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const withBoundary = { 'iam:PermissionsBoundary': arn('policy', boundaryName) };

/** The role that CloudFormation deploys with, with the policies made for it and nothing else. */
function execution({ policies }: Plan) {
  const own = Object.entries(policies).filter(([name]) => name !== boundaryName);
  return { principal: arn('role', 'cdk-execution'), policies: own.map(([, policy]) => ({ ...policy })) };
}

describe.each(catalogue.map(({ name }) => name))('%s', (name) => {
  const ways = variants([name]);
  const made = plan(ways);
  const bounded = variants([name], [`permissionsBoundary=${boundaryName}`]);
  const { model } = ways[0];
  const role = execution(made);
  const can = (action: string, resource: string, context: Context = {}) =>
    model.can(role, action, resource, context).verdict;
  const own = arn('role', `${name}-Role`);

  test('CloudFormation may do to each resource what its type needs', () => {
    const { asked, refused } = demanded(ways, made);
    expect(refused).toEqual([]);
    expect(asked).toBeGreaterThan(made.demand.needed.length);
  });

  test('CloudFormation makes and changes roles with the boundary only, and attaches nothing that no template attaches', () => {
    expect(can('iam:CreateRole', own, withBoundary)).toBe('allowed');
    for (const action of ['CreateRole', 'PutRolePolicy', 'PutRolePermissionsBoundary', 'UpdateAssumeRolePolicy']) {
      expect([action, can(`iam:${action}`, own, { 'iam:PermissionsBoundary': null })]).toEqual([action, 'denied']);
      expect([action, can(`iam:${action}`, own, { 'iam:PermissionsBoundary': administrator })]).toEqual([
        action,
        'denied',
      ]);
      expect([action, can(`iam:${action}`, arn('role', 'administrator'), withBoundary)]).toEqual([action, 'denied']);
    }
    expect(can('iam:AttachRolePolicy', own, { ...withBoundary, 'iam:PolicyARN': administrator })).toBe('denied');
    expect(can('iam:PutRolePolicy', arn('role', 'cdk-execution'), withBoundary)).toBe('denied');
    expect(can('iam:CreateUser', arn('user', 'eve'))).toBe('denied');
    expect(can('iam:CreateAccessKey', arn('user', 'ada'))).toBe('denied');
  });

  test('CloudFormation hands over no foreign role, and none to a service that no template trusts', () => {
    const to = (service: string) => ({ 'iam:PassedToService': service });
    expect(can('iam:PassRole', arn('role', 'administrator'), to('lambda.amazonaws.com'))).toBe('denied');
    expect(can('iam:PassRole', own, to('sagemaker.amazonaws.com'))).toBe('denied');
  });

  test('CloudFormation cannot take the boundary off, nor change it or its own policies, whatever else it is granted', () => {
    const mighty = { ...role, policies: [...role.policies, everything] };
    const verdict = (action: string, resource: string) => model.can(mighty, action, resource).verdict;
    expect(verdict('iam:DeleteRolePermissionsBoundary', own)).toBe('denied');
    for (const policy of Object.keys(made.policies)) {
      for (const action of ['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion', 'DeletePolicy'])
        expect(verdict(`iam:${action}`, arn('policy', policy))).toBe('denied');
    }
  });

  test('CloudFormation leaves alone what belongs to another stack', () => {
    const here = `eu-west-1:${anyAccount}`;
    for (const [action, resource] of [
      ['lambda:UpdateFunctionCode', `arn:aws:lambda:${here}:function:payroll`],
      ['dynamodb:DeleteTable', `arn:aws:dynamodb:${here}:table/payroll`],
      ['sqs:DeleteQueue', `arn:aws:sqs:${here}:payroll`],
      ['s3:DeleteBucket', 'arn:aws:s3:::payroll'],
      ['s3:GetObject', 'arn:aws:s3:::payroll/salaries.csv'],
      ['logs:DeleteLogGroup', `arn:aws:logs:${here}:log-group:payroll`],
    ]) {
      expect([action, can(action, resource)]).toEqual([action, 'denied']);
    }
    const tagged = (value: string | null) => ({ 'aws:ResourceTag/groundplan:architecture': value });
    const identity = { Statement: made.policies['groundplan-execution-1'].Statement };
    expect(JSON.stringify(identity)).not.toContain('"iam:*"');
    for (const value of [null, 'payroll'])
      expect(can('kms:ScheduleKeyDeletion', `arn:aws:kms:${here}:key/1a2b3c4d`, tagged(value))).not.toBe('allowed');
  });

  test('every role and user of the templates carries the boundary when the setting says so', () => {
    const people = bounded
      .flatMap((way) => way.model.names.entries)
      .filter(({ type }) => /^AWS::IAM::(Role|User)$/.test(type));
    expect(people.length).toBeGreaterThan(0);
    const written = people.map(({ logicalId, resource }) => [
      logicalId,
      JSON.stringify(resource.Properties?.PermissionsBoundary),
    ]);
    expect(written.filter(([, boundary]) => !boundary?.includes(`:policy/${boundaryName}`))).toEqual([]);
  });

  test('the boundary takes nothing from any role', () => {
    for (const [i, way] of bounded.entries()) {
      const managedPolicies = { [boundaryName]: { ...made.policies[boundaryName] } };
      const held = AccessModel.fromTemplates(way.model.stacks, { managedPolicies });
      expect(held.principals().length).toBeGreaterThan(0);
      for (const { entry } of held.principals()) {
        const role = `${entry.stack.name}/${entry.logicalId}`;
        expect([role, held.matrix(role)]).toEqual([role, ways[i].model.matrix(role)]);
      }
    }
  });

  test('with the boundary, no role can change who may do what, whatever it is granted', () => {
    const mighty = { principal: own, policies: [everything], boundary: { ...made.policies[boundaryName] } };
    for (const [action, resource] of [
      ['iam:CreateRole', own],
      ['iam:AttachRolePolicy', own],
      ['iam:PutRolePolicy', own],
      ['iam:DeleteRolePermissionsBoundary', own],
      ['iam:CreatePolicyVersion', arn('policy', boundaryName)],
      ['iam:CreateAccessKey', arn('user', 'ada')],
      ['iam:PassRole', arn('role', 'administrator')],
    ]) {
      expect([action, model.can(mighty, action, resource, withBoundary).verdict]).toEqual([action, 'denied']);
    }
  });

  test('the policies fit into IAM', () => {
    const sizes = Object.entries(made.policies).map(([policy, document]) => [policy, sizeOf(document)] as const);
    expect(sizes.filter(([, size]) => size > managedPolicySize)).toEqual([]);
    expect(sizes.length - 1).toBeLessThanOrEqual(policiesOfRole);
  });
});

/** Asks about every action that the type of a resource needs: on the resource, where it is done to such a one. */
function demanded(ways: readonly Variant[], made: Plan): { asked: number; refused: string[] } {
  const refused = new Set<string>();
  const role = execution(made);
  let asked = 0;
  for (const { model, architecture } of ways) {
    for (const entry of model.names.entries) {
      const resource = `${entry.stack.name}/${entry.logicalId}`;
      for (const { action } of made.demand.needed.filter((one) => one.types.includes(entry.type))) {
        const published = publishedAction(action);
        if (!published) continue;
        const arnOf = published.resources.length > 0 ? targetOf(published, resource, model.names)?.arn : undefined;
        const target = arnOf?.startsWith('arn:') ?? false;
        const named = target ? deployed(arnOf!) : '*';
        for (const context of situations(entry.type, action, architecture, model)) {
          asked += 1;
          const { verdict, explanation } = model.can(role, action, named ?? resource, context);
          // What is done to another resource than the one that needs it is allowed on some.
          if (verdict === 'denied' || (target && verdict !== 'allowed')) refused.add(explanation);
        }
      }
    }
  }
  return { asked, refused: [...refused] };
}

/** An ARN once CloudFormation has made its name from the stack's; undefined where the service makes the name. */
function deployed(arn: string): string | undefined {
  const names = gapsOf(arn).filter(({ kind }) => kind === 'name');
  if (names.length > 0 && names[0].prefix === undefined) return undefined;
  const text = arn.replaceAll(anyRegion, 'eu-west-1');
  return show(text, ({ kind, label, prefix }) =>
    kind === 'account' ? anyAccount : `${prefix ?? ''}${label.slice(0, 8)}-1A2B3C`,
  );
}

/** What comes with CloudFormation's requests: the tags of the stack, the boundary, what is attached, who gets the role. */
function situations(type: string, action: string, architecture: string, model: AccessModel): Context[] {
  const common = {
    ...withBoundary,
    'kms:ViaService': 'lambda.eu-west-1.amazonaws.com',
    'aws:ResourceTag/groundplan:architecture': architecture,
  };
  const roles = model.names.entries.filter((entry) => entry.type === 'AWS::IAM::Role');
  if (action === 'iam:PassRole') {
    const trusts = model.resourcePolicies.filter(({ service }) => service === 'sts');
    const services = trusts.flatMap(({ statements }) =>
      statements.flatMap(({ principals }) => principals?.services ?? []),
    );
    return [...new Set(services)].map((service) => ({ ...common, 'iam:PassedToService': service }));
  }
  if (!/(At|De)tachRolePolicy$/.test(action)) return [common];
  const attached = roles.flatMap(
    ({ resource, stack }) => (model.resolver.resolve(stack, resource.Properties?.ManagedPolicyArns) ?? []) as string[],
  );
  return type === 'AWS::IAM::Role'
    ? [...new Set(attached)].map((policy) => ({ ...common, 'iam:PolicyARN': policy }))
    : [];
}
