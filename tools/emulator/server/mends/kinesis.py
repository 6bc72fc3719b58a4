"""Mends of moto's Kinesis: a shard that is split or merged keeps its records, takes no more, and has an end, where moto writes
them once more into the new ones; and two that put at once both have their place.
"""

import functools
import hashlib
import threading
from collections import OrderedDict

from moto.core.responses import ActionResult
from moto.kinesis.models import Shard, Stream
from moto.kinesis.responses import KinesisResponse
from moto.kinesis.utils import decompose_shard_iterator

_lock = threading.Lock()


def install():
    Stream.split_shard = _keeping(Stream.split_shard)
    Stream.merge_shards = _keeping(Stream.merge_shards)
    Stream.get_shard_for_key = _open(Stream.get_shard_for_key)
    Shard.put_record = _one_at_a_time(Shard.put_record)
    KinesisResponse.get_records = _ending(KinesisResponse.get_records)


def _open(original):
    @functools.wraps(original)
    def get_shard_for_key(self: Stream, partition_key: str, explicit_hash_key: str | None) -> Shard | None:
        found = original(self, partition_key, explicit_hash_key)
        if found and found.is_open:
            return found
        key = int(explicit_hash_key or int.from_bytes(hashlib.md5(partition_key.encode()).digest()))
        open_shards = (shard for shard in self.shards.values() if shard.is_open)
        return next((shard for shard in open_shards if shard.starting_hash <= key <= shard.ending_hash), None)

    return get_shard_for_key


def _keeping(original):
    @functools.wraps(original)
    def reshard(self: Stream, *args):
        kept = {id: shard.records for id, shard in self.shards.items()}
        for id in kept:
            self.shards[id].records = OrderedDict()
        try:
            original(self, *args)
        finally:
            for id, records in kept.items():
                self.shards[id].records = records

    return reshard


def _one_at_a_time(original):
    @functools.wraps(original)
    def put_record(self: Shard, *args):
        with _lock:
            return original(self, *args)

    return put_record


def _ending(original):
    """Whoever has read all of a closed shard gets no further iterator, by which he knows."""

    @functools.wraps(original)
    def get_records(self: KinesisResponse) -> ActionResult:
        answer = original(self)
        shown = answer.result
        stream, shard_id, last = decompose_shard_iterator(shown['NextShardIterator'])
        shard = self.kinesis_backend.streams[stream].get_shard(shard_id)
        if not shard.is_open and (not shard.records or int(last) >= shard.get_max_sequence_number()):
            del shown['NextShardIterator']
        return answer

    return get_records
