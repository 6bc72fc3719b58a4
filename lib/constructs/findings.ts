import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The id under which the rule packs report a policy that allows this resource, for an acknowledgement of that one finding.
 *
 * They write references as text: a parameter or a resource as `<Name>`, an attribute as `<Name.Arn>`.
 */
export const wildcardFinding = (scope: IConstruct, resource: string): string =>
  `AwsSolutions::AwsSolutions-IAM5[Resource::${flat(Stack.of(scope).resolve(resource))}]`;

function flat(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const [[name, body] = []] = Object.entries(value as Record<string, any>);
  if (name === 'Fn::Join') return (body[1] as unknown[]).map(flat).join(body[0]);
  if (name === 'Fn::GetAtt') return `<${(body as string[]).join('.')}>`;
  if (name === 'Fn::Sub') return flat(body);
  return name === 'Ref' ? `<${body}>` : JSON.stringify(value);
}
