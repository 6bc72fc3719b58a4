"""Settings by AppConfig: held against their schema, spread step by step, taken back by an alarm, and read by functions."""

import json
import unittest

from .support import EmulatorTest, eventually

SCHEMA = {'type': 'object', 'properties': {'size': {'type': 'number', 'maximum': 50}}, 'additionalProperties': False}
LAYER = 'arn:aws:lambda:us-east-1:027255383542:layer:AWS-AppConfig-Extension-Arm64:1'
READER = """
exports.handler = async () => {
  const place = '/applications/%s/environments/live/configurations/flags';
  const answer = await fetch(`http://localhost:${process.env.AWS_APPCONFIG_EXTENSION_HTTP_PORT}${place}`);
  return { status: answer.status, told: await answer.json() };
};
"""


class Settings(EmulatorTest):
    def setUp(self):
        self.config = self.emulator.client('appconfig')
        self.name = self.id().rsplit('.', 1)[1][:60]
        self.alarm = f'alarm-{self.name}'
        watch = self.emulator.client('cloudwatch')
        watch.put_metric_alarm(
            AlarmName=self.alarm, ComparisonOperator='GreaterThanThreshold', EvaluationPeriods=1, Threshold=1
        )
        arn = watch.describe_alarms(AlarmNames=[self.alarm])['MetricAlarms'][0]['AlarmArn']
        self.app = self.config.create_application(Name=self.name)['Id']
        self.place = self.config.create_environment(
            ApplicationId=self.app, Name='live', Monitors=[{'AlarmArn': arn, 'AlarmRoleArn': self.emulator.role()}]
        )['Id']
        self.profile = self.config.create_configuration_profile(
            ApplicationId=self.app,
            Name='flags',
            LocationUri='hosted',
            Validators=[{'Type': 'JSON_SCHEMA', 'Content': json.dumps(SCHEMA)}],
        )['Id']

    def goes_off(self, state='ALARM'):
        self.emulator.client('cloudwatch').set_alarm_state(AlarmName=self.alarm, StateValue=state, StateReason='test')

    def version(self, values) -> str:
        made = self.config.create_hosted_configuration_version(
            ApplicationId=self.app,
            ConfigurationProfileId=self.profile,
            ContentType='application/json',
            Content=json.dumps(values).encode(),
        )
        return str(made['VersionNumber'])

    def deploy(self, values, minutes=0, step=100, baking=0) -> int:
        strategy = self.config.create_deployment_strategy(
            Name='any',
            ReplicateTo='NONE',
            DeploymentDurationInMinutes=minutes,
            GrowthFactor=step,
            FinalBakeTimeInMinutes=baking,
        )['Id']
        return self.config.start_deployment(
            ApplicationId=self.app,
            EnvironmentId=self.place,
            ConfigurationProfileId=self.profile,
            ConfigurationVersion=self.version(values),
            DeploymentStrategyId=strategy,
        )['DeploymentNumber']

    def state(self, number: int) -> str:
        return self.config.get_deployment(ApplicationId=self.app, EnvironmentId=self.place, DeploymentNumber=number)[
            'State'
        ]

    def read(self) -> dict:
        data = self.emulator.client('appconfigdata')
        token = data.start_configuration_session(
            ApplicationIdentifier=self.name, EnvironmentIdentifier='live', ConfigurationProfileIdentifier='flags'
        )['InitialConfigurationToken']
        return json.loads(data.get_latest_configuration(ConfigurationToken=token)['Configuration'].read())

    def test_what_the_schema_refuses_is_not_deployed(self):
        with self.assertRaisesRegex(Exception, 'Error validating data against JSON schema: 51 is greater than'):
            self.deploy({'size': 51})
        with self.assertRaisesRegex(Exception, 'does not exist|is deployed'):
            self.read()

    def test_a_change_reaches_everybody_in_the_end(self):
        first = self.deploy({'size': 1})
        self.assertEqual(self.state(first), 'COMPLETE')
        self.assertEqual(self.read(), {'size': 1})

    def test_a_share_gets_it_while_it_spreads(self):
        self.deploy({'size': 1})
        number = self.deploy({'size': 2}, minutes=1000, step=20)
        self.assertEqual(self.state(number), 'DEPLOYING')
        self.assertEqual(sum(self.read() == {'size': 2} for _ in range(50)), 10)
        with self.assertRaisesRegex(Exception, 'already in progress'):
            self.deploy({'size': 3})

    def test_an_alarm_takes_it_back_while_it_bakes(self):
        self.deploy({'size': 1})
        number = self.deploy({'size': 2}, baking=1000)
        self.assertEqual(self.state(number), 'BAKING')
        self.assertEqual(self.read(), {'size': 2})
        self.goes_off()
        self.assertEqual(self.read(), {'size': 1})
        self.assertEqual(self.state(number), 'ROLLED_BACK')
        self.goes_off('OK')
        self.assertEqual(self.read(), {'size': 1})

    def test_what_is_finished_stays_whatever_the_alarm_says(self):
        number = self.deploy({'size': 1}, baking=1)
        self.assertEqual(eventually(lambda: self.state(number) == 'COMPLETE'), True)
        self.goes_off()
        self.assertEqual(self.read(), {'size': 1})

    def test_somebody_may_stop_it(self):
        self.deploy({'size': 1})
        number = self.deploy({'size': 2}, minutes=1000)
        self.config.stop_deployment(ApplicationId=self.app, EnvironmentId=self.place, DeploymentNumber=number)
        self.assertEqual(self.state(number), 'ROLLED_BACK')
        self.assertEqual(self.read(), {'size': 1})

    def test_a_token_is_good_once(self):
        self.deploy({'size': 1})
        data = self.emulator.client('appconfigdata')
        token = data.start_configuration_session(
            ApplicationIdentifier=self.app,
            EnvironmentIdentifier=self.place,
            ConfigurationProfileIdentifier=self.profile,
        )['InitialConfigurationToken']
        data.get_latest_configuration(ConfigurationToken=token)
        with self.assertRaisesRegex(Exception, 'each is good once'):
            data.get_latest_configuration(ConfigurationToken=token)

    def test_a_function_asks_the_extension_beside_it(self):
        self.emulator.function(self.name, READER % self.name, Layers=[LAYER])
        self.assertEqual(self.emulator.invoke(self.name)['Payload']['status'], 404)
        self.deploy({'size': 7})
        self.assertEqual(self.emulator.invoke(self.name)['Payload'], {'status': 200, 'told': {'size': 7}})

    def test_other_layers_of_other_accounts_are_not_to_be_had(self):
        with self.assertRaisesRegex(Exception, 'LayerVersion does not exist'):
            self.emulator.function(self.name, READER, Layers=[LAYER.replace('AWS-AppConfig-Extension', 'Something')])


class Parameters(EmulatorTest):
    def test_a_value_that_does_not_fit_the_pattern_is_refused(self):
        store = self.emulator.client('ssm')
        store.put_parameter(Name='/pattern/rate', Value='120', Type='String', AllowedPattern='^[1-9][0-9]*$')
        for value, more in [('cheap', {}), ('120 ', {}), ('1', {'AllowedPattern': '^2'})]:
            with self.assertRaisesRegex(Exception, 'ParameterPatternMismatchException'):
                store.put_parameter(Name='/pattern/rate', Value=value, Overwrite=True, **more)
        store.put_parameter(Name='/pattern/rate', Value='130', Overwrite=True)
        self.assertEqual(store.get_parameter(Name='/pattern/rate')['Parameter']['Value'], '130')


if __name__ == '__main__':
    unittest.main()
