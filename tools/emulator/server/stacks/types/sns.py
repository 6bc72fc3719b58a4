"""Topics, subscriptions and topic policies."""

import json

from stacks.kinds import kind
from stacks.reading import whole
from stacks.types.sqs import as_text

ATTRIBUTES = {
    'DisplayName': 'DisplayName',
    'KmsMasterKeyId': 'KmsMasterKeyId',
    'ContentBasedDeduplication': 'ContentBasedDeduplication',
    'ArchivePolicy': 'ArchivePolicy',
    'SignatureVersion': 'SignatureVersion',
    'TracingConfig': 'TracingConfig',
    'FifoThroughputScope': 'FifoThroughputScope',
    'MaximumMessageSize': 'MaximumMessageSize',
}
FEEDBACK = {
    'SuccessFeedbackRoleArn': 'SuccessFeedbackRoleArn',
    'FailureFeedbackRoleArn': 'FailureFeedbackRoleArn',
    'SuccessFeedbackSampleRate': 'SuccessFeedbackSampleRate',
}
PROTOCOLS = {
    'http/s': 'HTTP',
    'http': 'HTTP',
    'https': 'HTTP',
    'sqs': 'SQS',
    'lambda': 'Lambda',
    'firehose': 'Firehose',
    'application': 'Application',
}


def _settings(props) -> dict[str, str]:
    given = {name: as_text(props[key]) for key, name in ATTRIBUTES.items() if key in props}
    for entry in props.get('DeliveryStatusLogging') or []:
        prefix = PROTOCOLS[entry['Protocol']]
        given |= {f'{prefix}{name}': str(entry[key]) for key, name in FEEDBACK.items() if key in entry}
    return given


def _topic(at, props):
    fifo = str(props.get('FifoTopic', False)).lower() == 'true'
    name = props.get('TopicName') or at.name(256, suffix='.fifo' if fifo else '')
    arn = at.call('sns', 'create_topic', Name=name, Attributes={'FifoTopic': 'true'} if fifo else {})['TopicArn']
    _topic_settings(at, arn, {}, props)
    return arn, {'TopicArn': arn, 'TopicName': name}


def _topic_settings(at, arn, old, new):
    before, after = _settings(old), _settings(new)
    for name, value in after.items():
        if before.get(name) != value:
            at.call('sns', 'set_topic_attributes', TopicArn=arn, AttributeName=name, AttributeValue=value)
    for name in before.keys() - after.keys():
        at.call('sns', 'set_topic_attributes', TopicArn=arn, AttributeName=name, AttributeValue='')
    if 'DataProtectionPolicy' in new:
        at.call(
            'sns',
            'put_data_protection_policy',
            ResourceArn=arn,
            DataProtectionPolicy=as_text(new['DataProtectionPolicy']),
        )
    had = [whole(s) for s in old.get('Subscription') or []]
    for entry in new.get('Subscription') or []:
        if whole(entry) not in had:
            at.call('sns', 'subscribe', TopicArn=arn, Protocol=entry['Protocol'], Endpoint=entry['Endpoint'])


def _topic_gone(at, arn, _props):
    # AWS deletes the subscriptions of a topic with it.
    for entry in at.call('sns', 'list_subscriptions_by_topic', TopicArn=arn)['Subscriptions']:
        if entry['SubscriptionArn'].startswith('arn:'):
            at.call('sns', 'unsubscribe', SubscriptionArn=entry['SubscriptionArn'])
    at.call('sns', 'delete_topic', TopicArn=arn)


kind('AWS::SNS::Topic', 'sns', create=_topic, update=_topic_settings, delete=_topic_gone, tagged='{id}')

SUBSCRIPTION = (
    'FilterPolicyScope',
    'FilterPolicy',
    'RawMessageDelivery',
    'RedrivePolicy',
    'DeliveryPolicy',
    'SubscriptionRoleArn',
    'ReplayPolicy',
)


def _subscription(at, props):
    props.get('Region')
    given = {'TopicArn': props['TopicArn'], 'Protocol': props['Protocol'], **props.pick('Endpoint')}
    attributes = {name: as_text(props[name]) for name in SUBSCRIPTION if name in props}
    arn = at.call('sns', 'subscribe', Attributes=attributes, ReturnSubscriptionArn=True, **given)['SubscriptionArn']
    return arn, {'Arn': arn}


def _subscription_changed(at, arn, old, new):
    for name in SUBSCRIPTION:
        if name in new:
            at.call(
                'sns',
                'set_subscription_attributes',
                SubscriptionArn=arn,
                AttributeName=name,
                AttributeValue=as_text(new[name]),
            )
        elif name in old:
            empty = {
                'FilterPolicy': '{}',
                'FilterPolicyScope': 'MessageAttributes',
                'RawMessageDelivery': 'false',
                'RedrivePolicy': '{}',
            }
            value = empty.get(name, '')
            at.call('sns', 'set_subscription_attributes', SubscriptionArn=arn, AttributeName=name, AttributeValue=value)


kind(
    'AWS::SNS::Subscription',
    'sns',
    create=_subscription,
    update=_subscription_changed,
    key='SubscriptionArn',
    delete='unsubscribe',
)


def _put(at, topics, document):
    for topic in topics:
        at.call('sns', 'set_topic_attributes', TopicArn=topic, AttributeName='Policy', AttributeValue=document)


def _default(at, topic: str) -> str:
    """The policy a topic has when nobody gives it one: its owner may do everything."""
    actions = [
        'GetTopicAttributes',
        'SetTopicAttributes',
        'AddPermission',
        'RemovePermission',
        'DeleteTopic',
        'Subscribe',
        'ListSubscriptionsByTopic',
        'Publish',
    ]
    statement = {
        'Sid': '__default_statement_ID',
        'Effect': 'Allow',
        'Principal': {'AWS': '*'},
        'Action': [f'SNS:{action}' for action in actions],
        'Resource': topic,
        'Condition': {'StringEquals': {'AWS:SourceOwner': at.account}},
    }
    return json.dumps({'Version': '2008-10-17', 'Id': '__default_policy_ID', 'Statement': [statement]})


def _policy(at, props):
    _put(at, props['Topics'], json.dumps(whole(props['PolicyDocument'])))
    made = at.name()
    return made, {'Id': made}


def _policy_gone(at, _id, props):
    for topic in props['Topics']:
        _put(at, [topic], _default(at, topic))


def _policy_changed(at, _id, old, new):
    for topic in old['Topics']:
        if topic not in new['Topics']:
            _put(at, [topic], _default(at, topic))
    _policy(at, new)


kind('AWS::SNS::TopicPolicy', 'sns', create=_policy, update=_policy_changed, delete=_policy_gone)
