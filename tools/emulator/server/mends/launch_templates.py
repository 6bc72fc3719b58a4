"""Later versions of a launch template are as good as the first.

moto keeps their user data in a form that it cannot read itself, so that a group whose template was changed launches nothing more; and
what a group launches it makes by the template's first version, whichever the group names.
"""

from contextvars import ContextVar

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.core.types import Base64EncodedString
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data

# The version that the group names which launches just now.
_named: ContextVar[str | None] = ContextVar('named', default=None)


def install():
    create, run = LaunchTemplate.create_version, InstanceBackend.run_instances
    grow = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def created(self, data, description):
        told = data.get('UserData')
        if told is not None and not isinstance(told, Base64EncodedString):
            data = {**data, 'UserData': parse_user_data(told)}
        return create(self, data, description)

    def grown(self, count_needed, propagated_tags):
        token = _named.set(self.launch_template_version if self.ec2_launch_template else None)
        try:
            return grow(self, count_needed, propagated_tags)
        finally:
            _named.reset(token)

    def launched(self, image_id, count, user_data, security_group_names, **kwargs):
        return run(self, image_id, count, user_data, security_group_names, **of_its_version(kwargs))

    LaunchTemplate.create_version = created
    FakeAutoScalingGroup.replace_autoscaling_group_instances = grown
    InstanceBackend.run_instances = launched


def of_its_version(kwargs: dict) -> dict:
    """A launch by the version of the template that its group names, if a group launches."""
    template, version = kwargs.get('launch_template'), _named.get()
    if not template or version is None or 'Version' in template:
        return kwargs
    return {**kwargs, 'launch_template': {**template, 'Version': version}}
