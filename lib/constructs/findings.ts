import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The id under which the rule packs report a policy that allows this resource, for an acknowledgement of that one finding.
 *
 * They write references as text: a parameter or a resource as `<Name>`, an attribute as `<Name.Arn>`.
 */
export const wildcardFinding = (scope: IConstruct, resource: string): string =>
  `AwsSolutions::AwsSolutions-IAM5[Resource::${templateText(Stack.of(scope).resolve(resource))}]`;

interface Intrinsic {
  readonly Ref?: string;
  readonly 'Fn::Base64'?: unknown;
  readonly 'Fn::GetAtt'?: readonly string[];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  readonly 'Fn::Sub'?: string;
}

/** A resolved value as text, with references in angle brackets: `<Name>`, `<Name.Arn>`. */
export function templateText(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const intrinsic = value as Intrinsic;
  if (intrinsic['Fn::Base64'] !== undefined) return templateText(intrinsic['Fn::Base64']);
  if (intrinsic['Fn::Join']) return intrinsic['Fn::Join'][1].map(templateText).join(intrinsic['Fn::Join'][0]);
  if (intrinsic['Fn::GetAtt']) return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  if (intrinsic['Fn::Sub'] !== undefined) return templateText(intrinsic['Fn::Sub']);
  return intrinsic.Ref !== undefined ? `<${intrinsic.Ref}>` : JSON.stringify(value);
}
