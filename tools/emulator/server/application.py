"""The one place that knows every part: who answers which request."""

import missing.registry
import mends
import stacks.part
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from runtime import custom_resources, invoke_api


def make_application():
    """Each part is asked in turn whether a request is its own; moto answers the rest."""
    mends.install()
    missing.install()
    moto = DomainDispatcherApplication(create_backend_app)
    parts = [stacks.part.make_part(), custom_resources.answer, invoke_api.answer, missing.registry.answer]

    def application(environ, start_response):
        for part in parts:
            answer = part(environ, start_response)
            if answer is not None:
                return answer
        return moto(environ, start_response)

    stacks.part.use(application)
    return application
