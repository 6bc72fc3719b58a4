"""Projects that are changed."""

from moto.codebuild.models import codebuild_backends

from missing.registry import operation, refused


@operation('codebuild', 'UpdateProject')
def update_project(call, given):
    projects = codebuild_backends[call.account][call.region].codebuild_projects
    if given['name'] not in projects:
        raise refused('ResourceNotFoundException', f"Project {given['name']} does not exist")
    metadata = projects[given['name']].project_metadata
    metadata |= given
    return {'project': {'name': given['name'], 'arn': metadata['arn']}}
