import { clientAt } from './clients';

interface Asked {
  readonly address?: string;
  readonly regions: readonly string[];
}

/** Regions as the emulator's accelerators try them for a client: the nearest first. */
export const handler = ({ address, regions }: Asked): Promise<{ readonly order: readonly string[] }> => {
  const { latencies = {} } = clientAt(address);
  const far = (region: string): number => latencies[region] ?? Infinity;
  return Promise.resolve({ order: [...regions].sort((one, other) => far(one) - far(other)) });
};
