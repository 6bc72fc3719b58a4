"""Mends of moto's Route 53: sets of records are told apart by all that tells them apart, and checks keep what they were given."""

import copy

from moto.route53.models import FakeZone, HealthCheck, RecordSet, Route53Backend
from moto.route53.responses import Route53

from missing.registry import refused
from missing.route53_health import is_healthy


def install():
    original_record = RecordSet.__init__
    original_change = Route53Backend.change_resource_record_sets
    original_created = Route53.create_health_check
    original_config = HealthCheck.health_check_config.fget

    def __init__(self, given):
        original_record(self, given)
        # moto forgets these two, and a routing policy with them.
        self.geo_proximity_location = given.get('GeoProximityLocation')
        self.cidr_routing_config = given.get('CidrRoutingConfig')

    def change_resource_record_sets(self, zoneid, change_list):
        zone = self.get_hosted_zone(zoneid)
        sets = [change for change in change_list if 'SetIdentifier' in change['ResourceRecordSet']]
        for change in sets:
            _hold_against(zone, change)
        for change in sets:
            # moto deletes every set of the zone that has the identifier, whatever its name.
            if change['Action'] == 'DELETE':
                zone.rrsets.remove(_found(zone, change['ResourceRecordSet']))
        rest = [change for change in change_list if change not in sets or change['Action'] != 'DELETE']
        return original_change(self, zoneid, rest)

    def create_health_check(self):
        config = copy.deepcopy(self._get_param('HealthCheckConfig'))
        result = original_created(self)
        result.result['HealthCheck'].given = config
        return result

    def health_check_config(self):
        # moto forgets the alarm, and what holds while it has no data.
        given = getattr(self, 'given', {})
        kept = {key: given[key] for key in ('AlarmIdentifier', 'InsufficientDataHealthStatus') if key in given}
        return {**original_config(self), **kept}

    def get_health_check_status(self):
        check = self.backend.get_health_check(self._get_param('HealthCheckId'))
        healthy = is_healthy(self.backend, check)
        status = 'Success: the target answers as it should' if healthy else 'Failure: the target does not answer as it should'
        observation = {'Region': 'us-east-1', 'IPAddress': '127.0.0.1', 'StatusReport': {'Status': status}}
        return type(original_status(self))({'HealthCheckObservations': [observation]})

    def create_query_logging_config(self, hosted_zone_id, log_group_arn):
        # Route 53 takes the ARN of a log group with and without its end; moto finds the group by the one with it alone.
        return original_logging(self, hosted_zone_id, f'{log_group_arn.removesuffix(":*")}:*')

    def list_query_logging_configs(self, hosted_zone_id=None, **page):
        # moto knows no zone by the id that is asked for, and answers with those of all zones.
        found, more = original_listed(self, **page)
        if hosted_zone_id is None:
            return found, more
        self.get_hosted_zone(hosted_zone_id)
        return [one for one in found if one.hosted_zone_id == hosted_zone_id], more

    original_listed = Route53Backend.list_query_logging_configs
    original_logging = Route53Backend.create_query_logging_config
    original_status = Route53.get_health_check_status
    RecordSet.__init__ = __init__
    Route53Backend.change_resource_record_sets = change_resource_record_sets
    Route53Backend.create_query_logging_config = create_query_logging_config
    Route53Backend.list_query_logging_configs = list_query_logging_configs
    Route53.create_health_check = create_health_check
    Route53.get_health_check_status = get_health_check_status
    HealthCheck.health_check_config = property(health_check_config)


def _found(zone: FakeZone, given: dict) -> RecordSet | None:
    name = given['Name'].rstrip('.') + '.'
    for one in zone.rrsets:
        if (one.name, one.type, one.set_identifier) == (name, given['Type'], given['SetIdentifier']):
            return one
    return None


def _hold_against(zone: FakeZone, change: dict):
    given = change['ResourceRecordSet']
    there = _found(zone, given) is not None
    words = f"[name='{given['Name']}', type='{given['Type']}', set identifier='{given['SetIdentifier']}']"
    if change['Action'] == 'CREATE' and there:
        raise refused('InvalidChangeBatch', f'Tried to create resource record set {words} but it already exists')
    if change['Action'] == 'DELETE' and not there:
        raise refused('InvalidChangeBatch', f'Tried to delete resource record set {words} but it was not found')
