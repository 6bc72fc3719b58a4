import { Duration, Lazy } from 'aws-cdk-lib';
import type { CfnStage, IStage } from 'aws-cdk-lib/aws-apigateway';
import type { ApiStage } from './api-stage';

type Setting = CfnStage.MethodSettingProperty;

/**
 * Which answers the stages keep. Nothing is kept but what a route says it depends on, and what is kept is encrypted.
 *
 * @claims serverless-api-cache
 */
export class ApiCaches {
  private readonly kept = new Set<string>();

  constructor(stages: readonly IStage[], props: readonly ApiStage[]) {
    props.forEach(({ cache }, index) => {
      if (!cache) return;
      const resource = stages[index].node.defaultChild as CfnStage;
      const [every] = resource.methodSettings as readonly Setting[];
      const cacheTtlInSeconds = (cache.ttl ?? Duration.minutes(5)).toSeconds();
      resource.methodSettings = Lazy.any({
        produce: () => [
          { ...every, cachingEnabled: false },
          // A method's own settings stand in place of the stage's, its limits included.
          ...[...this.kept].map((route): Setting => {
            const [httpMethod, path] = route.split(' ');
            return {
              ...every,
              httpMethod,
              resourcePath: `/${path.replaceAll('/', '~1')}`,
              cachingEnabled: true,
              cacheDataEncrypted: true,
              cacheTtlInSeconds,
            };
          }),
        ],
      });
    });
  }

  /** Keeps the answers of a route, such as `GET /rates/{country}`. */
  keep(route: string): void {
    this.kept.add(route);
  }
}
