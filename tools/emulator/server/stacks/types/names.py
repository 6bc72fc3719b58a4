"""Zones, records, health checks and certificates."""

import uuid

from stacks.convert import converted
from stacks.faults import ResourceFailed
from stacks.kinds import Name, kind
from stacks.reading import whole


def _zone(at, props):
    name = props['Name'] if props['Name'].endswith('.') else f"{props['Name']}."
    given = {'Name': name, 'CallerReference': str(uuid.uuid4())}
    if 'HostedZoneConfig' in props:
        given['HostedZoneConfig'] = whole(props['HostedZoneConfig'])
    vpcs = whole(props.get('VPCs') or [])
    if vpcs:
        given['VPC'] = vpcs[0]
        given.setdefault('HostedZoneConfig', {})['PrivateZone'] = True
    made = at.call('route53', 'create_hosted_zone', **given)
    zone = made['HostedZone']['Id'].split('/')[-1]
    for vpc in vpcs[1:]:
        at.call('route53', 'associate_vpc_with_hosted_zone', HostedZoneId=zone, VPC=vpc)
    if 'QueryLoggingConfig' in props:
        arn = props['QueryLoggingConfig']['CloudWatchLogsLogGroupArn']
        at.call('route53', 'create_query_logging_config', HostedZoneId=zone, CloudWatchLogsLogGroupArn=arn)
    return zone, {'Id': zone, 'NameServers': (made.get('DelegationSet') or {}).get('NameServers', [])}


def _zone_changed(at, zone, old, props):
    if 'HostedZoneConfig' in props:
        at.call(
            'route53', 'update_hosted_zone_comment', Id=zone, Comment=props['HostedZoneConfig'].get('Comment') or ''
        )
    before, after = whole(old.get('VPCs') or []), whole(props.get('VPCs') or [])
    for vpc in after:
        if vpc not in before:
            at.call('route53', 'associate_vpc_with_hosted_zone', HostedZoneId=zone, VPC=vpc)
    for vpc in before:
        if vpc not in after:
            at.call('route53', 'disassociate_vpc_from_hosted_zone', HostedZoneId=zone, VPC=vpc)


def _zone_tags(word: str):
    def tag(at, physical_id, fresh, gone):
        given = {'AddTags': [{'Key': k, 'Value': v} for k, v in fresh.items()]} if fresh else {}
        given |= {'RemoveTagKeys': gone} if gone else {}
        at.call('route53', 'change_tags_for_resource', ResourceType=word, ResourceId=physical_id, **given)

    return tag


kind(
    'AWS::Route53::HostedZone',
    'route53',
    create=_zone,
    update=_zone_changed,
    key='Id',
    delete='delete_hosted_zone',
    tagged=_zone_tags('hostedzone'),
    not_carried={'HostedZoneFeatures': 'moto has no accelerated recovery'},
)

RECORD = (
    'SetIdentifier',
    'Region',
    'Failover',
    'HealthCheckId',
    'GeoLocation',
    'CidrRoutingConfig',
    'GeoProximityLocation',
)


def _record(props) -> dict:
    name = props['Name'] if props['Name'].endswith('.') else f"{props['Name']}."
    made = {'Name': name, 'Type': props['Type'], **props.pick(*RECORD)}
    if 'TTL' in props:
        made['TTL'] = int(props['TTL'])
    if 'Weight' in props:
        made['Weight'] = int(props['Weight'])
    if 'MultiValueAnswer' in props:
        made['MultiValueAnswer'] = str(props['MultiValueAnswer']).lower() == 'true'
    if 'ResourceRecords' in props:
        made['ResourceRecords'] = [{'Value': value} for value in props['ResourceRecords']]
    if 'AliasTarget' in props:
        alias = whole(props['AliasTarget'])
        alias['EvaluateTargetHealth'] = str(alias.get('EvaluateTargetHealth', False)).lower() == 'true'
        made['AliasTarget'] = alias
    return made


def _zone_of(at, props) -> str:
    if 'HostedZoneId' in props:
        return props['HostedZoneId']
    wanted = props['HostedZoneName'].rstrip('.') + '.'
    for zone in at.call('route53', 'list_hosted_zones')['HostedZones']:
        if zone['Name'] == wanted:
            return zone['Id'].split('/')[-1]
    raise ResourceFailed(f'No hosted zone named {wanted} was found')


def _change(at, action: str, props):
    batch = {'Changes': [{'Action': action, 'ResourceRecordSet': _record(props)}]}
    if 'Comment' in props:
        batch['Comment'] = props['Comment']
    at.call('route53', 'change_resource_record_sets', HostedZoneId=_zone_of(at, props), ChangeBatch=batch)


def _record_made(at, props):
    _change(at, 'CREATE', props)
    return props['Name'].rstrip('.')


kind(
    'AWS::Route53::RecordSet',
    'route53',
    create=_record_made,
    update=lambda at, _id, _old, new: _change(at, 'UPSERT', new),
    delete=lambda at, _id, props: _change(at, 'DELETE', props),
)


def _check(at, props):
    model = at.client('route53').meta.service_model.operation_model('CreateHealthCheck').input_shape
    config = converted(model.members['HealthCheckConfig'], props['HealthCheckConfig'])
    made = at.call('route53', 'create_health_check', CallerReference=str(uuid.uuid4()), HealthCheckConfig=config)[
        'HealthCheck'
    ]
    return made['Id'], {'HealthCheckId': made['Id']}


def _check_changed(at, check, _old, props):
    given = at.shaped('route53', 'update_health_check', whole(props['HealthCheckConfig']))
    given.pop('Type', None)
    at.call('route53', 'update_health_check', HealthCheckId=check, **given)


kind(
    'AWS::Route53::HealthCheck',
    'route53',
    create=_check,
    update=_check_changed,
    key='HealthCheckId',
    delete='delete_health_check',
    tagged=_zone_tags('healthcheck'),
)
kind(
    'AWS::CertificateManager::Certificate',
    'acm',
    create='request_certificate',
    prepare=lambda _at, props: _certificate(props),
    id='CertificateArn',
    key='CertificateArn',
    delete='delete_certificate',
    tagged='{id}',
    not_carried={'CertificateTransparencyLoggingPreference': 'moto logs no certificates'},
)


def _certificate(props):
    made = {
        name: value
        for name, value in props.items()
        if name not in ('DomainValidationOptions', 'CertificateTransparencyLoggingPreference')
    }
    options = []
    for option in props.get('DomainValidationOptions') or []:
        option.get('HostedZoneId')
        options.append(
            {
                'DomainName': option['DomainName'],
                'ValidationDomain': option.get('ValidationDomain') or option['DomainName'],
            }
        )
    return {**made, **({'DomainValidationOptions': options} if options else {})}


kind(
    'AWS::ServiceDiscovery::PrivateDnsNamespace',
    'servicediscovery',
    create=lambda at, props: _namespace(at, 'private_dns', props),
    key='Id',
    delete='delete_namespace',
)
kind(
    'AWS::ServiceDiscovery::HttpNamespace',
    'servicediscovery',
    create=lambda at, props: _namespace(at, 'http', props),
    key='Id',
    delete='delete_namespace',
)


def _namespace(at, word, props):
    given = at.shaped('servicediscovery', f'create_{word}_namespace', props.without('Tags'))
    props.get('Tags')
    at.call('servicediscovery', f'create_{word}_namespace', **given, CreatorRequestId=str(uuid.uuid4()))
    found = next(n for n in at.call('servicediscovery', 'list_namespaces')['Namespaces'] if n['Name'] == props['Name'])
    zone = ((found.get('Properties') or {}).get('DnsProperties') or {}).get('HostedZoneId')
    return found['Id'], {'Id': found['Id'], 'Arn': found['Arn'], 'HostedZoneId': zone}


kind(
    'AWS::ServiceDiscovery::Service',
    'servicediscovery',
    create='create_service',
    name=Name('Name', 64),
    id='Service.Id',
    attributes={'Id': 'id', 'Arn': 'Service.Arn', 'Name': '{Name}'},
    key='Id',
    delete='delete_service',
)
