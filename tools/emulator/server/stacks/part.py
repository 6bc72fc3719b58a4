"""The part of the emulator that is CloudFormation: its API, and what it tells of itself below /_emulator."""

import json

import stacks.types  # noqa: F401  (fills the table of types)
from stacks import clients
from stacks.api import part as api
from stacks.report import inventory, report


def make_part():
    """A part for the application: answers what is its own, and None to the rest."""

    def part(environ, start_response):
        path = environ.get('PATH_INFO', '')
        if path == '/_emulator/report':
            return _json(start_response, report())
        if path == '/_emulator/inventory':
            return _json(start_response, inventory())
        if path.endswith('/moto-api/reset') and environ.get('REQUEST_METHOD') == 'POST':
            from missing import registry as missing
            from stacks.model import forget

            forget()
            missing.forget()
            return None
        return api(environ, start_response)

    return part


def _json(start_response, value):
    data = json.dumps(value, indent=2, default=str).encode()
    start_response('200 OK', [('content-type', 'application/json'), ('content-length', str(len(data)))])
    return [data]


use = clients.use
