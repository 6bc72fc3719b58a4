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
