"""Mail: the configuration set counts, the mailbox simulator answers, and what becomes of a mail is told to a topic."""

import json

from .support import EmulatorTest, permission


class Mail(EmulatorTest):
    def set_up(self, name: str) -> str:
        """A configuration set whose events a queue gets; the name of the queue."""
        ses, sns = self.emulator.client('sesv2'), self.emulator.client('sns')
        ses.create_email_identity(EmailIdentity=f'{name}.example.com')
        ses.create_configuration_set(ConfigurationSetName=name)
        topic = sns.create_topic(Name=name)['TopicArn']
        sns.set_topic_attributes(
            TopicArn=topic, AttributeName='Policy', AttributeValue=permission('ses.amazonaws.com', 'sns:Publish', topic)
        )
        queue = self.emulator.queue(name, allow='sns.amazonaws.com')
        sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=queue, Attributes={'RawMessageDelivery': 'true'})
        ses.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName='events',
            EventDestination={
                'Enabled': True,
                'MatchingEventTypes': ['SEND', 'BOUNCE', 'COMPLAINT', 'DELIVERY'],
                'SnsDestination': {'TopicArn': topic},
            },
        )
        return name

    def send(self, name: str, to: str, **more) -> str:
        return self.emulator.client('sesv2').send_email(
            FromEmailAddress=f'news@{name}.example.com',
            Destination={'ToAddresses': [to]},
            Content={'Simple': {'Subject': {'Data': 'Hello'}, 'Body': {'Text': {'Data': 'x'}}}},
            ConfigurationSetName=name,
            **more,
        )['MessageId']

    def told(self, queue: str, count: int) -> list[dict]:
        return [json.loads(message['Body']) for message in self.emulator.received(queue, count)]

    def test_what_becomes_of_a_mail_is_told_with_its_tags(self):
        name = self.set_up('mail-told')
        sent = self.send(name, 'success@simulator.amazonses.com', EmailTags=[{'Name': 'mail', 'Value': '7'}])
        events = self.told(name, 2)
        self.assertEqual(sorted(each['eventType'] for each in events), ['Delivery', 'Send'])
        self.assertEqual({each['mail']['messageId'] for each in events}, {sent})
        self.assertEqual({each['mail']['tags']['mail'][0] for each in events}, {'7'})

    def test_the_simulator_bounces_and_complains(self):
        name = self.set_up('mail-bounces')
        self.send(name, 'bounce+1@simulator.amazonses.com')
        self.send(name, 'complaint@simulator.amazonses.com')
        events = {each['eventType']: each for each in self.told(name, 5)}
        self.assertEqual(events['Bounce']['bounce']['bounceType'], 'Permanent')
        self.assertEqual(
            events['Complaint']['complaint']['complainedRecipients'],
            [{'emailAddress': 'complaint@simulator.amazonses.com'}],
        )

    def test_a_suppressed_address_bounces_and_is_shown(self):
        name = self.set_up('mail-suppressed')
        ses = self.emulator.client('sesv2')
        ses.put_suppressed_destination(EmailAddress='gone@example.net', Reason='BOUNCE')
        self.send(name, 'gone@example.net')
        kinds = {each['eventType']: each for each in self.told(name, 2)}
        self.assertEqual(kinds['Bounce']['bounce']['bounceSubType'], 'OnAccountSuppressionList')
        self.assertEqual(
            ses.get_suppressed_destination(EmailAddress='gone@example.net')['SuppressedDestination']['Reason'], 'BOUNCE'
        )

    def test_a_set_that_is_paused_or_missing_sends_nothing(self):
        name = self.set_up('mail-paused')
        ses = self.emulator.client('sesv2')
        ses.put_configuration_set_sending_options(ConfigurationSetName=name, SendingEnabled=False)
        with self.assertRaises(ses.exceptions.SendingPausedException):
            self.send(name, 'success@simulator.amazonses.com')
        ses.create_email_identity(EmailIdentity='nowhere.example.com')
        with self.assertRaises(ses.exceptions.NotFoundException):
            self.send('nowhere', 'success@simulator.amazonses.com')
        self.assertEqual(self.emulator.received(name, seconds=1), [])

    def test_a_new_account_is_in_the_sandbox(self):
        account = self.emulator.client('sesv2').get_account()
        self.assertFalse(account['ProductionAccessEnabled'])
        self.assertEqual(account['SendQuota']['MaxSendRate'], 1.0)
