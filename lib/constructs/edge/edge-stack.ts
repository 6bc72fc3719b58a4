import { Stack } from 'aws-cdk-lib';
import { EDGE_REGION } from './edge-certificate';

/**
 * Where the parts of a stack belong that CloudFront takes from us-east-1 alone: the stack itself where it is fixed to that region,
 * else a second one beside it, `<name>-edge`, which is deployed first. No account is needed to synthesise either.
 */
export function edgeStack(home: Stack): Stack {
  if (home.region === EDGE_REGION) return home;
  const id = `${home.node.id}-edge`;
  const there = home.node.scope?.node.tryFindChild(id);
  if (there instanceof Stack) return there;
  const made = new Stack(home.node.scope, id, {
    description: `What ${home.node.id} needs in ${EDGE_REGION}`,
    terminationProtection: home.terminationProtection,
    env: {
      region: EDGE_REGION,
      ...(home.environment.startsWith('aws://unknown-account') ? {} : { account: home.account }),
    },
  });
  home.addStackDependency(made);
  return made;
}
