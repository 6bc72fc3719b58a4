import {
  AllowedMethods,
  CachedMethods,
  ViewerProtocolPolicy,
  type AddBehaviorOptions,
  type IKeyGroup,
  type IOrigin,
  type IResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup, S3BucketOrigin, S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import type { CacheRules } from './cache-rules';
import { hookFaults, hookOptions, type IEdgeCode } from './edge-hook';
import { fieldRouteFaults, type FieldEncryption } from './field-encryption';
import { PrivateS3Origin } from './private-s3-origin';

export interface EdgeRoute {
  /** Where answers come from that the cache does not hold. An origin group fails over, for reads only. */
  readonly origin: IOrigin;
  /** How long answers are kept, and what makes two requests different. */
  readonly cache: CacheRules;
  /**
   * Whether PUT, POST, PATCH and DELETE are passed on; they are never answered from the cache.
   * @default false
   */
  readonly acceptsWrites?: boolean;
  /**
   * Whether OPTIONS is passed on and its answer kept, as cross-origin requests need.
   * @default false
   */
  readonly cachesOptions?: boolean;
  /**
   * What happens to plain HTTP: redirected, refused, or answered too. A route that checks signatures never answers it.
   * @default ViewerProtocolPolicy.REDIRECT_TO_HTTPS
   */
  readonly viewerProtocol?: ViewerProtocolPolicy;
  /**
   * Whose signed URLs and cookies open this route.
   * @default - it is open to all
   */
  readonly trustedKeyGroups?: readonly IKeyGroup[];
  /**
   * Code that requests of this route, and their answers, meet on their way: one on each hook.
   * @default - none
   */
  readonly runs?: readonly IEdgeCode[];
  /**
   * Fields of forms that are encrypted before they go to the origin. The route has to accept writes, HTTPS alone, and go to a web
   * server by HTTPS.
   * @default - none
   */
  readonly fieldEncryption?: FieldEncryption;
}

export interface EdgePathRoute extends EdgeRoute {
  /** Which paths it answers: `/images/*`; `*` stands for any characters, `?` for one. */
  readonly path: string;
}

/** How a distribution serves a route. */
export function behaviour(scope: Construct, route: EdgeRoute, headers: IResponseHeadersPolicy): AddBehaviorOptions {
  const reads = route.cachesOptions ? AllowedMethods.ALLOW_GET_HEAD_OPTIONS : AllowedMethods.ALLOW_GET_HEAD;
  return {
    allowedMethods: route.acceptsWrites ? AllowedMethods.ALLOW_ALL : reads,
    cachedMethods: route.cachesOptions ? CachedMethods.CACHE_GET_HEAD_OPTIONS : CachedMethods.CACHE_GET_HEAD,
    cachePolicy: route.cache.policy,
    ...(route.cache.originRequestPolicy && { originRequestPolicy: route.cache.originRequestPolicy }),
    compress: true,
    responseHeadersPolicy: headers,
    viewerProtocolPolicy: route.viewerProtocol ?? ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    ...(route.trustedKeyGroups && { trustedKeyGroups: [...route.trustedKeyGroups] }),
    ...hookOptions(scope, route.runs ?? []),
  };
}

const mostKeyGroups = 4;

export function routeFaults(route: EdgePathRoute): (string | false)[] {
  const { path, origin, acceptsWrites = false, trustedKeyGroups = [] } = route;
  return [
    route.trustedKeyGroups?.length === 0 &&
      `the route ${path} names trustedKeyGroups and none in it, which leaves it open to all; give a group, or leave the prop out`,
    trustedKeyGroups.length > mostKeyGroups &&
      `the route ${path} trusts ${trustedKeyGroups.length} key groups; CloudFront takes ${mostKeyGroups}`,
    trustedKeyGroups.length > 0 &&
      (origin instanceof S3StaticWebsiteOrigin ||
        (origin instanceof S3BucketOrigin && !(origin instanceof PrivateS3Origin))) &&
      `the route ${path} checks signatures and its bucket answers others than this distribution, who go round it; give it a PrivateS3Origin`,
    acceptsWrites &&
      origin instanceof OriginGroup &&
      `the route ${path} accepts writes although its origin is an origin group, which fails over for reads only; give it one origin`,
    acceptsWrites &&
      origin instanceof PrivateS3Origin &&
      !origin.acceptsWrites &&
      `the route ${path} accepts writes although the bucket does not admit them; set acceptsWrites of the PrivateS3Origin too`,
    trustedKeyGroups.length > 0 &&
      route.viewerProtocol === ViewerProtocolPolicy.ALLOW_ALL &&
      `the route ${path} checks signatures and answers plain HTTP, which gives them away; redirect to HTTPS, or allow only that`,
    ...hookFaults(path, route.runs ?? []),
    ...fieldRouteFaults(route),
  ];
}
