"""IoT rules: queries, actions, and what cannot be handed on."""

import base64
import json
import sys
import unittest

from .support import SERVER, EmulatorTest, eventually

sys.path.insert(0, str(SERVER))
from runtime.device_sql import UNDEFINED, BadQuery, Message, Query, matches  # noqa: E402


class DeviceQueries(unittest.TestCase):
    def chosen(self, sql, content, topic='cameras/gate/pictures'):
        return Query(sql).chosen(Message(topic, content, 'gate'))

    def test_a_topic_fits_level_by_level(self):
        for topic_filter, topic, fits in [
            ('cameras/+/pictures', 'cameras/gate/pictures', True),
            ('cameras/+/pictures', 'cameras/gate/left/pictures', False),
            ('cameras/#', 'cameras/gate/pictures', True),
            ('cameras/#', 'cameras', True),
            ('cameras/#', 'camera/gate', False),
            ('cameras/gate', 'cameras/gate/pictures', False),
            ('+/events', '$aws/events', False),
            ('#', '$aws/events', False),
            ('$aws/events/#', '$aws/events/presence/connected/gate', True),
        ]:
            self.assertEqual(matches(topic_filter, topic), fits, (topic_filter, topic))

    def test_a_message_is_handed_on_whole_or_in_parts(self):
        content = {'size': 3, 'by': {'name': 'Ada'}}
        self.assertEqual(self.chosen("SELECT * FROM 'a'", content), content)
        self.assertEqual(
            self.chosen("select *, topic(2) as device, clientid() AS client FROM 'a'", content),
            {**content, 'device': 'gate', 'client': 'gate'},
        )
        self.assertEqual(
            self.chosen(
                "SELECT by.name, size AS bytes, by.age, topic(9) AS none, 'x, y' AS text, topic() FROM 'a'", content
            ),
            {'name': 'Ada', 'bytes': 3, 'text': 'x, y', 'topic': 'cameras/gate/pictures'},
        )
        self.assertGreater(self.chosen("SELECT timestamp() AS at FROM 'a'", {})['at'], 1_700_000_000_000)

    def test_a_condition_holds_or_the_message_is_passed_over(self):
        content = {'size': 3, 'kind': 'jpg', 'on': True}
        for where, holds in [
            ('size > 2', True),
            ('size >= 3 AND size <= 3 AND size < 4', True),
            ("kind = 'jpg' OR kind = 'png'", True),
            ("kind <> 'jpg'", False),
            ("NOT (kind = 'png') AND on = true", True),
            ('size > 9 OR (size = 3 AND kind = \'png\')', False),
            ("kind > 3", False),
            ('none = 3', False),
            ('NOT none = 3', False),
            ("topic(2) = 'gate'", True),
        ]:
            found = self.chosen(f"SELECT * FROM 'a' WHERE {where}", content)
            self.assertEqual(found is not UNDEFINED, holds, where)

    def test_what_is_not_known_is_told(self):
        for sql in [
            'SELECT *',
            "SELECT encode(*, 'base64') FROM 'a'",
            "SELECT * FROM 'a' WHERE x = (1",
            "SELECT * FROM 'a' WHERE ~",
        ]:
            with self.assertRaises(BadQuery, msg=sql):
                Query(sql)


class DeviceRules(EmulatorTest):
    def rule(self, name, sql, *actions, **more):
        payload = {'sql': sql, 'actions': list(actions), **more}
        self.emulator.client('iot').create_topic_rule(ruleName=name, topicRulePayload=payload)
        return f'arn:aws:iot:us-east-1:123456789012:rule/{name}'

    def publish(self, topic, content):
        self.emulator.client('iot-data').publish(topic=topic, payload=json.dumps(content))

    def queue(self, name):
        self.emulator.queue(name)
        return {'sqs': {'queueUrl': self.emulator.url(name), 'roleArn': self.emulator.role()}}

    def bodies(self, queue, count=1):
        return [json.loads(message['Body']) for message in self.emulator.received(queue, count, 5)]

    def test_a_message_reaches_the_queues_of_the_rules_that_choose_it(self):
        self.rule('all_pictures', "SELECT *, topic(2) AS device FROM 'cameras/+/pictures'", self.queue('all'))
        self.rule('large_pictures', "SELECT size FROM 'cameras/+/pictures' WHERE size > 5", self.queue('large-pictures'))
        self.rule('off', "SELECT * FROM 'cameras/#'", self.queue('off'), ruleDisabled=True)
        self.publish('cameras/gate/pictures', {'size': 3})
        self.publish('cameras/door/pictures', {'size': 9})
        self.publish('cameras/door/state', {'size': 9})
        found = sorted(self.bodies('all', 2), key=lambda one: one['size'])
        self.assertEqual(found, [{'size': 3, 'device': 'gate'}, {'size': 9, 'device': 'door'}])
        self.assertEqual(self.bodies('large-pictures'), [{'size': 9}])
        self.assertEqual([self.emulator.count(name) for name in ('all', 'large-pictures', 'off')], [0, 0, 0])

    def test_a_function_is_called_when_it_lets_this_rule(self):
        echo = 'exports.handler = async event => console.log(JSON.stringify(event))'
        arn = self.emulator.function('pictures', echo)
        rule = self.rule(
            'to_function', "SELECT * FROM 'in'", {'lambda': {'functionArn': arn}}, errorAction=self.queue('aside')
        )
        self.publish('in', {'n': 1})
        [letter] = self.bodies('aside')
        self.assertEqual(json.loads(base64.b64decode(letter['base64OriginalPayload'])), {'n': 1})
        self.assertEqual((letter['ruleName'], letter['topic']), ('to_function', 'in'))
        [failure] = letter['failures']
        self.assertEqual((failure['failedAction'], failure['failedResource']), ('LambdaAction', arn))
        self.assertIn('does not let', failure['errorMessage'])
        self.emulator.client('lambda').add_permission(
            FunctionName='pictures',
            StatementId='rule',
            Action='lambda:InvokeFunction',
            Principal='iot.amazonaws.com',
            SourceArn=rule,
        )
        self.publish('in', {'n': 2})
        eventually(lambda: any('{"n":2}' in line for line in self.emulator.log_of('/aws/lambda/pictures')))
        self.assertIn('{"n":2}', ''.join(self.emulator.log_of('/aws/lambda/pictures')))
        self.assertEqual(self.emulator.count('aside'), 0)

    def test_a_query_that_cannot_be_read_is_refused_when_the_rule_is_made(self):
        iot = self.emulator.client('iot')
        with self.assertRaises(iot.exceptions.SqlParseException):
            self.rule('unreadable', "SELECT * FROM cameras")
