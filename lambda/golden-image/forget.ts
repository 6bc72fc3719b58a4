import { Logger } from '@aws-lambda-powertools/logger';
import { DeleteParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { resourceHandler } from '../shared/custom-resource';
import { eachRegion, settings } from './regions';
import { retireImages } from './retire-images';

const logger = new Logger();

/** Takes away what a pipeline has made, when its stack goes: the parameter, and every image that nothing uses. */
export const handler = resourceHandler(async ({ kind, physicalId = settings.name }) => {
  if (kind === 'Delete')
    await eachRegion(async (clients, region) => {
      await withoutParameter(clients.ssm);
      logger.info('forgotten', { region, ...(await retireImages(clients, { ...settings, keep: 0 })) });
    });
  return { physicalId };
});

async function withoutParameter(ssm: SSMClient): Promise<void> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name: settings.parameter }));
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw error;
  }
}
