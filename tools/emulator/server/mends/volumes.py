"""
Mends of moto's volumes: one that an instance has is given to no other, unless it is of the kind that several have at once; a copy of a snapshot
may be encrypted with the account's own key; and what a rule of the recycle bin keeps is not gone when it is deleted.
"""

import datetime

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import EBSBackend, Volume
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from missing.registry import Call
from missing.snapshots import bin_of, kept_for

_GP3_THROUGHPUT = 125


def install():
    Volume.attachments = property(lambda self: [each for each in (self.attachment, *_others(self)) if each])
    EBSBackend.attach_volume = _to_whom_it_may(EBSBackend.attach_volume)
    EBSBackend.detach_volume = _from_one(EBSBackend.detach_volume)
    EBSBackend.create_volume = _with_its_speed(EBSBackend.create_volume)
    EBSBackend.delete_snapshot = _into_the_bin(EBSBackend.delete_snapshot)
    ElasticBlockStore.copy_snapshot = _encrypted(ElasticBlockStore.copy_snapshot)


def _others(volume) -> list:
    """Attachments of a shared volume besides the one moto knows."""
    return volume.__dict__.setdefault('other_attachments', [])


def _to_whom_it_may(original):
    def attach_volume(self, volume_id, instance_id, device_path, *more, **named):
        volume, instance = self.get_volume(volume_id), self.get_instance(instance_id)
        before = volume.attachment
        if before and not _is_shared(volume):
            raise EC2ClientError('VolumeInUse', f'{volume_id} is already attached to an instance')
        if device_path in instance.block_device_mapping:
            raise EC2ClientError(
                'InvalidParameterValue',
                f"Invalid value '{device_path}' for unixDevice. Attachment point {device_path} is already in use",
            )
        made = original(self, volume_id, instance_id, device_path, *more, **named)
        if before:
            _others(volume).append(before)
        return made

    return attach_volume


def _is_shared(volume) -> bool:
    return str(volume.multi_attach_enabled).lower() == 'true'


def _from_one(original):
    """moto forgets every instance of a shared volume with the first that lets go."""

    def detach_volume(self, volume_id, instance_id, device_path):
        volume = self.get_volume(volume_id)
        there = volume.attachments
        if not instance_id and there:
            # Who names no instance means the one that has it.
            instance_id = there[0].instance.id
        [one, *_] = [each for each in there if each.instance.id == instance_id] or [None]
        if one and one is not volume.attachment:
            _others(volume).remove(one)
            _others(volume).append(volume.attachment)
            volume.attachment = one
        gone = original(self, volume_id, instance_id, device_path)
        if _others(volume):
            volume.attachment = _others(volume).pop()
        return gone

    return detach_volume


def _with_its_speed(original):
    def create_volume(self, *given, **named):
        volume = original(self, *given, **named)
        if volume.volume_type == 'gp3' and not volume.throughput:
            volume.throughput = _GP3_THROUGHPUT
        return volume

    return create_volume


def _into_the_bin(original):
    def delete_snapshot(self, snapshot_id):
        snapshot = original(self, snapshot_id)
        call = Call(self.account_id, self.region_name)
        time = kept_for(call, snapshot)
        if time:
            now = datetime.datetime.now(datetime.timezone.utc)
            bin_of(call)[snapshot_id] = (snapshot, now, now + time)
        return snapshot

    return delete_snapshot


def _encrypted(original):
    """moto encrypts a copy when it is given a key, and not when it is told to encrypt it."""

    def copy_snapshot(self):
        answer = original(self)
        if self._get_bool_param('Encrypted', False):
            self.ec2_backend.get_snapshot(answer.result['SnapshotId']).encrypted = True
        return answer

    return copy_snapshot
