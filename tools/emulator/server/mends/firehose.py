"""Mends of moto's Firehose: records are read from a stream, gathered, transformed and compressed as the delivery stream says;
moto writes a plain object for each that is put.
"""

from moto.firehose.models import FirehoseBackend

from runtime import delivery


def install():
    FirehoseBackend.put_s3_records = delivery.gather
    FirehoseBackend.create_delivery_stream = _following(FirehoseBackend.create_delivery_stream)


def _following(original):
    def create_delivery_stream(self: FirehoseBackend, region: str, name: str, *given) -> str:
        arn = original(self, region, name, *given)
        stream = self.delivery_streams[name]
        if stream.source:
            delivery.follow(self, stream)
        return arn

    return create_delivery_stream
