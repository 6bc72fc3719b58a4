"""Plans that take snapshots, and rules by which deleted ones are kept."""

from stacks.kinds import kind

kind(
    'AWS::DLM::LifecyclePolicy',
    'dlm',
    create='create_lifecycle_policy',
    id='PolicyId',
    attributes={'Arn': 'arn:{partition}:dlm:{region}:{account}:policy/{id}'},
    update='update_lifecycle_policy',
    key='PolicyId',
    delete='delete_lifecycle_policy',
    stand_in='it is kept, and takes no snapshots',
)
kind(
    'AWS::Rbin::Rule',
    'rbin',
    create='create_rule',
    id='Identifier',
    attributes={'Arn': 'RuleArn', 'Identifier': 'id'},
    update='update_rule',
    key='Identifier',
    delete='delete_rule',
)
