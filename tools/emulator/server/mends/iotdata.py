"""Mends of moto's IoT: it keeps what devices publish and tells no rule, and takes rules whose query cannot be read."""

from moto.iot.exceptions import IoTClientError
from moto.iot.models import IoTBackend
from moto.iotdata.models import IoTDataPlaneBackend

from runtime import device_rules
from runtime.device_sql import BadQuery, Query


class SqlParse(IoTClientError):
    code = 400

    def __init__(self, why: str):
        super().__init__('SqlParseException', why)


def install():
    IoTDataPlaneBackend.publish = _tells_rules(IoTDataPlaneBackend.publish)
    IoTBackend.create_topic_rule = _reads_query(IoTBackend.create_topic_rule)


def _tells_rules(original):
    def publish(self, topic, payload):
        original(self, topic, payload)
        given = payload if isinstance(payload, bytes) else str(payload).encode()
        device_rules.publish(self.account_id, self.region_name, topic, given)

    return publish


def _reads_query(original):
    def create_topic_rule(self, rule_name, sql, **more):
        try:
            Query(sql)
        except BadQuery as error:
            raise SqlParse(str(error)) from error
        original(self, rule_name, sql, **more)

    return create_topic_rule
