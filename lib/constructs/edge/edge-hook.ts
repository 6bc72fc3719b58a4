import type { AddBehaviorOptions } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** Where on its way a request, or its answer, meets code of one's own. */
export enum EdgeHook {
  /** Each request, before the cache is looked at. */
  VIEWER_REQUEST = 'viewer-request',
  /** Each request that the cache cannot answer, before the origin is asked. What it answers is kept. */
  ORIGIN_REQUEST = 'origin-request',
  /** Each answer of the origin, before it is kept. */
  ORIGIN_RESPONSE = 'origin-response',
  /** Each answer, from the cache too, before the viewer gets it. Error pages of the origin do not come by. */
  VIEWER_RESPONSE = 'viewer-response',
}

/** What CloudFront adds to a route for the code on its hooks. */
export type HookOptions = Pick<AddBehaviorOptions, 'functionAssociations' | 'edgeLambdas'>;

/** Code that a route of an `EdgeDistribution` runs on one hook: a `ViewerFunction` or an `EdgeRequestFunction`. */
export interface IEdgeCode {
  readonly hook: EdgeHook;
  readonly kind: 'CloudFront Functions' | 'Lambda@Edge';
  /** Its path in the app, for messages. */
  readonly name: string;
  /** Why no distribution can run it; nothing where one can. */
  edgeFaults(): string[];
  /** What a distribution is told of it. */
  associate(distribution: Construct): HookOptions;
}

const viewerHooks: readonly EdgeHook[] = [EdgeHook.VIEWER_REQUEST, EdgeHook.VIEWER_RESPONSE];
export const isViewerHook = (hook: EdgeHook): boolean => viewerHooks.includes(hook);

/** Hooks that see what a viewer sends, of which the body may be a part. */
export const isRequestHook = (hook: EdgeHook): boolean =>
  hook === EdgeHook.VIEWER_REQUEST || hook === EdgeHook.ORIGIN_REQUEST;

/**
 * Why a route cannot run all of these: each hook has room for one, and the two viewer hooks of a route are of one kind.
 *
 * @claims edge-hook-points
 */
export function hookFaults(path: string, codes: readonly IEdgeCode[]): string[] {
  const shared = Object.values(EdgeHook).flatMap((hook) => {
    const names = codes.filter((code) => code.hook === hook).map(({ name }) => name);
    return names.length > 1
      ? [
          `the route ${path} runs ${names.join(' and ')} on ${hook}; each hook of a route has room for one, so make one of them`,
        ]
      : [];
  });
  const atViewer = codes.filter(({ hook }) => isViewerHook(hook));
  const isMixed = new Set(atViewer.map(({ kind }) => kind)).size > 1;
  return [
    ...shared,
    ...(isMixed
      ? [
          `the route ${path} runs ${atViewer.map(({ name, kind, hook }) => `${name} (${kind}) on ${hook}`).join(' and ')}; the viewer hooks of a route are of one kind, so make both the same`,
        ]
      : []),
    ...codes.flatMap((code) => code.edgeFaults()),
  ];
}

/** The hooks of a route as the CDK takes them. */
export function hookOptions(distribution: Construct, codes: readonly IEdgeCode[]): HookOptions {
  const each = codes.map((code) => code.associate(distribution));
  const functionAssociations = each.flatMap((options) => options.functionAssociations ?? []);
  const edgeLambdas = each.flatMap((options) => options.edgeLambdas ?? []);
  return {
    ...(functionAssociations.length > 0 && { functionAssociations }),
    ...(edgeLambdas.length > 0 && { edgeLambdas }),
  };
}
