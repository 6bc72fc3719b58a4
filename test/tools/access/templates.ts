import type { Resource, Stack, Template } from '../../../tools/template/stack';
import { AccessModel, type AccessOptions } from '../../../tools/access/model';
import type { PolicyDocument } from '../../../tools/access/statements';

/** Parts of templates as the tests write them: short, and complete where it matters. */
export type Properties = Readonly<Record<string, unknown>>;

export const statement = (Action: unknown, Resource: unknown, more: Properties = {}): Properties => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (Action: unknown, Resource: unknown, more: Properties = {}): Properties => ({
  ...statement(Action, Resource, more),
  Effect: 'Deny',
});
export const document = (...statements: readonly Properties[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

export const resource = (Type: string, Properties: Properties = {}, more: Properties = {}): Resource => ({
  Type,
  Properties,
  ...more,
});

export const ref = (logicalId: string) => ({ Ref: logicalId });
export const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const join = (...parts: readonly unknown[]) => ({ 'Fn::Join': ['', parts] });
export const own = (logicalId: string) => join(arn(logicalId), '/*');

/** A role that a service assumes, with inline policies of these statements. */
export function role(statements: readonly Properties[] = [], more: Properties = {}): Resource {
  return resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
    }),
    ...(statements.length > 0 && { Policies: [{ PolicyName: 'Inline', PolicyDocument: document(...statements) }] }),
    ...more,
  });
}

export const template = (Resources: Readonly<Record<string, Resource>>, more: Properties = {}): Template => ({
  Resources,
  ...more,
});

/** The model of one stack. */
export function modelOf(
  resources: Readonly<Record<string, Resource>>,
  { options = {}, ...more }: Partial<Stack> & { readonly options?: AccessOptions; readonly sections?: Properties } = {},
): AccessModel {
  const { sections = {}, ...stack } = more;
  return AccessModel.fromTemplates([{ name: 'stack', template: template(resources, sections), ...stack }], options);
}
