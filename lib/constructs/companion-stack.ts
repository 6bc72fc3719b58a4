import { Stack } from 'aws-cdk-lib';

export interface CompanionStackProps {
  /** The one region it is deployed to, such as `eu-central-1`. */
  readonly region: string;
  /** What it is for, in a sentence without its full stop. */
  readonly description: string;
}

/**
 * A second stack beside one, in a region of its own, `<name>-<part>`; it is deployed first. No account is needed to synthesise either, and
 * asked for again it is the same one. Neither can take a value of the other: what one must know of the other has a name that can be written down.
 *
 * @param home the stack it belongs to
 * @param part the end of its name
 */
export function companionStack(home: Stack, part: string, { region, description }: CompanionStackProps): Stack {
  const id = `${home.node.id}-${part}`;
  const there = home.node.scope?.node.tryFindChild(id);
  if (there instanceof Stack) return there;
  const made = new Stack(home.node.scope, id, {
    description,
    terminationProtection: home.terminationProtection,
    env: {
      region,
      ...(home.environment.startsWith('aws://unknown-account') ? {} : { account: home.account }),
    },
  });
  home.addStackDependency(made);
  return made;
}
