"""The metadata service of machines that boot here, and whether any does: `GET /_emulator/boots`."""

import json
import re

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from werkzeug.wrappers import Response

from . import boots, machines

_PATH = re.compile(r'/_emulator/metadata/(?P<region>[a-z0-9-]+)/(?P<instance>i-[0-9a-f]+)/latest/(?P<what>.+)')
_TOKEN = 'X-aws-ec2-metadata-token'
_SECONDS = range(1, 21_601)


def answer(environ, start_response):
    """The part of the application that machines ask about themselves."""
    path = environ.get('PATH_INFO', '')
    if path == '/_emulator/boots':
        told = json.dumps({'boots': boots.why_not() is None, 'why': boots.why_not()})
        return Response(told, mimetype='application/json')(environ, start_response)
    found = _PATH.fullmatch(path)
    return _said(found, environ)(environ, start_response) if found else None


def _said(asked: re.Match, environ) -> Response:
    header = environ.get('HTTP_' + _TOKEN.upper().replace('-', '_'))
    if asked['what'] == 'api/token':
        seconds = environ.get('HTTP_X_AWS_EC2_METADATA_TOKEN_TTL_SECONDS', '')
        is_good = environ['REQUEST_METHOD'] == 'PUT' and seconds.isdigit() and int(seconds) in _SECONDS
        return Response(_token(asked['instance']) if is_good else '', 200 if is_good else 400)
    if header != _token(asked['instance']):
        return Response('', 401)
    fact = _facts(asked['region'], asked['instance']).get(asked['what'].removeprefix('meta-data/'))
    return Response(fact or '', 200 if fact else 404, mimetype='text/plain')


def _token(instance: str) -> str:
    return f'token-of-{instance}'


def _facts(region: str, instance: str) -> dict[str, str]:
    found = machines.find(region, instance)
    if found is None:
        return {}
    zone = found._placement.zone
    ids = {one.name: one.zone_id for one in RegionsAndZonesBackend.zones.get(region, [])}
    return {
        'instance-id': instance,
        'instance-type': found.instance_type,
        'instance-life-cycle': 'spot' if getattr(found, 'lifecycle', None) == 'spot' else 'on-demand',
        'ami-id': found.image_id,
        'local-ipv4': found.private_ip or '',
        'placement/availability-zone': zone,
        'placement/availability-zone-id': ids.get(zone, ''),
        'placement/region': region,
    }
