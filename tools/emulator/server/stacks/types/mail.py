"""SES: who mail comes from, and through which configuration set."""

from stacks.kinds import Name, kind
from stacks.reading import whole

_SETTINGS = {
    'MailFromAttributes': 'put_email_identity_mail_from_attributes',
    'FeedbackAttributes': 'put_email_identity_feedback_attributes',
    'DkimAttributes': 'put_email_identity_dkim_attributes',
    'ConfigurationSetAttributes': 'put_email_identity_configuration_set_attributes',
}


def _identity(at, props):
    name = props['EmailIdentity']
    given = {'EmailIdentity': name}
    if 'DkimSigningAttributes' in props:
        given |= at.shaped('sesv2', 'create_email_identity', props.pick('DkimSigningAttributes'))
    at.call('sesv2', 'create_email_identity', **given)
    _identity_settings(at, name, {}, props)
    tokens = {
        f'DkimDNSToken{part}{at_}': f'token{at_}{end}'
        for at_ in (1, 2, 3)
        for part, end in (('Name', f'._domainkey.{name}'), ('Value', '.dkim.amazonses.com'))
    }
    return name, {'EmailIdentity': name, **tokens}


def _identity_settings(at, name, old, props):
    for setting, operation in _SETTINGS.items():
        if setting in props and props.get(setting) != old.get(setting):
            at.call('sesv2', operation, EmailIdentity=name, **whole(props[setting]))


kind(
    'AWS::SES::EmailIdentity',
    'sesv2',
    create=_identity,
    update=_identity_settings,
    key='EmailIdentity',
    delete='delete_email_identity',
    not_carried={'Tags': 'moto does not show the tags of an identity'},
)

_OPTIONS = {
    'SendingOptions': 'put_configuration_set_sending_options',
    'DeliveryOptions': 'put_configuration_set_delivery_options',
    'ReputationOptions': 'put_configuration_set_reputation_options',
    'SuppressionOptions': 'put_configuration_set_suppression_options',
    'TrackingOptions': 'put_configuration_set_tracking_options',
}


def _set_settings(at, name, old, props):
    for setting, operation in _OPTIONS.items():
        if setting in props and props.get(setting) != old.get(setting):
            at.call('sesv2', operation, ConfigurationSetName=name, **whole(props[setting]))


def _set(at, props):
    name = props.get('Name') or at.name(64)
    at.call('sesv2', 'create_configuration_set', ConfigurationSetName=name)
    _set_settings(at, name, {}, props)
    return name, {}


kind(
    'AWS::SES::ConfigurationSet',
    'sesv2',
    create=_set,
    update=_set_settings,
    key='ConfigurationSetName',
    delete='delete_configuration_set',
    not_carried={'Tags': 'moto does not show the tags of a configuration set'},
)


def _destination_of(props) -> dict:
    given = whole(props['EventDestination'])
    given['MatchingEventTypes'] = [_upper(each) for each in given['MatchingEventTypes']]
    for name in ('SnsDestination', 'EventBridgeDestination'):
        if name in given:
            given[name] = {key.replace('TopicARN', 'TopicArn'): value for key, value in given[name].items()}
    given.pop('Name', None)
    return given


def _upper(kind_of_event: str) -> str:
    """`renderingFailure` of a template is `RENDERING_FAILURE` of the API."""
    return ''.join(f'_{each}' if each.isupper() else each.upper() for each in kind_of_event)


def _destination(at, props):
    name = whole(props['EventDestination']).get('Name') or at.name(64)
    where = {'ConfigurationSetName': props['ConfigurationSetName'], 'EventDestinationName': name}
    at.call('sesv2', 'create_configuration_set_event_destination', **where, EventDestination=_destination_of(props))
    return f"{props['ConfigurationSetName']}|{name}", {'Id': name}


def _where(physical_id: str) -> dict:
    owner, name = physical_id.split('|')
    return {'ConfigurationSetName': owner, 'EventDestinationName': name}


kind(
    'AWS::SES::ConfigurationSetEventDestination',
    'sesv2',
    create=_destination,
    update=lambda at, physical_id, _old, new: at.call(
        'sesv2',
        'update_configuration_set_event_destination',
        **_where(physical_id),
        EventDestination=_destination_of(new),
    ),
    delete=lambda at, physical_id, _props: at.call(
        'sesv2', 'delete_configuration_set_event_destination', **_where(physical_id)
    ),
)
