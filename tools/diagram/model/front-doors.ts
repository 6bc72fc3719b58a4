import type { Entry } from '../../access/names';
import type { Properties } from '../../template/stack';
import type { Arrows } from './arrows';
import type { Boxes } from './boxes';
import { addLink } from './declared';
import { self, Written, type Link } from './links';
import type { Outsiders } from './outsiders';
import type { Source } from './source';

/** Arrows of what clients call over HTTPS: APIs, distributions, function URLs, and what answers behind them. */
export function addFrontDoors(arrows: Arrows, source: Source, boxes: Boxes, outsiders: Outsiders): void {
  const link = (entry: Entry, one: Link) => addLink(arrows, source, boxes, entry, one);
  for (const entry of source.entries) {
    const properties = source.properties(entry);
    const { call, inward } = doorOf(entry, properties, source);
    if (call)
      arrows.add({
        from: outsiders.clients(),
        to: boxes.idOf(entry),
        kind: 'call',
        label: call.label,
        because: [{ stack: entry.stack.name, logicalId: entry.logicalId, rule: call.rule }],
      });
    for (const one of inward) link(entry, one);
  }
}

interface Door {
  /** How clients call it; nothing where they cannot. */
  readonly call?: { readonly label: string; readonly rule: string };
  /** What it hands calls to. */
  readonly inward: readonly Link[];
}

const noDoor: Door = { inward: [] };

function doorOf(entry: Entry, properties: Properties, source: Source): Door {
  switch (entry.type) {
    case 'AWS::ApiGateway::RestApi':
      return restApi(entry, properties, source);
    case 'AWS::ApiGateway::Method':
      return { inward: [method(entry, properties, source)] };
    case 'AWS::ApiGatewayV2::Api':
      return {
        call: { label: properties.ProtocolType === 'WEBSOCKET' ? 'WSS' : 'HTTPS', rule: 'ProtocolType' },
        inward: [],
      };
    case 'AWS::ApiGatewayV2::Route':
      return { inward: [route(entry, properties, source)] };
    case 'AWS::AppSync::GraphQLApi':
      return properties.Visibility === 'PRIVATE'
        ? noDoor
        : { call: { label: 'HTTPS', rule: 'AuthenticationType' }, inward: [] };
    case 'AWS::Cognito::UserPoolDomain':
      return { call: { label: 'sign in', rule: 'Domain' }, inward: [] };
    case 'AWS::Cognito::IdentityPool':
      return { call: { label: 'token for credentials', rule: 'CognitoIdentityProviders' }, inward: [] };
    case 'AWS::CloudFront::Distribution':
      return distribution(properties, entry);
    case 'AWS::GlobalAccelerator::Listener':
      return {
        call: { label: `${String(properties.Protocol)} ${portsOf(properties)}`, rule: 'PortRanges' },
        inward: [],
      };
    case 'AWS::GlobalAccelerator::EndpointGroup':
      return { inward: [endpoints(properties)] };
    case 'AWS::Lambda::Url':
      return { call: { label: 'HTTPS', rule: 'AuthType' }, inward: [] };
    default:
      return noDoor;
  }
}

function restApi(entry: Entry, properties: Properties, source: Source): Door {
  const types = (properties.EndpointConfiguration as Properties | undefined)?.Types as unknown;
  if (Array.isArray(types) && types.includes('PRIVATE')) return noDoor;
  const methods = source.entries.filter(
    (one) => one.type === 'AWS::ApiGateway::Method' && source.referred(one).includes(entry),
  );
  const withKey = methods.length > 0 && methods.every((one) => one.resource.Properties?.ApiKeyRequired === true);
  return { call: { label: withKey ? 'HTTPS, API key' : 'HTTPS', rule: 'EndpointConfiguration' }, inward: [] };
}

/** `POST /orders/{orderId}`, to whatever the integration names. */
function method(entry: Entry, { RestApiId, HttpMethod, Integration }: Properties, source: Source): Link {
  const { Uri } = (Integration ?? {}) as Properties;
  const verb = HttpMethod === 'ANY' ? '' : `${String(HttpMethod)} `;
  return { from: RestApiId, to: Uri, kind: 'call', label: `${verb}${pathOf(entry, source)}`, rule: 'Integration.Uri' };
}

function pathOf(entry: Entry, source: Source): string {
  const [resource] = source
    .referredIn(entry, entry.resource.Properties?.ResourceId ?? entry.resource.Properties?.ParentId)
    .filter(({ type }) => type === 'AWS::ApiGateway::Resource');
  const above = resource ? pathOf(resource, source) : '';
  if (entry.type !== 'AWS::ApiGateway::Resource') return above === '' ? '/' : above;
  return `${above}/${String(entry.resource.Properties?.PathPart)}`;
}

function route(entry: Entry, { ApiId, RouteKey }: Properties, source: Source): Link {
  const integrations = source
    .referredIn(entry, entry.resource.Properties?.Target)
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Integration');
  const to = integrations.map((one) => source.properties(one).IntegrationUri);
  return { from: ApiId, to, kind: 'call', label: String(RouteKey).replace('$default', 'every route'), rule: 'Target' };
}

const portsOf = ({ PortRanges }: Properties): string =>
  (Array.isArray(PortRanges) ? (PortRanges as Properties[]) : [])
    .map(({ FromPort, ToPort }) => [...new Set([String(FromPort), String(ToPort)])].join('-'))
    .join(', ');

/** What an accelerator hands to the endpoints of one Region. */
function endpoints({ ListenerArn, EndpointConfigurations, TrafficDialPercentage = 100 }: Properties): Link {
  const to = (Array.isArray(EndpointConfigurations) ? (EndpointConfigurations as Properties[]) : []).map(
    ({ EndpointId }): unknown => EndpointId,
  );
  return {
    from: ListenerArn,
    to,
    kind: 'call',
    label: `dial ${String(TrafficDialPercentage)} %`,
    rule: 'EndpointConfigurations',
  };
}

function distribution(properties: Properties, entry: Entry): Door {
  const config = (properties.DistributionConfig ?? {}) as Properties;
  const behaviours = [config.DefaultCacheBehavior, ...((config.CacheBehaviors ?? []) as unknown[])] as Properties[];
  const plain = behaviours.some((one) => one?.ViewerProtocolPolicy === 'allow-all');
  const origins = (Array.isArray(config.Origins) ? config.Origins : []) as Properties[];
  return {
    call: { label: plain ? 'HTTP, HTTPS' : 'HTTPS', rule: 'ViewerProtocolPolicy' },
    inward: origins.map((origin, i) => {
      const routes = behaviours.flatMap((route) => {
        const [first, second] = membersOf(route?.TargetOriginId, config);
        const path = String(route?.PathPattern ?? '/*');
        if (first === origin.Id) return [{ route, path }];
        return second === origin.Id ? [{ route, path: `${path} in an outage` }] : [];
      });
      const how = [
        ...(origin.OriginAccessControlId !== undefined
          ? [origin.CustomOriginConfig === undefined ? 'signed reads' : 'signed']
          : []),
        ...(routes.some(({ route }) => route.FieldLevelEncryptionId !== undefined) ? ['fields encrypted'] : []),
      ];
      const label = [...(origins.length > 1 ? routes.map(({ path }) => path) : []), ...how].join(', ');
      // The address of a function is taken apart at deployment.
      const to = new Written(writtenOrigins(entry)[i]?.DomainName ?? origin.DomainName);
      return { from: self, to, kind: 'call', label, rule: `Origins[${i}]` };
    }),
  };
}

function writtenOrigins({ resource }: Entry): readonly Properties[] {
  const { Origins } = (resource.Properties?.DistributionConfig ?? {}) as Properties;
  return Array.isArray(Origins) ? (Origins as Properties[]) : [];
}

/** Ids of the origins that answer for a target: of a group, the second where the first fails. */
function membersOf(target: unknown, { OriginGroups }: Properties): unknown[] {
  const groups = ((OriginGroups as Properties | undefined)?.Items ?? []) as Properties[];
  const members = groups.find(({ Id }) => Id === target)?.Members as Properties | undefined;
  return members ? (members.Items as Properties[]).map(({ OriginId }): unknown => OriginId) : [target];
}
