"""Paths and scopes of the network that AWS analyses, and the analyses."""

from missing.network_insights import NOT_ANALYSED
from stacks.kinds import kind

for _what, _create, _stand_in in (
    ('NetworkInsightsPath', 'create_network_insights_path', None),
    ('NetworkInsightsAnalysis', 'start_network_insights_analysis', NOT_ANALYSED),
    ('NetworkInsightsAccessScope', 'create_network_insights_access_scope', None),
    ('NetworkInsightsAccessScopeAnalysis', 'start_network_insights_access_scope_analysis', NOT_ANALYSED),
):
    kind(
        f'AWS::EC2::{_what}',
        'ec2',
        create=_create,
        id=f'{_what}.{_what}Id',
        key=f'{_what}Id',
        delete=_create.replace('create_', 'delete_').replace('start_', 'delete_'),
        attributes={f'{_what}Id': 'id', f'{_what}Arn': f'{_what}.{_what}Arn'},
        stand_in=_stand_in,
    )
