"""Types that CloudFormation answers by itself."""

from stacks.kinds import goes_with_its_owner, kind
from stacks.reading import whole


def _nothing(at, props):
    whole(props)
    return at.name()


def _changed(_at, _id, _old, new):
    whole(new)


kind('AWS::CDK::Metadata', '', create=_nothing, update=_changed, delete=goes_with_its_owner)


def _handle(at, props):
    return f'https://cloudformation-waitcondition-{at.region}.s3.amazonaws.com/{at.name()}'


kind(
    'AWS::CloudFormation::WaitConditionHandle',
    '',
    create=_handle,
    update=_changed,
    delete=goes_with_its_owner,
    stand_in='nothing here could send a signal to its address',
)


def _condition(at, props):
    whole(props)
    return at.name(), {'Data': '{}'}


kind(
    'AWS::CloudFormation::WaitCondition',
    '',
    create=_condition,
    update=_changed,
    delete=goes_with_its_owner,
    stand_in='its signals are taken for received, whatever becomes of a boot',
)
