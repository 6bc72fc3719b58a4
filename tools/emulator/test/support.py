"""A server of the tests' own, and short ways to put something into it."""

import atexit
import io
import json
import os
import socket
import subprocess
import sys
import time
import unittest
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[3]
SERVER = ROOT / 'tools' / 'emulator' / 'server'


class Emulator:
    """One emulator, started for a test class and ended with it."""

    def __init__(self, *options: str):
        command = [sys.executable, str(SERVER), '--node-modules', str(ROOT / 'node_modules'), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        first = self._process.stdout.readline()
        self.endpoint = json.loads(first)['endpoint']

    def client(self, service: str, region: str = 'us-east-1'):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id='test',
            aws_secret_access_key='test',
            config=Config(
                retries={'max_attempts': 1},
                read_timeout=60,
                s3={'addressing_style': 'path'},
                # Some calls want a host whose name begins with a word, which does not exist here.
                inject_host_prefix=False,
            ),
        )

    def stop(self):
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()

    def role(self, name: str = 'role') -> str:
        iam = self.client('iam')
        try:
            return iam.create_role(RoleName=name, AssumeRolePolicyDocument='{}')['Role']['Arn']
        except iam.exceptions.EntityAlreadyExistsException:
            return iam.get_role(RoleName=name)['Role']['Arn']

    def function(self, name: str, source: str, runtime: str = 'nodejs22.x', **more) -> str:
        """A function of one file; its ARN."""
        file = 'index.py' if runtime.startswith('python') else 'index.js'
        code = {'ZipFile': zipped({file: source})}
        settings = {'Handler': 'index.handler', 'Runtime': runtime, 'Timeout': 10, **more}
        return self.client('lambda').create_function(FunctionName=name, Role=self.role(), Code=code, **settings)[
            'FunctionArn'
        ]

    def invoke(self, name: str, event=None, **more) -> dict:
        answer = self.client('lambda').invoke(FunctionName=name, Payload=json.dumps(event or {}), **more)
        text = answer['Payload'].read().decode()
        return {**answer, 'Payload': json.loads(text) if text else None}

    def queue(self, name: str, allow: str | None = None, **attributes) -> str:
        """A queue; its ARN. `allow` is a service that may send to it."""
        sqs = self.client('sqs')
        arn = f'arn:aws:sqs:us-east-1:123456789012:{name}'
        if allow:
            attributes['Policy'] = permission(allow, 'sqs:SendMessage', arn)
        sqs.create_queue(QueueName=name, Attributes={key: str(value) for key, value in attributes.items()})
        return arn

    def url(self, queue: str) -> str:
        return self.client('sqs').get_queue_url(QueueName=queue)['QueueUrl']

    def send(self, queue: str, body: str, **more):
        return self.client('sqs').send_message(QueueUrl=self.url(queue), MessageBody=body, **more)

    def count(self, queue: str) -> int:
        names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']
        found = self.client('sqs').get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=names)['Attributes']
        return sum(int(value) for value in found.values())

    def received(self, queue: str, count: int = 1, seconds: float = 15) -> list[dict]:
        """Messages of a queue, taken out of it as they come, until there are so many or time is up."""
        sqs = self.client('sqs')
        url = sqs.get_queue_url(QueueName=queue)['QueueUrl']
        found, until = [], time.monotonic() + seconds
        while len(found) < count and time.monotonic() < until:
            answer = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=['All']
            )
            for message in answer.get('Messages', []):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])
                found.append(message)
        return found

    def log_of(self, group: str) -> list[str]:
        logs = self.client('logs')
        try:
            events = logs.filter_log_events(logGroupName=group)['events']
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event['message'] for event in events]


def permission(service: str, action: str, resource: str) -> str:
    """A resource policy with one statement."""
    statement = {'Effect': 'Allow', 'Principal': {'Service': service}, 'Action': action, 'Resource': resource}
    return json.dumps({'Version': '2012-10-17', 'Statement': [statement]})


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, 'w') as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def eventually(look, seconds: float = 15):
    """The first true value of a look, asked again until time is up; then the last one."""
    until = time.monotonic() + seconds
    while not (value := look()) and time.monotonic() < until:
        time.sleep(0.05)
    return value


_shared: dict[tuple[str, ...], Emulator] = {}


class EmulatorTest(unittest.TestCase):
    """Tests of the same options share one emulator; each makes things of names of its own."""

    options: tuple[str, ...] = ('--hurry', '0.2')

    @classmethod
    def setUpClass(cls):
        if cls.options not in _shared:
            _shared[cls.options] = Emulator(*cls.options)
            atexit.register(_shared[cls.options].stop)
        cls.emulator = _shared[cls.options]


def _find_localhost(find=socket.getaddrinfo):
    """Every name below localhost is this machine. Browsers and curl know that; the resolver of many systems does not."""

    def getaddrinfo(host, *more, **named):
        return find('127.0.0.1' if isinstance(host, str) and host.endswith('.localhost') else host, *more, **named)

    socket.getaddrinfo = getaddrinfo


_find_localhost()
sys.path.insert(0, str(SERVER))
os.environ.setdefault('AWS_DEFAULT_REGION', 'us-east-1')
