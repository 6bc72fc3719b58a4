"""What SES has besides identities and mail: where events of mail go, who is suppressed, and the state of the account."""

from moto.ses.models import ses_backends
from moto.sesv2.models import sesv2_backends

from missing.registry import operation, refused, state


def destinations(call_or_place, name: str) -> list[dict]:
    """The event destinations of a configuration set."""
    return state(call_or_place, 'mail/destinations').setdefault(name, [])


def suppressed(call_or_place) -> dict[str, str]:
    """Addresses that bounced or complained, with the reason."""
    return state(call_or_place, 'mail/suppressed')


def _set(call, name: str):
    found = ses_backends[call.account][call.region].config_sets.get(name)
    if found is None:
        raise refused('NotFoundException', f'Configuration set <{name}> does not exist.')
    return found


def _identity(call, name: str):
    found = sesv2_backends[call.account][call.region].core_backend.email_identities.get(name)
    if found is None:
        raise refused('NotFoundException', f'Email identity {name} does not exist.')
    return found


@operation('sesv2', 'CreateConfigurationSetEventDestination')
def create_destination(call, given):
    _set(call, given['ConfigurationSetName'])
    there = destinations(call, given['ConfigurationSetName'])
    if any(each['Name'] == given['EventDestinationName'] for each in there):
        raise refused('AlreadyExistsException', f"{given['EventDestinationName']} already exists.")
    there.append({'Name': given['EventDestinationName'], **given['EventDestination']})


@operation('sesv2', 'UpdateConfigurationSetEventDestination')
def update_destination(call, given):
    for each in destinations(call, given['ConfigurationSetName']):
        if each['Name'] == given['EventDestinationName']:
            each |= given['EventDestination']
            return
    raise refused('NotFoundException', f"{given['EventDestinationName']} does not exist.")


@operation('sesv2', 'DeleteConfigurationSetEventDestination')
def delete_destination(call, given):
    there = destinations(call, given['ConfigurationSetName'])
    there[:] = [each for each in there if each['Name'] != given['EventDestinationName']]


@operation('sesv2', 'GetConfigurationSetEventDestinations')
def get_destinations(call, given):
    _set(call, given['ConfigurationSetName'])
    return {'EventDestinations': destinations(call, given['ConfigurationSetName'])}


@operation('sesv2', 'PutConfigurationSetSendingOptions')
def put_sending(call, given):
    _set(call, given['ConfigurationSetName']).enabled = given.get('SendingEnabled', False)


def _setting(operation_name: str, attribute: str):
    """An operation that changes one group of settings of a configuration set."""

    @operation('sesv2', operation_name)
    def put(call, given):
        settings = {name: value for name, value in given.items() if name != 'ConfigurationSetName'}
        setattr(_set(call, given['ConfigurationSetName']), attribute, settings)


_setting('PutConfigurationSetDeliveryOptions', 'delivery_options')
_setting('PutConfigurationSetReputationOptions', 'reputation_options')
_setting('PutConfigurationSetSuppressionOptions', 'suppression_options')
_setting('PutConfigurationSetTrackingOptions', 'tracking_options')


def _of_identity(operation_name: str):
    """An operation that changes settings of an identity, which are shown with it."""

    @operation('sesv2', operation_name)
    def put(call, given):
        found = _identity(call, given['EmailIdentity'])
        found.__dict__.setdefault('given', {}).update(
            {name: value for name, value in given.items() if name != 'EmailIdentity'}
        )


for _name in (
    'PutEmailIdentityMailFromAttributes',
    'PutEmailIdentityFeedbackAttributes',
    'PutEmailIdentityConfigurationSetAttributes',
    'PutEmailIdentityDkimAttributes',
    'PutEmailIdentityDkimSigningAttributes',
):
    _of_identity(_name)


@operation('sesv2', 'GetAccount')
def get_account(call, given):
    """A new account: in the sandbox, 200 mails a day, one a second."""
    sent = ses_backends[call.account][call.region].sent_message_count
    return {
        'DedicatedIpAutoWarmupEnabled': False,
        'EnforcementStatus': 'HEALTHY',
        'ProductionAccessEnabled': False,
        'SendingEnabled': True,
        'SendQuota': {'Max24HourSend': 200.0, 'MaxSendRate': 1.0, 'SentLast24Hours': float(sent)},
        'SuppressionAttributes': {'SuppressedReasons': ['BOUNCE', 'COMPLAINT']},
        **state(call, 'mail/account'),
    }


@operation('sesv2', 'PutAccountDetails')
def put_account_details(call, given):
    state(call, 'mail/account')['Details'] = {
        **{name: value for name, value in given.items() if name != 'ProductionAccessEnabled'},
        'ReviewDetails': {'Status': 'PENDING', 'CaseId': 'emulator'},
    }


@operation('sesv2', 'PutSuppressedDestination')
def put_suppressed(call, given):
    suppressed(call)[given['EmailAddress']] = given['Reason']


@operation('sesv2', 'GetSuppressedDestination')
def get_suppressed(call, given):
    reason = suppressed(call).get(given['EmailAddress'])
    if reason is None:
        raise refused('NotFoundException', f"Email address {given['EmailAddress']} does not exist on your suppression list.")
    return {'SuppressedDestination': {'EmailAddress': given['EmailAddress'], 'Reason': reason, 'LastUpdateTime': 0}}


@operation('sesv2', 'DeleteSuppressedDestination')
def delete_suppressed(call, given):
    suppressed(call).pop(given['EmailAddress'], None)


@operation('sesv2', 'ListSuppressedDestinations')
def list_suppressed(call, given):
    return {
        'SuppressedDestinationSummaries': [
            {'EmailAddress': address, 'Reason': reason, 'LastUpdateTime': 0}
            for address, reason in suppressed(call).items()
        ]
    }
