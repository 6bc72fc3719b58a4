import { Logger } from '@aws-lambda-powertools/logger';
import { balancerHandler } from '../shared/balancer';
import { BalancerIdentity } from '../shared/balancer-identity';
import { variables } from '../shared/variables';
import { answer } from './answer';
import { environment, optionalEnvironment } from './environment';

const own = variables(environment);
const balancer = process.env[optionalEnvironment.balancer];
const identity = balancer ? new BalancerIdentity(balancer) : undefined;
const logger = new Logger();

/** Every service behind the load balancer; its environment says which one it is. */
export const handler = balancerHandler({
  multiValueHeaders: true,
  answer: (request) => answer(request, own, identity && ((token) => identity.of(token))),
  failed: (error) => {
    logger.error('A request could not be answered', error as Error);
  },
});
