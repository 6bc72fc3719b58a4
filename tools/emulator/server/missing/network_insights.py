"""Paths and scopes that AWS analyses in a deployed network, kept here and not analysed: an analysis fails at once and says why."""

import uuid

from missing.registry import Call
from missing.shelf import shelf

NOT_ANALYSED = 'nothing is analysed here: who reaches whom is told from the template (npx groundplan reach)'


def _things(what: str, prefix: str, create: str, analysis: bool = False):
    key = f'{what}Id'

    def record(call: Call, _given: dict, made: str) -> dict:
        # The ARN carries the kind of thing by the words of its id: network-insights-path/nip-0a1b.
        words = ''.join(f'-{letter.lower()}' if letter.isupper() else letter for letter in what).lstrip('-')
        failed = {'Status': 'failed', 'StatusMessage': NOT_ANALYSED} if analysis else {}
        return {f'{what}Arn': call.arn('ec2', f'{words}/{made}'), **failed}

    shelf(
        'ec2',
        what,
        key=key,
        id=lambda _call, _given: f'{prefix}-{uuid.uuid4().hex[:17]}',
        record=record,
        create=create,
        delete=f'Delete{what}',
        list=f'Describe{what[:-2]}es' if analysis else f'Describe{what}s',
        missing=f'Invalid{what}Id.NotFound',
    )


_things('NetworkInsightsPath', 'nip', 'CreateNetworkInsightsPath')
_things('NetworkInsightsAnalysis', 'nia', 'StartNetworkInsightsAnalysis', analysis=True)
_things('NetworkInsightsAccessScope', 'nis', 'CreateNetworkInsightsAccessScope')
_things('NetworkInsightsAccessScopeAnalysis', 'nisa', 'StartNetworkInsightsAccessScopeAnalysis', analysis=True)
