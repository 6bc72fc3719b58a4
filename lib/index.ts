/**
 * Groundplan as a library: the blocks the architectures are made of, and the pure functions beside them.
 *
 * Functions with short names come under the name of their subject: `cidr.contains(…)`, `ipv6.expand(…)`.
 */
export * from './constructs/compute/app-load-balancer';
export * from './constructs/compute/backlog-rule';
export * from './constructs/compute/backlog-scaling';
export * from './constructs/compute/boot-program';
export * from './constructs/compute/burst-credits';
export * from './constructs/compute/compute-guard';
export { ComputeTemplate, type ComputeTemplateProps, type OutboundRule } from './constructs/compute/compute-template';
export * from './constructs/compute/ebs-disk';
export * from './constructs/compute/exposure';
export * from './constructs/compute/fleet';
export * from './constructs/compute/fleet-size';
export * from './constructs/compute/image-choice';
export * from './constructs/compute/instance-type-name';
export * from './constructs/compute/roll-out';
export * from './constructs/compute/scaling-strategy';
export * from './constructs/compute/simulate-scaling';
export * from './constructs/compute/stickiness';
export * from './constructs/compute/target-pool';
export * from './constructs/compute/transport';
export * from './constructs/compute/type-policy';

export * from './constructs/data/capacity-units';
export * from './constructs/data/choose-index';
export * from './constructs/data/document-table';
export * from './constructs/data/table-capacity';

export * from './constructs/edge/alias-record';
export * from './constructs/edge/cache-key';
export * from './constructs/edge/cache-rules';
export * from './constructs/edge/edge-certificate';
export * from './constructs/edge/edge-distribution';
export * from './constructs/edge/effective-ttl';
export * from './constructs/edge/error-pages';
export * from './constructs/edge/geo-gate';
export { hashedNames, type Manifest, type NamedSite, type SiteFiles } from './constructs/edge/hashed-names';
export * from './constructs/edge/origin-access';
export { matchBehaviour } from './constructs/edge/path-pattern';
export * from './constructs/edge/private-s3-origin';
export * from './constructs/edge/security-headers';
export * from './constructs/edge/static-site-release';

export { AppClient, type AppClientProps } from './constructs/identity/app-client';
export * from './constructs/identity/sign-in';
export * from './constructs/identity/sign-in-pages';
export * from './constructs/identity/sign-in-provider';
export * from './constructs/identity/temporary-access';
export { TokenSource, type SourceProps } from './constructs/identity/token-source';

export * from './constructs/messaging/bus-pattern';
export * from './constructs/messaging/camera-stream';
export * from './constructs/messaging/choose-messaging';
export * from './constructs/messaging/data-stream';
export type { Scalar } from './constructs/messaging/conditions';
export { cronFaults } from './constructs/messaging/cron';
export * from './constructs/messaging/delivery-destination';
export * from './constructs/messaging/delivery-pipe';
export * from './constructs/messaging/delivery-retries';
export * from './constructs/messaging/event-pipe';
export * from './constructs/messaging/event-hub';
export * from './constructs/messaging/event-route';
export * from './constructs/messaging/fan-out';
export * from './constructs/messaging/filter-policy';
export * from './constructs/messaging/job-target';
export * from './constructs/messaging/job-time';
export * from './constructs/messaging/mail-purpose';
export * from './constructs/messaging/notice-topic';
export * from './constructs/messaging/ordered-queue';
export * from './constructs/messaging/pipe-ends';
export * from './constructs/messaging/payload-store';
export * from './constructs/messaging/poll-cost';
export * from './constructs/messaging/private-messaging';
export * from './constructs/messaging/queue-operators';
export type { FifoSettings, IQueuePair, QueuePairProps } from './constructs/messaging/queue-pair';
export { evenRanges, shardOf, shardsFor, type HashRange, type StreamLoad } from './constructs/messaging/shards';
export { guardAnalytics } from './constructs/messaging/retired-analytics';
export * from './constructs/messaging/stream-analytics';
export { StreamCapacity, type ScaledShards } from './constructs/messaging/stream-capacity';
export { StreamScaler } from './constructs/messaging/stream-scaler';
export { replaySafeTag } from './constructs/messaging/replay-safe';
export * from './constructs/messaging/protocol-broker';
export * from './constructs/messaging/route-target';
export * from './constructs/messaging/sender-identity';
export * from './constructs/messaging/schedule-rule';
export * from './constructs/messaging/subscriber';
export * from './constructs/messaging/timed-job';
export * from './constructs/messaging/topic-order';
export * from './constructs/messaging/work-queue';
export * from './constructs/messaging/worker-program';
export * from './constructs/messaging/worker-tier';

export * from './constructs/network/acceptance';
export * from './constructs/network/acceptance-list';
export * from './constructs/network/address-plan';
export * from './constructs/network/address-quota';
export * from './constructs/network/choose-endpoint';
export * from './constructs/network/bastion';
export * as cidr from './constructs/network/cidr';
export * from './constructs/network/dns-firewall';
export * from './constructs/network/dns-firewall-mode';
export { type EndpointAllowance } from './constructs/network/endpoint-policy';
export * from './constructs/network/connect-endpoint';
export * from './constructs/network/evaluate';
export * from './constructs/network/firewall-verdict';
export * from './constructs/network/floating-interface';
export * from './constructs/network/flow-capture';
export * from './constructs/network/flow-query';
export * from './constructs/network/flow-record';
export * from './constructs/network/gateway-endpoint';
export * from './constructs/network/guard-network';
export * from './constructs/network/inspection-routes';
export * from './constructs/network/interface-endpoint';
export * from './constructs/network/interface-failover';
export * from './constructs/network/internal-zone';
export * from './constructs/network/hand-built-network';
export * from './constructs/network/host-rules';
export * from './constructs/network/instance-connect-ranges';
export * from './constructs/network/internet-barrier';
export * from './constructs/network/ipam-pool';
export * as ipv6 from './constructs/network/ipv6';
export * from './constructs/network/ipv6-block';
export * from './constructs/network/nacl-rules';
export * from './constructs/network/name-profile';
export { NameRules } from './constructs/network/name-rules';
export * from './constructs/network/nat-host';
export * from './constructs/network/nat-strategy';
export * from './constructs/network/network-probe';
export * from './constructs/network/office-ranges';
export * from './constructs/network/open-port-guard';
export * from './constructs/network/peering';
export * from './constructs/network/peering-acceptance-role';
export * from './constructs/network/peering-mesh';
export * from './constructs/network/peering-names';
export * from './constructs/network/peering-routes';
export { PeeringRules } from './constructs/network/peering-rules';
export * from './constructs/network/operator-access';
export * from './constructs/network/planned-addresses';
export * as ports from './constructs/network/ports';
export * from './constructs/network/private-names';
export * from './constructs/network/private-service';
export * from './constructs/network/private-service-access';
export * from './constructs/network/public-name';
export * from './constructs/network/query-record';
export * from './constructs/network/private-nat';
export * from './constructs/network/range-registry';
export * from './constructs/network/resolve-name';
export * from './constructs/network/resolver-query-log';
export * from './constructs/network/public-access-block';
export * from './constructs/network/reachability-probe';
export * from './constructs/network/rejected-port-alarm';
export { RouteRules } from './constructs/network/route-rules';
export * from './constructs/network/security-group-rules';
export * from './constructs/network/service-connection';
export * from './constructs/network/split-view-zone';
export * from './constructs/network/static-address';
export * from './constructs/network/session-log';
export * from './constructs/network/shell-key';
export * from './constructs/network/small-host';
export * from './constructs/network/subnet-blocks';
export * from './constructs/network/subnet-firewall';
export * from './constructs/network/tier-security-group';
export * from './constructs/network/tiered-network';
export * from './constructs/network/vpc-dhcp-options';
export * from './constructs/network/vpc-rules';
export type { ZoneRecord } from './constructs/network/zone-records';

export * from './constructs/operations/alarm-topic';
export * from './constructs/operations/cost-budget';
export * from './constructs/operations/owned-log-groups';
export * from './constructs/operations/stack-expiry';
export * from './constructs/operations/stack-failures';

export {
  ApiAccess,
  type ApiKeyAccess,
  type ApiThrottle,
  type LambdaAuthoriserAccess,
  type OpenAccess,
  type UserPoolAccess,
} from './constructs/serverless/api-access';
export { ApiAccessLogs } from './constructs/serverless/api-access-logs';
export type { ApiCors } from './constructs/serverless/api-cors';
export type { ApiDomain } from './constructs/serverless/api-domain';
export * from './constructs/serverless/api-endpoint';
export * from './constructs/serverless/api-link';
export * from './constructs/serverless/api-logs-role';
export type { ApiRoute } from './constructs/serverless/api-route';
export type { ApiCache, ApiCanary, ApiStage } from './constructs/serverless/api-stage';
export * from './constructs/serverless/api-target';
export { ApiValue } from './constructs/serverless/api-value';
export type {
  GetItemOptions,
  ItemType,
  PutItemOptions,
  StartExecutionOptions,
} from './constructs/serverless/aws-calls';
export type { MappedTargetOptions } from './constructs/serverless/function-target';
export type { HttpMappedOptions, HttpTargetOptions } from './constructs/serverless/http-target';
export type { LinkedTargetOptions } from './constructs/serverless/linked-target';
export type { MappedAnswer, MappedErrors } from './constructs/serverless/mapped-answers';
export type { MockTargetOptions } from './constructs/serverless/mock-target';
export type { SoapTargetOptions } from './constructs/serverless/soap-target';
export * from './constructs/serverless/spec-facade';
export type { ApiTargetOptions, TargetKind, TargetMethod, TargetPlace } from './constructs/serverless/target-kind';
export * from './constructs/serverless/app-function';
export * from './constructs/serverless/async-destination';
export * from './constructs/serverless/async-invocation';
export * from './constructs/serverless/branch-hosting';
export * from './constructs/serverless/channel-access';
export * from './constructs/serverless/choose-api';
export * from './constructs/serverless/choose-coordination';
export * from './constructs/serverless/concurrency-guard';
export { DeviceAction } from './constructs/serverless/device-action';
export * from './constructs/serverless/device-rule';
export * from './constructs/serverless/feature-flags';
export * from './constructs/serverless/flag-shape';
export { secretsInEnvironment } from './constructs/serverless/environment-secrets';
export * from './constructs/serverless/failure-queue';
export * from './constructs/serverless/file-trigger';
export * from './constructs/serverless/function-alarms';
export type { FunctionForm } from './constructs/serverless/function-form';
export type { FunctionNetwork } from './constructs/serverless/function-network';
export * from './constructs/serverless/function-url';
export * from './constructs/serverless/handler-bundle';
export * from './constructs/serverless/http-access';
export * from './constructs/serverless/http-facade';
export * from './constructs/serverless/idempotency-store';
export * from './constructs/serverless/invoker';
export * from './constructs/serverless/lambda-cost';
export * from './constructs/serverless/library-layer';
export * from './constructs/serverless/machine-coverage';
export { machineFaults, WorkflowKind, type MachineLimits } from './constructs/serverless/machine-rules';
export * from './constructs/serverless/machine-run';
export type { MachineDefinition, MachineState } from './constructs/serverless/machine-states';
export { parseMachine } from './constructs/serverless/machine-text';
export * from './constructs/serverless/live-channel';
export * from './constructs/serverless/provisioned-capacity';
export * from './constructs/serverless/queue-consumer';
export * from './constructs/serverless/release-strategy';
export * from './constructs/serverless/released-function';
export * from './constructs/serverless/rest-facade';
export * from './constructs/serverless/safe-release';
export * from './constructs/serverless/stream-consumer';
export * from './constructs/serverless/stream-source';
export * from './constructs/serverless/token-authoriser';
export { unpackedBytes } from './constructs/serverless/unpacked-size';
export * from './constructs/serverless/workflow';
export { WorkflowDefinition } from './constructs/serverless/workflow-definition';

export { bucketFaults, type BucketResources } from './constructs/storage/bucket-rules';
export * from './constructs/storage/endpoint-locked-bucket';
export * from './constructs/storage/log-bucket';
export * from './constructs/storage/object-encryption';
export * from './constructs/storage/object-versions';
export * from './constructs/storage/private-bucket';
