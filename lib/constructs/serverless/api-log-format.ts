import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/** One JSON object for each call; every value is quoted, as API Gateway writes a hyphen for what it does not know. */
export const accessLogFormat: AccessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    apiKeyId: '$context.identity.apiKeyId',
    caller: '$context.identity.caller',
    principal: '$context.authorizer.principalId',
    method: '$context.httpMethod',
    resource: '$context.resourcePath',
    path: '$context.path',
    protocol: '$context.protocol',
    status: '$context.status',
    refusedAs: '$context.error.responseType',
    bytes: '$context.responseLength',
    latency: '$context.responseLatency',
    integrationLatency: '$context.integrationLatency',
    integrationStatus: '$context.integrationStatus',
    functionRequestId: '$context.integration.requestId',
    trace: '$context.xrayTraceId',
  }),
);
