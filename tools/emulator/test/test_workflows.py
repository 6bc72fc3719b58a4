"""Express machines, machines that wait for others, and what is told of executions."""

import json
import unittest

from .support import EmulatorTest, eventually

PASS = {'StartAt': 'Say', 'States': {'Say': {'Type': 'Pass', 'Parameters': {'said.$': '$.word'}, 'End': True}}}
FAIL = {'StartAt': 'Say', 'States': {'Say': {'Type': 'Fail', 'Error': 'Odd', 'Cause': 'it was odd'}}}


class Workflows(EmulatorTest):
    def machine(self, name, definition, kind='STANDARD'):
        made = self.steps().create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=self.emulator.role(), type=kind
        )
        return made['stateMachineArn']

    def steps(self):
        return self.emulator.client('stepfunctions')

    def ended(self, machine, given):
        execution = self.steps().start_execution(stateMachineArn=machine, input=json.dumps(given))['executionArn']
        return eventually(
            lambda: (d := self.steps().describe_execution(executionArn=execution))['status'] != 'RUNNING' and d
        )

    def waited(self, machine, given):
        return self.steps().start_sync_execution(stateMachineArn=machine, input=json.dumps(given))

    def test_whoever_starts_an_express_machine_may_wait_for_what_it_says(self):
        said = self.waited(self.machine('says', PASS, 'EXPRESS'), {'word': 'yes'})
        self.assertEqual((said['status'], json.loads(said['output'])), ('SUCCEEDED', {'said': 'yes'}))
        self.assertIn(':express:', said['executionArn'])
        failed = self.waited(self.machine('fails', FAIL, 'EXPRESS'), {})
        self.assertEqual((failed['status'], failed['error'], failed['cause']), ('FAILED', 'Odd', 'it was odd'))

    def test_nobody_may_wait_for_a_standard_one(self):
        machine = self.machine('standard', PASS)
        self.assertEqual(self.steps().describe_state_machine(stateMachineArn=machine)['type'], 'STANDARD')
        with self.assertRaisesRegex(Exception, 'StateMachineTypeNotSupported'):
            self.waited(machine, {})

    def test_a_machine_may_wait_for_an_express_one(self):
        inner = self.machine('inner', PASS, 'EXPRESS')
        task = {
            'Type': 'Task',
            'Resource': 'arn:aws:states:::aws-sdk:sfn:startSyncExecution',
            'Parameters': {'StateMachineArn': inner, 'Input.$': 'States.JsonToString($)'},
            'ResultSelector': {'status.$': '$.Status', 'output.$': '$.Output'},
            'End': True,
        }
        done = self.ended(self.machine('outer', {'StartAt': 'Ask', 'States': {'Ask': task}}), {'word': 'no'})
        self.assertEqual(json.loads(done['output']), {'status': 'SUCCEEDED', 'output': '{"said":"no"}'})

    def test_what_becomes_of_a_standard_execution_is_told_on_the_bus(self):
        queue = self.emulator.queue('ends', allow='events.amazonaws.com')
        events = self.emulator.client('events')
        pattern = {'source': ['aws.states'], 'detail': {'status': ['FAILED', 'SUCCEEDED']}}
        events.put_rule(Name='ends', EventPattern=json.dumps(pattern))
        events.put_targets(Rule='ends', Targets=[{'Id': 'queue', 'Arn': queue}])
        self.waited(self.machine('silent', PASS, 'EXPRESS'), {'word': 'x'})
        machine = self.machine('tells', FAIL)
        execution = self.ended(machine, {'word': 'y'})['executionArn']
        (message,) = self.emulator.received('ends', 1, 5)
        event = json.loads(message['Body'])
        self.assertEqual(event['detail-type'], 'Step Functions Execution Status Change')
        told = {name: event['detail'][name] for name in ('executionArn', 'stateMachineArn', 'status', 'input', 'error')}
        wanted = {'stateMachineArn': machine, 'status': 'FAILED', 'input': '{"word":"y"}', 'error': 'Odd'}
        self.assertEqual(told, {'executionArn': execution, **wanted})


if __name__ == '__main__':
    unittest.main()
