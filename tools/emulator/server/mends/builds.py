"""A build project without a source, or with that of its pipeline, needs no place to find it.

moto asks every project for one.
"""

from moto.codebuild import responses


def install():
    original = responses._validate_required_params_source

    def validate(source):
        if source.get('type') in ('NO_SOURCE', 'CODEPIPELINE'):
            return
        original(source)

    responses._validate_required_params_source = validate
