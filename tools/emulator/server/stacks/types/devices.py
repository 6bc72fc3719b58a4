"""Rules over what devices publish."""

from stacks.kinds import kind


def _rule(at, props):
    # A name of letters, digits and underscores only.
    name = props.get('RuleName') or at.name(64).replace('-', '_')
    _put(at, 'create_topic_rule', name, props)
    return name, {'Arn': at.arn('iot', f'rule/{name}')}


def _put(at, operation, name, props):
    given = at.shaped('iot', operation, props.only('TopicRulePayload'))
    at.call('iot', operation, ruleName=name, **given)


kind(
    'AWS::IoT::TopicRule',
    'iot',
    create=_rule,
    update=lambda at, name, _old, new: _put(at, 'replace_topic_rule', name, new),
    key='ruleName',
    delete='delete_topic_rule',
    not_carried={'Tags': 'moto has no tags of rules'},
)
