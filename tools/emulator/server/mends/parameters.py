"""A parameter's pattern is held against its values, which moto only writes down, and a change is told on the default bus."""

import re

from moto.ssm.exceptions import SSMException
from moto.ssm.models import SimpleSystemManagerBackend

from runtime import event_bus


def install():
    original = SimpleSystemManagerBackend.put_parameter

    def put_parameter(self, name, description, value, parameter_type, allowed_pattern, *more, **named):
        before = list(self._parameters[name])
        pattern = allowed_pattern or (before[-1].allowed_pattern if before else None)
        if pattern and not re.search(pattern, value or ''):
            raise SSMException(
                'ParameterPatternMismatchException', f'Parameter value, cannot be validated against allowedPattern: {pattern}'
            )
        made = original(self, name, description, value, parameter_type, allowed_pattern, *more, **named)
        detail = {'operation': 'Update' if before else 'Create', 'name': name, 'type': made.parameter_type}
        arn = f'arn:{self.partition}:ssm:{self.region_name}:{self.account_id}:parameter/{name.lstrip("/")}'
        event_bus.put(self.account_id, self.region_name, 'aws.ssm', 'Parameter Store Change', detail, [arn])
        return made

    SimpleSystemManagerBackend.put_parameter = put_parameter
