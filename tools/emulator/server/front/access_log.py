"""Access logs of a stage: one line a call, to a log group or a delivery stream."""

import re

from moto.apigateway.models import RestAPI, Stage

from runtime import targets
from runtime.functions import complain

from .answers import Answer
from .gateway_errors import look_up


def write(api: RestAPI, stage: Stage, known: dict, given: Answer, seconds: float):
    """Writes the line of one call in the stage's own format."""
    settings = stage.access_log_settings or {}
    arn, line = settings.get('destinationArn'), settings.get('format')
    if not arn or not line:
        return
    context = {
        **known,
        'status': given.status,
        'responseLength': len(given.body),
        'responseLatency': int(seconds * 1000),
        'integrationStatus': known.get('integration', {}).get('status'),
    }
    text = re.sub(r'\$context\.([\w.]*\w)', lambda found: _escaped(look_up(found[1], context)), line)
    try:
        targets.send(arn, text + '\n' if ':firehose:' in arn else text, account=api.account_id, region=api.region_name)
    except targets.Undeliverable as error:
        complain(f'access log of {api.name}: {error}')


def _escaped(text: str) -> str:
    """A value stands within the quotes of a line that is JSON."""
    return text.replace('\\', '\\\\').replace('"', '\\"')
