"""Mends of moto's mail: the configuration set counts, the mailbox simulator answers, and events of a mail are told."""

import json
import threading
import uuid
from datetime import UTC, datetime
from email.utils import parseaddr

from moto.core.exceptions import JsonRESTError
from moto.ses.models import ses_backends
from moto.sesv2.responses import SESV2Response
from moto.sns.models import sns_backends

from missing import mail
from missing.registry import Call
from runtime import policies, targets
from runtime.functions import complain

# What becomes of mail to the addresses that SES answers itself; every other mail is delivered to nobody.
SIMULATOR = 'simulator.amazonses.com'


def install():
    original = SESV2Response.send_email

    def send_email(self: SESV2Response) -> str:
        given = json.loads(self.body)
        call = Call(self.current_account, self.region)
        name = given.get('ConfigurationSetName')
        if name is not None:
            found = ses_backends[call.account][call.region].config_sets.get(name)
            if found is None:
                raise _no(404, 'NotFoundException', f'Configuration set <{name}> does not exist.')
            if found.enabled is False:
                raise _no(400, 'SendingPausedException', f'Email sending is disabled for the configuration set <{name}>.')
        answer = original(self)
        if name is not None:
            _Mail(call, name, given, json.loads(answer)['MessageId']).told()
        return answer

    SESV2Response.send_email = send_email


def _no(status: int, code: str, message: str) -> JsonRESTError:
    error = JsonRESTError(code, message)
    error.code = status
    return error


class _Mail:
    """One mail that was taken, and what becomes of it."""

    def __init__(self, call: Call, configuration_set: str, given: dict, message_id: str):
        self._call, self._set, self._given, self._id = call, configuration_set, given, message_id
        self._to = [address for each in given.get('Destination', {}).values() for address in each]

    def told(self):
        """Tells of it after the answer, in the order things happen."""
        threading.Thread(target=self._tell_all, daemon=True, name=f'mail-{self._id}').start()

    def _tell_all(self):
        for kind, more in [('Send', {}), *self._fate()]:
            self._tell(kind, more)

    def _fate(self) -> list[tuple[str, dict]]:
        address = parseaddr(self._to[0])[1] if self._to else ''
        mailbox, _, host = address.partition('@')
        mailbox = mailbox.split('+')[0]
        reasons = mail.suppressed(self._call)
        if host == SIMULATOR and mailbox == 'bounce' or address in reasons:
            suppressed = address in reasons
            if not suppressed and host != SIMULATOR:
                reasons[address] = 'BOUNCE'
            return [
                (
                    'Bounce',
                    {
                        'bounceType': 'Permanent',
                        'bounceSubType': 'OnAccountSuppressionList' if suppressed else 'General',
                        'bouncedRecipients': [{'emailAddress': address, 'action': 'failed', 'status': '5.1.1'}],
                        'timestamp': _now(),
                        'feedbackId': str(uuid.uuid4()),
                    },
                )
            ]
        delivered = ('Delivery', {'timestamp': _now(), 'recipients': self._to, 'processingTimeMillis': 1})
        if host == SIMULATOR and mailbox == 'complaint':
            complaint = {
                'complainedRecipients': [{'emailAddress': address}],
                'timestamp': _now(),
                'feedbackId': str(uuid.uuid4()),
                'complaintFeedbackType': 'abuse',
            }
            return [delivered, ('Complaint', complaint)]
        return [delivered]

    def _tell(self, kind: str, more: dict):
        event = {
            'eventType': kind,
            'mail': {
                'timestamp': _now(),
                'source': self._given.get('FromEmailAddress'),
                'messageId': self._id,
                'destination': self._to,
                'tags': {
                    'ses:configuration-set': [self._set],
                    **{each['Name']: [each['Value']] for each in self._given.get('EmailTags') or []},
                },
            },
            kind.lower(): more,
        }
        for destination in mail.destinations(self._call, self._set):
            if destination.get('Enabled') and kind.upper() in destination.get('MatchingEventTypes', []):
                self._deliver(destination, json.dumps(event))

    def _deliver(self, destination: dict, text: str):
        topic = (destination.get('SnsDestination') or {}).get('TopicArn')
        bus = (destination.get('EventBridgeDestination') or {}).get('EventBusArn')
        here = {'account': self._call.account, 'region': self._call.region}
        try:
            if topic and self._may_publish(topic):
                targets.send(topic, text, **here)
            if bus:
                event = json.loads(text)
                kind = f"Email {event['eventType']}"
                targets.send(bus, json.dumps({'source': 'aws.ses', 'detail-type': kind, 'detail': event}), **here)
        except targets.Undeliverable as lost:
            complain(str(lost))

    def _may_publish(self, arn: str) -> bool:
        topic = sns_backends[self._call.account][self._call.region].topics.get(arn)
        source = self._call.arn('ses', f'configuration-set/{self._set}')
        context = policies.service_context(source, self._call.account)
        allowed = topic is not None and policies.allows(
            topic.policy, {'Service': 'ses.amazonaws.com'}, 'sns:Publish', arn, context
        )
        if not allowed:
            complain(f'{arn} does not let {source} publish')
        return allowed


def _now() -> str:
    return datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'
