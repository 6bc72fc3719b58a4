"""What a name is answered with, blocks of addresses to route by, and the signing of zones, which moto does not have."""

import uuid

from moto.route53.models import RecordSet, route53_backends
from runtime.own_program import OwnProgram

from missing.registry import operation, refused, state
from missing.route53_health import is_healthy
from missing.shelf import shelf

SERVICE = 'route53'
# The same rules by which the tests of the project predict each answer.
_RESOLVER = OwnProgram('dns/emulator.ts')


def _collections(call) -> dict:
    return state(call, f'{SERVICE}/cidr')


def _collection(call, key: str) -> dict:
    if key not in _collections(call):
        raise refused('NoSuchCidrCollectionException', f'There is no collection {key}')
    return _collections(call)[key]


def _shown(one: dict) -> dict:
    return {key: one[key] for key in ('Arn', 'Id', 'Name', 'Version')}


@operation(SERVICE, 'CreateCidrCollection')
def create_collection(call, given):
    if any(one['Name'] == given['Name'] for one in _collections(call).values()):
        raise refused('CidrCollectionAlreadyExistsException', f"There is a collection {given['Name']} already")
    key = str(uuid.uuid4())
    arn = f'arn:{call.partition}:route53:::cidrcollection/{key}'
    made = {'Arn': arn, 'Id': key, 'Name': given['Name'], 'Version': 1, 'blocks': {}}
    _collections(call)[key] = made
    return {'Collection': _shown(made)}


@operation(SERVICE, 'ChangeCidrCollection')
def change_collection(call, given):
    one = _collection(call, given['Id'])
    for change in given['Changes']:
        place = one['blocks'].setdefault(change['LocationName'], [])
        if change['Action'] == 'PUT':
            place.extend(block for block in change['CidrList'] if block not in place)
        else:
            one['blocks'][change['LocationName']] = [block for block in place if block not in change['CidrList']]
    one['blocks'] = {name: blocks for name, blocks in one['blocks'].items() if blocks}
    one['Version'] += 1
    return {'Id': str(one['Version'])}


@operation(SERVICE, 'ListCidrCollections')
def list_collections(call, _given):
    return {'CidrCollections': [_shown(one) for one in _collections(call).values()]}


@operation(SERVICE, 'ListCidrBlocks')
def list_blocks(call, given):
    blocks = _collection(call, given['CollectionId'])['blocks']
    wanted = given.get('LocationName')
    return {
        'CidrBlocks': [
            {'CidrBlock': block, 'LocationName': name}
            for name, held in blocks.items()
            if wanted in (None, name)
            for block in held
        ]
    }


@operation(SERVICE, 'DeleteCidrCollection')
def delete_collection(call, given):
    if _collection(call, given['Id'])['blocks']:
        raise refused('CidrCollectionInUseException', f"The collection {given['Id']} still has blocks")
    del _collections(call)[given['Id']]


shelf(
    SERVICE,
    'KeySigningKey',
    key=('HostedZoneId', 'Name'),
    record=lambda _call, _given, _name: {'ChangeInfo': _done()},
    create='CreateKeySigningKey',
    update='ActivateKeySigningKey',
    delete='DeleteKeySigningKey',
    missing='NoSuchKeySigningKey',
    exists='KeySigningKeyAlreadyExists',
)


@operation(SERVICE, 'DeactivateKeySigningKey')
def deactivate_key(_call, _given):
    return {'ChangeInfo': _done()}


@operation(SERVICE, 'EnableHostedZoneDNSSEC')
def sign_zone(call, given):
    keys = [zone for zone, _name in state(call, f'{SERVICE}/KeySigningKey')]
    if given['HostedZoneId'] not in keys:
        raise refused('KeySigningKeyWithActiveStatusNotFound', 'The zone has no key that could sign it')
    state(call, f'{SERVICE}/signed')[given['HostedZoneId']] = True
    return {'ChangeInfo': _done()}


@operation(SERVICE, 'DisableHostedZoneDNSSEC')
def leave_unsigned(call, given):
    state(call, f'{SERVICE}/signed').pop(given['HostedZoneId'], None)
    return {'ChangeInfo': _done()}


def _done() -> dict:
    import datetime

    now = datetime.datetime.now(datetime.timezone.utc)
    return {'Id': '/change/C2682N5HXP0BZ4', 'Status': 'INSYNC', 'SubmittedAt': now}


@operation(SERVICE, 'TestDNSAnswer')
def test_answer(call, given):
    backend = route53_backends[call.account][call.partition]
    zone = backend.get_hosted_zone(given['HostedZoneId'].split('/')[-1])
    checks = backend.health_checks
    answer = _RESOLVER.ask(
        {
            'zone': {
                'name': zone.name,
                'records': [_record(one) for one in zone.rrsets],
                'cidrCollections': {key: one['blocks'] for key, one in _collections(call).items()},
            },
            'question': {'name': given['RecordName'], 'type': given['RecordType']},
            'address': given.get('EDNS0ClientSubnetIP') or given.get('ResolverIP'),
            'unhealthy': [key for key, check in checks.items() if not is_healthy(backend, check)],
        }
    )
    if 'fault' in answer:
        raise refused('InvalidInput', answer['fault'])
    servers = zone.delegation_set.name_servers if zone.delegation_set else ['ns-2048.awsdns-64.com']
    return {
        'Nameserver': servers[0],
        'RecordName': given['RecordName'],
        'RecordType': given['RecordType'],
        'RecordData': answer['values'],
        'ResponseCode': answer['code'],
        'Protocol': 'UDP',
    }


_MEMBERS = {
    'SetIdentifier': 'set_identifier',
    'HealthCheckId': 'health_check_id',
    'Failover': 'failover',
    'Weight': 'weight',
    'Region': 'region',
    'GeoLocation': 'geo_location',
    'GeoProximityLocation': 'geo_proximity_location',
    'MultiValueAnswer': 'multi_value_answer',
    'CidrRoutingConfig': 'cidr_routing_config',
    'AliasTarget': 'alias_target',
    'TTL': 'ttl',
}


def _record(one: RecordSet) -> dict:
    kept = {member: getattr(one, name) for member, name in _MEMBERS.items() if getattr(one, name) is not None}
    return {'Name': one.name, 'Type': one.type, 'ResourceRecords': list(one.records), **kept}
