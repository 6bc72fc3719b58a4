import * as z from 'zod/mini';

/** What CloudFormation wants to have made, changed or taken away. */
export interface ResourceRequest {
  readonly kind: 'Create' | 'Update' | 'Delete';
  /** What the resource was called when it was made; nothing when it is being made. */
  readonly physicalId?: string;
  /** The id of the request; the same when it is told again. */
  readonly requestId: string;
  /** Everything in it is text. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ResourceAnswer {
  /** Another one than before has CloudFormation delete the old one. */
  readonly physicalId: string;
  /** Attributes, for `Fn::GetAtt`; nothing secret, as they are shown. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const cloudFormationEvent = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: z.record(z.string(), z.unknown()),
});

/** How a failed Create is called, so that its deletion is known for that of nothing. */
const neverMade = 'never-made';

/**
 * A handler for a custom resource. CloudFormation waits for an answer at an address it names, and for an hour when none comes; so
 * whatever goes wrong is answered, with its reason, and only an event that is no request at all makes the run fail.
 *
 * @claims serverless-untrusted-input
 */
export function resourceHandler(
  work: (request: ResourceRequest) => Promise<ResourceAnswer>,
): (event: unknown) => Promise<void> {
  return async (event) => {
    const told = cloudFormationEvent.parse(event);
    const { RequestType, PhysicalResourceId, RequestId, ResourceProperties, ResponseURL } = told;
    const about = { StackId: told.StackId, RequestId, LogicalResourceId: told.LogicalResourceId };
    let answer: Record<string, unknown>;
    try {
      const { physicalId, attributes } =
        RequestType === 'Delete' && PhysicalResourceId === neverMade
          ? { physicalId: neverMade }
          : await work({
              kind: RequestType,
              requestId: RequestId,
              properties: ResourceProperties,
              ...(PhysicalResourceId !== undefined && { physicalId: PhysicalResourceId }),
            });
      answer = { Status: 'SUCCESS', PhysicalResourceId: physicalId, ...(attributes && { Data: attributes }) };
    } catch (error) {
      answer = {
        Status: 'FAILED',
        PhysicalResourceId: PhysicalResourceId ?? neverMade,
        Reason: (error as Error).message.slice(0, 1000),
      };
    }
    await send(ResponseURL, JSON.stringify({ ...about, ...answer }));
  };
}

/** An answer that does not arrive costs an hour, so it is sent up to three times. */
async function send(url: string, body: string, attempt = 1): Promise<void> {
  try {
    const { ok, status } = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(5000) });
    if (!ok) throw new Error(`CloudFormation answered ${status}`);
  } catch (error) {
    if (attempt === 3) throw error;
    await send(url, body, attempt + 1);
  }
}
