import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/**
 * A value of one stack as another reads it, whatever the regions of the two. The reader is deployed second.
 *
 * @param owner what has the value; the output that carries it stands below it
 * @param id the name of that output
 */
export function readAcross(owner: Construct, id: string, value: string, reader: IConstruct): string {
  const own = Stack.of(owner);
  if (Stack.of(reader) === own) return value;
  const output = (owner.node.tryFindChild(id) as CfnOutput | undefined) ?? new CfnOutput(owner, id, { value });
  Stack.of(reader).addStackDependency(own);
  return Fn.getStackOutput(own.stackName, own.getLogicalId(output), own.region);
}
