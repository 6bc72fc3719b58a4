"""The one place that knows every part: who answers which request."""

from mends import awslambda, event_source_mappings, events, s3_notifications, sns, sqs, stepfunctions
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from runtime import custom_resources, invoke_api


def make_application():
    """Each part is asked in turn whether a request is its own; moto answers the rest."""
    moto = DomainDispatcherApplication(create_backend_app)
    for mend in (awslambda, event_source_mappings, events, s3_notifications, sns, sqs, stepfunctions):
        mend.install()
    parts = [custom_resources.answer, invoke_api.answer]

    def application(environ, start_response):
        for part in parts:
            answer = part(environ, start_response)
            if answer is not None:
                return answer
        return moto(environ, start_response)

    return application
