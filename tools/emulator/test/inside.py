"""The emulator inside the test's own process: no server, no socket, no function that runs."""

import json
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'server'))
os.environ.update(AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test', AWS_DEFAULT_REGION='us-east-1')
os.environ.setdefault('EMULATOR_ENDPOINT', 'http://127.0.0.1:5000')

_application = None


def application():
    """The one application of this process."""
    global _application
    if _application is None:
        from application import make_application

        _application = make_application()
    return _application


class Inside(unittest.TestCase):
    """Tests that ask the application in their own process, on stacks of their own names."""

    @classmethod
    def setUpClass(cls):
        application()
        from stacks.clients import client

        cls.client = staticmethod(client)
        cls.stacks = client('cloudformation')

    def template(self, resources: dict, **more) -> str:
        return json.dumps({'Resources': resources, **more})

    def create(
        self, name: str, resources: dict, expect: str = 'CREATE_COMPLETE', options: dict | None = None, **more
    ) -> dict:
        """Makes a stack and returns it as it is then; fails with the reasons where it is not as expected."""
        stack = self.stacks.create_stack(
            StackName=name,
            TemplateBody=self.template(resources, **more),
            Capabilities=['CAPABILITY_NAMED_IAM'],
            **(options or {}),
        )['StackId']
        return self.expect(stack, expect)

    def update(
        self, name: str, resources: dict, expect: str = 'UPDATE_COMPLETE', options: dict | None = None, **more
    ) -> dict:
        stack = self.stacks.update_stack(
            StackName=name,
            TemplateBody=self.template(resources, **more),
            Capabilities=['CAPABILITY_NAMED_IAM'],
            **(options or {}),
        )['StackId']
        return self.expect(stack, expect)

    def delete(self, name: str, expect: str = 'DELETE_COMPLETE', **options) -> dict:
        stack = self.stacks.describe_stacks(StackName=name)['Stacks'][0]['StackId']
        self.stacks.delete_stack(StackName=name, **options)
        return self.expect(stack, expect)

    def expect(self, stack: str, status: str) -> dict:
        shown = self.stacks.describe_stacks(StackName=stack)['Stacks'][0]
        if shown['StackStatus'] != status:
            self.fail(
                f"{shown['StackName']} is {shown['StackStatus']}, not {status}: {'; '.join(self.failures(stack))}"
            )
        return shown

    def events(self, stack: str) -> list[dict]:
        """All events, the first one first."""
        pages = self.stacks.get_paginator('describe_stack_events').paginate(StackName=stack)
        return [event for page in pages for event in page['StackEvents']][::-1]

    def failures(self, stack: str) -> list[str]:
        return [
            f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}"
            for e in self.events(stack)
            if e['ResourceStatus'].endswith('FAILED')
        ]

    def physical_id(self, stack: str, logical_id: str = 'It') -> str:
        detail = self.stacks.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return detail['StackResourceDetail']['PhysicalResourceId']

    def outputs(self, shown: dict) -> dict[str, str]:
        return {o['OutputKey']: o['OutputValue'] for o in shown.get('Outputs', [])}
