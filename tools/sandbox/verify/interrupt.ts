import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Prepared } from '../assembly';
import { cdk } from '../cdk';
import { cloudFormation, type Sandbox } from '../sandbox';

/** Command lines of the CDK, without what makes them ask. */
export const commands = {
  deploy: ['deploy', '--all', '--require-approval', 'never'],
  destroy: ['destroy', '--all', '--force'],
} as const;

/**
 * Begins something and kills the command line, with no chance to tidy up, as soon as CloudFormation is at it.
 *
 * @param begun whether CloudFormation has been told
 * On a busy machine it can be over before it is seen to have begun; that it went well is then all that is shown, and it is said so.
 *
 * @returns what went wrong
 */
export async function interrupted(
  sandbox: Sandbox,
  { directory, stacks }: Prepared,
  command: keyof typeof commands,
  begun: (client: CloudFormationClient, stack: string) => Promise<boolean>,
): Promise<string[]> {
  const [{ name: stack, region }] = stacks;
  const client = cloudFormation(sandbox, region);
  let over = false;
  const killWhenBegun = async (kill: () => void): Promise<void> => {
    while (!over && !(await begun(client, stack))) await new Promise((resolve) => setTimeout(resolve, 50));
    kill();
  };
  const { code, said } = await cdk([...commands[command], '--app', directory], sandbox.place, {
    quiet: true,
    started: (kill) => void killWhenBegun(kill),
  });
  over = true;
  if (code === 0)
    console.error(`${stack}: the ${command} was over before it could be killed, so going on after a kill is not shown`);
  return code === 137 || code === 0 ? [] : [`the ${command} ended with ${code} before it could be killed:`, said];
}
