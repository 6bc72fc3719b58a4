import type { ResourceFact } from './resources';

/** What people call the services whose word in a resource type is not their name. */
const names: Readonly<Record<string, string>> = {
  ApiGateway: 'API Gateway',
  ApiGatewayV2: 'API Gateway',
  ApplicationAutoScaling: 'Auto Scaling',
  AutoScaling: 'Auto Scaling',
  CertificateManager: 'Certificate Manager',
  Cognito: 'Cognito',
  ElasticLoadBalancingV2: 'Load Balancing',
  Events: 'EventBridge',
  KinesisFirehose: 'Firehose',
  Logs: 'CloudWatch',
  Route53: 'Route 53',
  Route53Resolver: 'Route 53',
  SecretsManager: 'Secrets Manager',
  StepFunctions: 'Step Functions',
  WAFv2: 'WAF',
};

/** Types that stand for what a template is about less than for how it is done. */
const background = new Set(['IAM']);

/** The services of some resources, as people call them, most resources first; the CDK's own helpers are of none. */
export function servicesOf(resources: readonly Pick<ResourceFact, 'type'>[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    const [vendor, service] = type.split('::');
    if (vendor !== 'AWS' || background.has(service)) continue;
    const name = names[service] ?? service;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([service]) => service);
}
