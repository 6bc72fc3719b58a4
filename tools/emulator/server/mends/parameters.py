"""A parameter's pattern is held against its values, which moto only writes down."""

import re

from moto.ssm.exceptions import SSMException
from moto.ssm.models import SimpleSystemManagerBackend


def install():
    original = SimpleSystemManagerBackend.put_parameter

    def put_parameter(self, name, description, value, parameter_type, allowed_pattern, *more, **named):
        before = self._parameters[name]
        pattern = allowed_pattern or (before[-1].allowed_pattern if before else None)
        if pattern and not re.search(pattern, value or ''):
            raise SSMException(
                'ParameterPatternMismatchException', f'Parameter value, cannot be validated against allowedPattern: {pattern}'
            )
        return original(self, name, description, value, parameter_type, allowed_pattern, *more, **named)

    SimpleSystemManagerBackend.put_parameter = put_parameter
