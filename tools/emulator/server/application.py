"""The one place that knows every part: who answers which request."""

import census
import mends
import missing
import missing.registry
import stacks.part
from front import bucket_access, flags_extension, hosts
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from runtime import custom_resources, invoke_api, posting
from transport import metadata


def make_application(authority=None):
    """Each part is asked in turn whether a request is its own; moto answers the rest. `authority` signs certificates,
    if any.
    """
    mends.install()
    missing.install()
    moto = DomainDispatcherApplication(create_backend_app)
    parts = [
        hosts.answer,
        hosts.connections,
        flags_extension.answer,
        census.answer,
        metadata.answer,
        stacks.part.make_part(),
        custom_resources.answer,
        invoke_api.answer,
        posting.answer,
        missing.registry.answer,
        bucket_access.answer,
    ]
    if authority:
        parts.append(authority.answer)

    def application(environ, start_response):
        for part in parts:
            answer = part(environ, start_response)
            if answer is not None:
                return answer
        return moto(environ, start_response)

    stacks.part.use(application)
    return application
