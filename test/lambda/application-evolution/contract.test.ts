import { keepsTheContract, type RunningStage } from './contract';
import { eventDriven, microservices, monolith, queued, tiered } from './stages';

for (const level of ['log', 'warn'] as const) jest.spyOn(console, level).mockImplementation();

// A page is full at a hundred documents, and each is an upload.
jest.setTimeout(60_000);

describe.each<[string, () => Promise<RunningStage & { stop?: () => Promise<unknown> }>]>([
  ['one machine', monolith],
  ['two tiers', () => tiered()],
  ['a tier, a queue and workers', queued],
  ['three services', () => Promise.resolve(microservices())],
  ['services and a bus', () => Promise.resolve(eventDriven())],
])('the application as %s', (_, start) => {
  let stage: RunningStage & { stop?: () => Promise<unknown> };
  beforeAll(async () => {
    stage = await start();
  });
  afterAll(() => stage.stop?.());

  keepsTheContract(() => stage);
});
