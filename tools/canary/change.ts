import {
  GetStageCommand,
  UpdateStageCommand,
  type APIGatewayClient,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';

export const actions = ['status', 'promote', 'abandon'] as const;
export type Action = (typeof actions)[number];

/** What there is at a stage, and what was done or would be. */
export interface Outcome {
  readonly stage: string;
  /** The deployment that calls get which try nothing. */
  readonly deployment: string;
  /** The deployment and the share of the calls that try it; nothing where there is no canary. */
  readonly canary?: { readonly deployment: string; readonly percent: number; readonly variables: readonly string[] };
  readonly result: 'shown' | 'nothing to do' | 'planned' | 'done';
  readonly steps: readonly string[];
}

interface Step {
  readonly does: string;
  readonly patches: readonly PatchOperation[];
}

const settings = '/canarySettings';

/**
 * Says what a stage of a REST API tries, makes it what everybody gets, or takes it away.
 *
 * Promoting is two calls: the first sends nobody to the canary any more and copies what it has to the stage, the second takes it
 * away. After the first alone everybody has the new deployment already, and running it again does the rest.
 *
 * @param apply whether the calls are made, not only told
 * @claims serverless-api-canary
 */
export async function change(
  client: APIGatewayClient,
  action: Action,
  { restApiId, stageName, apply }: { readonly restApiId: string; readonly stageName: string; readonly apply: boolean },
): Promise<Outcome> {
  const { deploymentId: deployment = '', canarySettings } = await client.send(
    new GetStageCommand({ restApiId, stageName }),
  );
  const there = { stage: stageName, deployment };
  if (!canarySettings) return { ...there, result: action === 'status' ? 'shown' : 'nothing to do', steps: [] };
  const { deploymentId: tried = deployment, percentTraffic: percent = 0, stageVariableOverrides = {} } = canarySettings;
  const canary = { deployment: tried, percent, variables: Object.keys(stageVariableOverrides) };
  const steps = { status: [], promote: promotion(canary), abandon: [leaving(canary)] }[action];
  const told = { ...there, canary, steps: steps.map(({ does }) => does) };
  if (action === 'status') return { ...told, result: 'shown' };
  if (!apply) return { ...told, result: 'planned' };
  for (const { patches } of steps)
    await client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations: [...patches] }));
  return { ...told, result: 'done' };
}

type Canary = NonNullable<Outcome['canary']>;

const promotion = (canary: Canary): Step[] => [
  {
    does: `give deployment ${canary.deployment} to every call${canary.variables.length > 0 ? `, with its ${canary.variables.join(', ')}` : ''}`,
    patches: [
      { op: 'replace', path: `${settings}/percentTraffic`, value: '0.0' },
      ...(canary.variables.length > 0
        ? [{ op: 'copy' as const, from: `${settings}/stageVariableOverrides`, path: '/variables' }]
        : []),
      { op: 'copy', from: `${settings}/deploymentId`, path: '/deploymentId' },
    ],
  },
  { does: 'take the canary away', patches: [{ op: 'remove', path: settings }] },
];

const leaving = ({ deployment, percent }: Canary): Step => ({
  does: `send nobody to deployment ${deployment} any more, which ${percent} in a hundred calls try`,
  patches: [{ op: 'remove', path: settings }],
});
