import type { Stack } from '@aws-sdk/client-cloudformation';

/** The outputs of stacks as variables of a shell, with the doors of an emulator where AWS's own would not open. */
export function variablesOf(
  stacks: readonly Pick<Stack, 'Outputs'>[],
  endpoint: string | undefined,
): Record<string, string> {
  const outputs = stacks.flatMap(({ Outputs = [] }) => Outputs);
  return Object.fromEntries(
    outputs.map(({ OutputKey, OutputValue = '' }) => [
      OutputKey!,
      endpoint === undefined ? OutputValue : atEmulator(OutputValue, endpoint),
    ]),
  );
}

/** Names of AWS's doors, and what the emulator's are called; `*.localhost` is this machine without any look-up. */
const doors: readonly (readonly [host: RegExp, name: string])[] = [
  [/\b([a-z0-9-]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com\b/g, '$1.execute-api.localhost'],
  [/\b([a-z0-9-]+)\.cloudfront\.net\b/g, '$1.cloudfront.localhost'],
  [/\b([a-z0-9-]+)\.(?:[a-z0-9-]+\.)?elb\.(?:[a-z0-9-]+\.)?amazonaws\.com\b/g, '$1.elb.localhost'],
  [/\b([a-z0-9-]+)\.lambda-url\.[a-z0-9-]+\.on\.aws\b/g, '$1.lambda-url.localhost'],
  [/\b([a-z0-9][a-z0-9.-]+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com\b/g, '$1.s3.localhost'],
];

/** A Network Load Balancer listens on ports of its own at an address, which the emulator puts into its name. */
const addressInName =
  /\b[A-Za-z0-9-]+-(127)-(\d+)-(\d+)-(\d+)\.(?:[a-z0-9-]+\.)?elb\.(?:[a-z0-9-]+\.)?amazonaws\.com\b/g;

/** A text in which the names of AWS's doors are the emulator's. */
export function atEmulator(text: string, endpoint: string): string {
  const { port } = new URL(endpoint);
  const addressed = text.replace(addressInName, '$1.$2.$3.$4');
  return doors.reduce((changed, [host, name]) => changed.replace(host, `${name}:${port}`), addressed);
}
