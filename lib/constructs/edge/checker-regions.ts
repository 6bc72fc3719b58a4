/** Where checkers stand; they ask from three Regions at least, or one broken line could be taken for a broken target. */
export const checkerRegions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;
export type CheckerRegion = (typeof checkerRegions)[number];

/**
 * The addresses checkers come from outside of China, as `aws route53 get-checker-ip-ranges` says and ip-ranges.json under
 * ROUTE53_HEALTHCHECKS; looked up on 2026-11-28.
 */
export const checkerRanges: readonly string[] = [
  '15.177.0.0/18',
  '54.183.255.128/26',
  '54.228.16.0/26',
  '54.232.40.64/26',
  '54.241.32.64/26',
  '54.243.31.192/26',
  '54.244.52.192/26',
  '54.245.168.0/26',
  '54.248.220.0/26',
  '54.250.253.192/26',
  '54.251.31.128/26',
  '54.252.79.128/26',
  '54.252.254.192/26',
  '54.255.254.192/26',
  '107.23.255.0/26',
  '176.34.159.192/26',
  '177.71.207.128/26',
];
