import { APIGatewayClient, GetStageCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../tools/canary';
import { listening } from '../support/console';

const client = mockClient(APIGatewayClient);
const api = 'a1b2c3d4e5';
const said = listening();
const regions: (string | undefined)[] = [];
const ask = (...args: readonly string[]) =>
  run(args, (region) => {
    regions.push(region);
    return new APIGatewayClient({});
  });
const changed = () => client.commandCalls(UpdateStageCommand).map(({ args }) => args[0].input.patchOperations);

beforeEach(() => {
  client.reset();
  client.on(UpdateStageCommand).resolves({});
  client.on(GetStageCommand).resolves({
    deploymentId: 'old123',
    canarySettings: { deploymentId: 'new456', percentTraffic: 10, stageVariableOverrides: { host: 'b' } },
  });
});

describe('groundplan canary', () => {
  test('status says what a stage tries, and changes nothing [serverless-api-canary]', async () => {
    expect(await ask('status', api, 'live', '--region', 'eu-west-1')).toBe(0);
    expect(said.join('\n')).toBe(
      'live: deployment old123, 10 in a hundred calls try deployment new456 with other host',
    );
    expect([changed(), regions.at(-1)]).toEqual([[], 'eu-west-1']);
  });

  test('promote makes it what everybody gets, then takes the canary away [serverless-api-canary]', async () => {
    expect(await ask('promote', api, 'live', '--apply')).toBe(0);
    expect(changed()).toEqual([
      [
        { op: 'replace', path: '/canarySettings/percentTraffic', value: '0.0' },
        { op: 'copy', from: '/canarySettings/stageVariableOverrides', path: '/variables' },
        { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
      ],
      [{ op: 'remove', path: '/canarySettings' }],
    ]);
    expect(client.commandCalls(UpdateStageCommand)[0].args[0].input).toMatchObject({
      restApiId: api,
      stageName: 'live',
    });
  });

  test('abandon lets nobody get it any more [serverless-api-canary]', async () => {
    expect(await ask('abandon', api, 'live', '--apply')).toBe(0);
    expect(changed()).toEqual([[{ op: 'remove', path: '/canarySettings' }]]);
  });

  test.each(['promote', 'abandon'])('%s only tells without --apply [serverless-api-canary]', async (action) => {
    expect(await ask(action, api, 'live')).toBe(0);
    expect(changed()).toEqual([]);
    expect(said.join('\n')).toContain('Nothing was changed; add --apply to do it.');
  });

  test('tells as JSON where asked', async () => {
    await ask('promote', api, 'live', '--json');
    expect(JSON.parse(said.join('\n'))).toEqual({
      stage: 'live',
      deployment: 'old123',
      canary: { deployment: 'new456', percent: 10, variables: ['host'] },
      result: 'planned',
      steps: ['give deployment new456 to every call, with its host', 'take the canary away'],
    });
  });

  test('has nothing to do where there is none', async () => {
    client.on(GetStageCommand).resolves({ deploymentId: 'old123' });
    expect(await ask('promote', api, 'live', '--apply')).toBe(0);
    expect(said.join('\n')).toBe('live: deployment old123, no canary\nnothing to do');
    expect(changed()).toEqual([]);
  });

  test('fails when API Gateway does, with what it said', async () => {
    client
      .on(GetStageCommand)
      .rejects(Object.assign(new Error('Invalid stage identifier'), { name: 'NotFoundException' }));
    expect(await ask('promote', api, 'live', '--apply')).toBe(1);
    expect(said.join('\n')).toBe(
      `cannot promote the canary of live of ${api}: NotFoundException: Invalid stage identifier`,
    );
  });

  test.each([
    [[], ['"" is no action; say status, promote, abandon', 'the API is ""', 'the stage is ""']],
    [['promote', 'https://x', 'live'], ['the API is "https://x"; give its id, ten letters and digits']],
    [['promote', api, 'a b'], ['the stage is "a b"; give its name, such as live']],
    [['promote', api, 'live', 'dev'], ['"dev" is one word too many']],
    [['status', api, 'live', '--apply'], ['--apply does not go with status']],
    [['status', api, 'live', '--now'], ["Unknown option '--now'"]],
  ])('fails when it is told %p', async (args, faults) => {
    expect(await ask(...args)).toBe(2);
    for (const fault of [...faults, 'groundplan canary status <API id> <stage>'])
      expect(said.join('\n')).toContain(fault);
  });
});
