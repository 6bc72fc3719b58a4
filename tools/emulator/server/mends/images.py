"""Images: snapshots are tagged with them, a filter finds those that have a snapshot, and a launch may name a parameter instead of an id.

moto refuses the first two and takes the name for an id.
"""

from moto.ec2.models import ec2_backends  # noqa: F401  (loads the backends, which the modules below need)
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.instances import InstanceBackend
from moto.ssm.models import ssm_backends

BY_PARAMETER = 'resolve:ssm:'


def install():
    filtered = Ami.get_filter_value
    make = AmiBackend.create_image
    run = InstanceBackend.run_instances

    def get_filter_value(self, filter_name, method_name=None):
        if filter_name == 'block-device-mapping.snapshot-id':
            return self.ebs_snapshot.id
        return filtered(self, filter_name, method_name)

    def create_image(self, instance_id, name, description, tag_specifications):
        of = {'image': [], 'snapshot': []}
        for one in tag_specifications:
            of.setdefault(one['ResourceType'], []).append(one)
        image = make(self, instance_id, name, description, [one for kind in of if kind != 'snapshot' for one in of[kind]])
        image.ebs_snapshot.add_tags({tag['Key']: tag['Value'] for one in of['snapshot'] for tag in one['Tags']})
        return image

    def run_instances(self, image_id, *given, **named):
        if str(image_id or '').startswith(BY_PARAMETER):
            name = image_id.removeprefix(BY_PARAMETER)
            found = ssm_backends[self.account_id][self.region_name].get_parameters([name]).get(name)
            if found is None:
                raise _unknown(name)
            image_id = found.value
        return run(self, image_id, *given, **named)

    Ami.get_filter_value = get_filter_value
    AmiBackend.create_image = create_image
    InstanceBackend.run_instances = run_instances


def _unknown(name: str):
    from moto.ec2.exceptions import EC2ClientError

    return EC2ClientError('InvalidParameterValue', f'The systems manager parameter {name} does not exist')
