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
    _write_queries_down(at, zone, props)
    return zone, {'Id': zone, 'NameServers': (made.get('DelegationSet') or {}).get('NameServers', [])}


def _write_queries_down(at, zone, props):
    """A zone whose questions cannot be written down is there all the same, and has to be taken away."""
    if 'QueryLoggingConfig' in props:
        arn = props['QueryLoggingConfig']['CloudWatchLogsLogGroupArn']
        try:
            at.call('route53', 'create_query_logging_config', HostedZoneId=zone, CloudWatchLogsLogGroupArn=arn)
        except ResourceFailed as error:
            error.physical_id = zone
            raise


def _zone_changed(at, zone, old, props):
    if whole(old.get('QueryLoggingConfig')) != whole(props.get('QueryLoggingConfig')):
        for one in at.call('route53', 'list_query_logging_configs', HostedZoneId=zone)['QueryLoggingConfigs']:
            at.call('route53', 'delete_query_logging_config', Id=one['Id'])
        _write_queries_down(at, zone, props)
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


def _sets(props) -> dict[tuple, dict]:
    records = [_record(one) for one in props['RecordSets']]
    return {(one['Name'], one['Type'], one.get('SetIdentifier')): one for one in records}


def _batch(at, props, changes: list[tuple[str, dict]]):
    batch = {'Changes': [{'Action': action, 'ResourceRecordSet': record} for action, record in changes]}
    if 'Comment' in props:
        batch['Comment'] = props['Comment']
    if changes:
        at.call('route53', 'change_resource_record_sets', HostedZoneId=_zone_of(at, props), ChangeBatch=batch)


def _group_made(at, props):
    _batch(at, props, [('CREATE', one) for one in _sets(props).values()])
    return f"group-{uuid.uuid4()}"


def _group_changed(at, _id, old, props):
    before, after = _sets(old), _sets(props)
    gone = [('DELETE', one) for key, one in before.items() if key not in after]
    _batch(at, props, gone + [('UPSERT', one) for key, one in after.items() if one != before.get(key)])


kind(
    'AWS::Route53::RecordSetGroup',
    'route53',
    create=_group_made,
    update=_group_changed,
    delete=lambda at, _id, props: _batch(at, props, [('DELETE', one) for one in _sets(props).values()]),
)


def _blocks(props) -> dict[str, list[str]]:
    return {one['LocationName']: list(one['CidrList']) for one in props.get('Locations') or []}


def _place(at, collection, action: str, blocks: dict[str, list[str]]):
    changes = [{'LocationName': name, 'Action': action, 'CidrList': held} for name, held in blocks.items() if held]
    if changes:
        at.call('route53', 'change_cidr_collection', Id=collection, Changes=changes)


def _collection(at, props):
    made = at.call('route53', 'create_cidr_collection', Name=props['Name'], CallerReference=str(uuid.uuid4()))
    found = made['Collection']
    _place(at, found['Id'], 'PUT', _blocks(props))
    return found['Id'], {'Id': found['Id'], 'Arn': found['Arn']}


def _collection_changed(at, collection, old, props):
    _place(at, collection, 'DELETE_IF_EXISTS', _blocks(old))
    _place(at, collection, 'PUT', _blocks(props))


def _collection_gone(at, collection, props):
    _place(at, collection, 'DELETE_IF_EXISTS', _blocks(props))
    at.call('route53', 'delete_cidr_collection', Id=collection)


kind(
    'AWS::Route53::CidrCollection',
    'route53',
    create=_collection,
    update=_collection_changed,
    delete=_collection_gone,
)


def _key(at, props):
    at.call('route53', 'create_key_signing_key', CallerReference=str(uuid.uuid4()), **props.pick(*_KEY))
    return f"{props['HostedZoneId']}|{props['Name']}"


_KEY = ('HostedZoneId', 'KeyManagementServiceArn', 'Name', 'Status')


def _key_changed(at, _id, _old, props):
    action = 'activate' if props['Status'] == 'ACTIVE' else 'deactivate'
    at.call('route53', f'{action}_key_signing_key', **props.pick('HostedZoneId', 'Name'))


def _key_gone(at, _id, props):
    at.call('route53', 'deactivate_key_signing_key', **props.pick('HostedZoneId', 'Name'))
    at.call('route53', 'delete_key_signing_key', **props.pick('HostedZoneId', 'Name'))


kind('AWS::Route53::KeySigningKey', 'route53', create=_key, update=_key_changed, delete=_key_gone)


def _signed(at, props):
    at.call('route53', 'enable_hosted_zone_dnssec', HostedZoneId=props['HostedZoneId'])
    return props['HostedZoneId']


kind(
    'AWS::Route53::DNSSEC',
    'route53',
    create=_signed,
    delete=lambda at, zone, _props: at.call('route53', 'disable_hosted_zone_dnssec', HostedZoneId=zone),
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
