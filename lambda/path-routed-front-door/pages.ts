import { Logger } from '@aws-lambda-powertools/logger';
import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { balancerHandler } from '../shared/balancer';
import { isFromEdge } from '../shared/from-edge';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment, optionalEnvironment } from './environment';
import { page } from './page';

const { header, secret } = variables(environment);
const former = process.env[optionalEnvironment.formerSecret];
const provider = new SecretsProvider({ awsSdkV3Client: new SecretsManagerClient(patience) });
const logger = new Logger();
/** How soon a changed secret is noticed; until then the former one is taken, and meanwhile the balancer has asked already. */
const seconds = 300;

/** The pages. The balancer has asked for the secret; that it did is not relied on, as a rule is soon added to it. */
export const handler = balancerHandler({
  answer: async (request) => {
    const accepted = await Promise.all([secret, ...(former ? [former] : [])].map(read));
    if (!isFromEdge(request.headers[header.toLowerCase()], accepted))
      return { status: 403, headers: { 'cache-control': 'no-store' }, body: 'Forbidden' };
    return page(request, request.path.startsWith('/web/'));
  },
  failed: (error) => {
    logger.error('A page could not be made', error as Error);
  },
});

const read = async (arn: string): Promise<string> => String((await provider.get(arn, { maxAge: seconds })) ?? '');
