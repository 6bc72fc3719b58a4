import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The most bytes each pseudo parameter can become; any other reference may be as long as an ARN. */
const longest: Readonly<Record<string, number>> = {
  'AWS::Region': 25,
  'AWS::AccountId': 12,
  'AWS::Partition': 12,
  'AWS::URLSuffix': 24,
  'AWS::StackName': 128,
};
const longestReference = 2_048;

/** A text of a template: itself, or the one intrinsic function it is made by. */
interface Resolved {
  readonly Ref?: string;
  readonly 'Fn::Join'?: readonly [string, readonly (string | Resolved)[]];
  readonly 'Fn::Sub'?: unknown;
}

function bytesOf(resolved: string | Resolved): number {
  if (typeof resolved === 'string') return Buffer.byteLength(resolved);
  const { 'Fn::Join': join, 'Fn::Sub': sub, Ref: ref = '' } = resolved;
  if (join) {
    const [separator, parts] = join;
    const separators = Buffer.byteLength(separator) * Math.max(0, parts.length - 1);
    return parts.reduce<number>((sum, part) => sum + bytesOf(part), separators);
  }
  if (typeof sub === 'string') {
    const references = sub.match(/\$\{[^!}][^}]*\}/g) ?? [];
    return references.reduce(
      (sum, reference) => sum - Buffer.byteLength(reference) + (longest[reference.slice(2, -1)] ?? longestReference),
      Buffer.byteLength(sub),
    );
  }
  return longest[ref] ?? longestReference;
}

/** The most bytes a text can become at deployment, when its references have their values. */
export const mostBytes = (scope: IConstruct, text: string): number =>
  bytesOf(Stack.of(scope).resolve(text) as string | Resolved);
