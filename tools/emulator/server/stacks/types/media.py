"""Making videos."""

from stacks.kinds import Name, kind

kind(
    'AWS::MediaConvert::Queue',
    'mediaconvert',
    create='create_queue',
    name=Name('Name', 80),
    id='Queue.Name',
    update='update_queue',
    key='Name',
    delete='delete_queue',
    tagged='Arn',
    read='get_queue',
    read_path='Queue',
    attributes={'Arn': 'Arn', 'Id': 'id'},
)
