"""What the extension of AppConfig answers to a function beside it: flags, at a port of the function's own machine.

There is one for all functions here, at this server's port. A function that has the extension's layer is told that port.
"""

import re

from moto.core import DEFAULT_ACCOUNT_ID

from missing import appconfig
from missing.registry import Call

from .answers import Answer, json_answer

_PATH = re.compile(r'/applications/([^/]+)/environments/([^/]+)/configurations/([^/]+)')


def answer(environ, start_response):
    """The part of the application that stands for the extension: what is asked of it is not signed, as what AppConfig is asked is."""
    found = _PATH.fullmatch(environ.get('PATH_INFO', ''))
    if not found or environ['REQUEST_METHOD'] != 'GET' or 'HTTP_AUTHORIZATION' in environ:
        return None
    return _told(found.groups()).response()(environ, start_response)


def _told(place: tuple[str, ...]) -> Answer:
    # Names are looked for in every region: the question does not say where it comes from.
    for region in list(appconfig.appconfig_backends[DEFAULT_ACCOUNT_ID]):
        told = appconfig.answered(Call(DEFAULT_ACCOUNT_ID, region), *place)
        if told:
            made = Answer(200, body=told[0])
            made.set('content-type', told[1] or 'application/json')
            return made
    return json_answer(404, {'Message': f'nothing is deployed at {"/".join(place)}'})
