"""Glue, Athena, and builders of software."""

from stacks.kinds import Name, kind

kind(
    'AWS::Glue::Database',
    'glue',
    create=lambda at, props: _database(at, props),
    update=lambda at, name, _old, new: at.call(
        'glue', 'update_database', Name=name, DatabaseInput=_database_input(at, new, name)
    )
    and None,
    key='Name',
    delete='delete_database',
)


def _database_input(at, props, name):
    props.get('CatalogId'), props.get('DatabaseName')
    given = at.shaped('glue', 'create_database', {'DatabaseInput': props['DatabaseInput'].without('Name')})[
        'DatabaseInput'
    ]
    return {**given, 'Name': name}


def _database(at, props):
    name = props['DatabaseInput'].get('Name') or props.get('DatabaseName') or at.name(255, lower=True)
    at.call('glue', 'create_database', DatabaseInput=_database_input(at, props, name))
    return name


def _table(at, props):
    props.get('CatalogId')
    given = at.shaped('glue', 'create_table', props.only('TableInput'))
    name = given['TableInput'].get('Name') or at.name(255, lower=True)
    given['TableInput']['Name'] = name
    at.call('glue', 'create_table', DatabaseName=props['DatabaseName'], **given)
    return name


def _table_changed(at, name, _old, props):
    given = at.shaped('glue', 'update_table', props.only('TableInput'))
    given['TableInput']['Name'] = name
    at.call('glue', 'update_table', DatabaseName=props['DatabaseName'], **given)


kind(
    'AWS::Glue::Table',
    'glue',
    create=_table,
    update=_table_changed,
    key={'DatabaseName': '{DatabaseName}', 'Name': '{id}'},
    delete='delete_table',
    not_carried={'OpenTableFormatInput': 'moto has no open table formats'},
)
for _type, _word in (('Crawler', 'crawler'), ('Job', 'job'), ('Trigger', 'trigger')):
    kind(
        f'AWS::Glue::{_type}',
        'glue',
        create=f'create_{_word}',
        name=Name('Name', 255),
        id='{Name}',
        key='JobName' if _type == 'Job' else 'Name',
        delete=f'delete_{_word}',
        tagged=f'arn:aws:glue:{{region}}:{{account}}:{_word}/{{id}}',
        stand_in='it is kept, and never runs: moto has no engine for it',
    )


def _work_group(at, props):
    given = {'Name': props['Name'], **props.pick('Description')}
    if 'WorkGroupConfiguration' in props:
        given['Configuration'] = at.shaped(
            'athena', 'create_work_group', {'Configuration': props['WorkGroupConfiguration']}
        )['Configuration']
    at.call('athena', 'create_work_group', **given)
    _work_group_state(at, props['Name'], None, props)
    props.get('RecursiveDeleteOption')
    return props['Name'], {'CreationTime': '0'}


def _work_group_state(at, name, old, props):
    props.get('RecursiveDeleteOption')
    given = props.pick('Description', 'State')
    if old is not None and 'WorkGroupConfiguration' in props:
        given['ConfigurationUpdates'] = at.shaped(
            'athena', 'update_work_group', {'ConfigurationUpdates': props['WorkGroupConfiguration']}
        )['ConfigurationUpdates']
    if old is not None or 'State' in props:
        at.call('athena', 'update_work_group', WorkGroup=name, **given)


kind(
    'AWS::Athena::WorkGroup',
    'athena',
    create=_work_group,
    update=_work_group_state,
    key='WorkGroup',
    delete='delete_work_group',
)
kind(
    'AWS::Athena::NamedQuery',
    'athena',
    create='create_named_query',
    name=Name('Name', 128),
    id='NamedQueryId',
    attributes={'NamedQueryId': 'id'},
    key='NamedQueryId',
    delete='delete_named_query',
)
kind(
    'AWS::Athena::DataCatalog',
    'athena',
    create='create_data_catalog',
    id='{Name}',
    key='Name',
    delete='delete_data_catalog',
)


def _project(at, props):
    name = props.get('Name') or at.name(150)
    given = at.shaped('codebuild', 'create_project', props.without('Name', 'Tags', *PROJECT_ONLY))
    made = at.call('codebuild', 'create_project', **{**given, 'name': name})['project']
    return name, {'Arn': made['arn']}


PROJECT_ONLY = {
    'Triggers': 'nothing here pushes to a repository',
    'Visibility': 'moto has no public builds',
    'ResourceAccessRole': 'moto has no public builds',
}


def _project_changed(at, name, _old, props):
    given = at.shaped('codebuild', 'update_project', props.without('Name', 'Tags', *PROJECT_ONLY))
    at.call('codebuild', 'update_project', **{**given, 'name': name})


kind(
    'AWS::CodeBuild::Project',
    'codebuild',
    create=_project,
    update=_project_changed,
    key='name',
    delete='delete_project',
    not_carried={**PROJECT_ONLY, 'Tags': 'they are those of the creation in moto'},
    stand_in='it is kept, and builds nothing: no engine runs builds here',
)


def _pipeline_of(at, props, name):
    given = at.shaped('codepipeline', 'create_pipeline', {'pipeline': props.without('Name', 'Tags', *PIPELINE_ONLY)})[
        'pipeline'
    ]
    for stage in given.get('stages', []):
        stage.setdefault('actions', [])
    return {**given, 'name': name, 'version': 1}


PIPELINE_ONLY = {
    'DisableInboundStageTransitions': 'moto runs no pipelines',
    'RestartExecutionOnUpdate': 'moto runs no pipelines',
}


def _pipeline(at, props):
    name = props.get('Name') or at.name(100)
    at.call('codepipeline', 'create_pipeline', pipeline=_pipeline_of(at, props, name))
    return name, {'Version': '1'}


kind(
    'AWS::CodePipeline::Pipeline',
    'codepipeline',
    create=_pipeline,
    update=lambda at, name, _old, new: at.call('codepipeline', 'update_pipeline', pipeline=_pipeline_of(at, new, name))
    and None,
    key='name',
    delete='delete_pipeline',
    tagged=lambda at, name, fresh, gone: _tag_pipeline(at, at.arn('codepipeline', name), fresh, gone),
    not_carried=PIPELINE_ONLY,
    stand_in='it is kept, and never runs',
)


def _tag_pipeline(at, arn, fresh, gone):
    if fresh:
        at.call(
            'codepipeline', 'tag_resource', resourceArn=arn, tags=[{'key': k, 'value': v} for k, v in fresh.items()]
        )
    if gone:
        at.call('codepipeline', 'untag_resource', resourceArn=arn, tagKeys=gone)


kind(
    'AWS::CodeCommit::Repository',
    'codecommit',
    create='create_repository',
    id='repositoryMetadata.repositoryId',
    attributes={
        'Arn': 'repositoryMetadata.Arn',
        'Name': '{RepositoryName}',
        'CloneUrlHttp': 'repositoryMetadata.cloneUrlHttp',
        'CloneUrlSsh': 'repositoryMetadata.cloneUrlSsh',
    },
    key={'repositoryName': '{RepositoryName}'},
    delete='delete_repository',
    not_carried={'Code': 'moto has no Git', 'Triggers': 'moto has no Git', 'Tags': 'moto tags no repositories'},
)
