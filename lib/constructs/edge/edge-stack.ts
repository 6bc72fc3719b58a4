import type { Stack } from 'aws-cdk-lib';
import { companionStack } from '../companion-stack';
import { EDGE_REGION } from './edge-certificate';

/**
 * Where the parts of a stack belong that CloudFront takes from us-east-1 alone: the stack itself where it is fixed to that region,
 * else a second one beside it, `<name>-edge`, which is deployed first. No account is needed to synthesise either.
 */
export function edgeStack(home: Stack): Stack {
  if (home.region === EDGE_REGION) return home;
  return companionStack(home, 'edge', {
    region: EDGE_REGION,
    description: `What ${home.node.id} needs in ${EDGE_REGION}`,
  });
}
