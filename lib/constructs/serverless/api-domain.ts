import { Token } from 'aws-cdk-lib';
import { DomainName, EndpointType, SecurityPolicy, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName as HttpDomainName,
  SecurityPolicy as HttpSecurityPolicy,
  type HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IAliasRecordTarget, IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain, ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { certificateRegion } from '../certificate-region';
import { AliasRecord } from '../edge/alias-record';
import type { ApiEndpoint } from './api-endpoint';

/** A name of one's own for an API. */
export interface ApiDomain {
  readonly domainName: string;
  /** For that name: of the API's region for a regional endpoint, of us-east-1 for an edge-optimised one. */
  readonly certificate: ICertificate;
  /**
   * The public zone in which the name is written.
   * @default - somebody writes the record
   */
  readonly hostedZone?: IHostedZone;
}

/** What cannot work about a name, given where the API is reached. */
export function domainFaults(
  { certificate, domainName }: ApiDomain,
  endpoint: ApiEndpoint,
  region: string,
): (string | false)[] {
  if (endpoint.domainType === undefined) {
    return [`domain is ${domainName}, but the endpoint is private; leave the domain out, or take a regional endpoint`];
  }
  const wanted = endpoint.domainType === EndpointType.EDGE ? 'us-east-1' : region;
  const actual = certificateRegion(certificate);
  if (actual === undefined || Token.isUnresolved(wanted)) return [];
  return [
    actual !== wanted &&
      `domain.certificate is of ${actual}; this endpoint needs one of ${wanted}, so ask for a certificate there`,
  ];
}

/**
 * Lets an API answer under a name of one's own, with TLS 1.2 or later.
 *
 * @claims serverless-api-domain
 */
export function serveDomain(
  facade: Construct,
  api: IRestApi,
  { domainName, certificate, hostedZone }: ApiDomain,
  endpoint: ApiEndpoint,
): DomainName {
  const domain = new DomainName(facade, 'Domain', {
    domainName,
    certificate,
    endpointType: endpoint.domainType,
    securityPolicy: SecurityPolicy.TLS_1_2,
    mapping: api,
  });
  if (hostedZone) {
    new AliasRecord(facade, 'Record', { zone: hostedZone, name: domainName, target: new ApiGatewayDomain(domain) });
  }
  return domain;
}

/**
 * The same for an HTTP API, which is always regional, and keeps the name API Gateway gives it besides: checkers of its health need one
 * that leads nowhere else.
 *
 * @returns what a record of the name stands for
 */
export function serveHttpDomain(
  facade: Construct,
  stage: HttpStage,
  { domainName, certificate, hostedZone }: ApiDomain,
): IAliasRecordTarget {
  const domain = new HttpDomainName(facade, 'Domain', {
    domainName,
    certificate,
    securityPolicy: HttpSecurityPolicy.TLS_1_2,
  });
  new ApiMapping(facade, 'Mapping', { api: stage.api, stage, domainName: domain });
  const target = new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId);
  if (hostedZone) new AliasRecord(facade, 'Record', { zone: hostedZone, name: domainName, target });
  return target;
}
