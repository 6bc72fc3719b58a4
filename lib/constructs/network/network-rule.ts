import type { CfnResource } from 'aws-cdk-lib';
import { Reference, Stack, Tokenization, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../faults';

/**
 * A rule that holds for every resource below the construct it is put on, whoever made the resource:
 *
 *     Aspects.of(stack).add(new RouteRules(), { priority: AspectPriority.READONLY });
 *
 * It changes nothing, and fails the synthesis with the resource's path, what was seen and what to write instead.
 */
export abstract class NetworkRule implements IAspect {
  visit(node: IConstruct): void {
    refuse(node, this.faults(node));
  }

  /** Everything wrong with one construct. */
  protected abstract faults(node: IConstruct): (string | undefined | false)[];
}

/** All resources of one type in the stack of a construct. */
export function resourcesOf<T extends CfnResource>(node: IConstruct, type: abstract new (...args: never[]) => T): T[] {
  return Stack.of(node)
    .node.findAll()
    .filter((other): other is T => other instanceof type);
}

/** A property as the template will have it. */
export const resolved = (node: IConstruct, value: unknown): unknown => Stack.of(node).resolve(value);

/** Whether two properties are the same in the template. */
export const same = (node: IConstruct, one: unknown, other: unknown): boolean =>
  JSON.stringify(resolved(node, one)) === JSON.stringify(resolved(node, other));

/** The resource a property refers to, in whatever stack of the app it stands; nothing where it is written out or imported. */
export function targetOf(value: unknown): IConstruct | undefined {
  const token = typeof value === 'string' ? Tokenization.reverseString(value).firstToken : undefined;
  return token && Reference.isReference(token) ? token.target : undefined;
}

/** How a template refers to a resource. */
export interface TemplateReference {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
}

/** The resource of the same stack that a property refers to. */
export function referent<T extends CfnResource>(
  node: IConstruct,
  value: unknown,
  type: abstract new (...args: never[]) => T,
): T | undefined {
  const reference = (resolved(node, value) ?? {}) as TemplateReference;
  const id = reference.Ref ?? reference['Fn::GetAtt']?.[0];
  return id === undefined
    ? undefined
    : resourcesOf(node, type).find((resource) => resolved(node, resource.logicalId) === id);
}
