"""Mends of moto's pipes: they hand events on, and can be changed; moto only writes them down."""

import json

from moto.core.responses import ActionResult
from moto.pipes.models import EventBridgePipesBackend, Pipe
from moto.pipes.responses import EventBridgePipesResponse

from runtime import pipes

_CHANGED = {
    'Description': 'description',
    'DesiredState': 'desired_state',
    'SourceParameters': 'source_parameters',
    'Enrichment': 'enrichment',
    'EnrichmentParameters': 'enrichment_parameters',
    'Target': 'target',
    'TargetParameters': 'target_parameters',
    'RoleArn': 'role_arn',
    'LogConfiguration': 'log_configuration',
    'KmsKeyIdentifier': 'kms_key_identifier',
}


def install():
    EventBridgePipesBackend.create_pipe = _reading(EventBridgePipesBackend.create_pipe)
    EventBridgePipesResponse.update_pipe = _update


def _reading(original):
    def create_pipe(self: EventBridgePipesBackend, *args, **kwargs) -> Pipe:
        pipe = original(self, *args, **kwargs)
        pipes.start(pipe)
        return pipe

    return create_pipe


def _update(self: EventBridgePipesResponse) -> ActionResult:
    given = json.loads(self.body)
    pipe = self.pipes_backend.describe_pipe(name=self.uri.split('?')[0].split('/')[-1])
    for name, attribute in _CHANGED.items():
        if name in given:
            setattr(pipe, attribute, given[name])
    shown = {'Arn': pipe.arn, 'Name': pipe.name, 'DesiredState': pipe.desired_state, 'CurrentState': 'RUNNING'}
    return ActionResult(shown)
