"""Access Analyzer, which moto has not at all. It is kept, and finds nothing."""

from missing.shelf import shelf

shelf(
    'accessanalyzer',
    'analyzer',
    key='analyzerName',
    record=lambda call, given, name: {
        'arn': call.arn('access-analyzer', f'analyzer/{name}'),
        'name': name,
        'status': 'ACTIVE',
        'createdAt': given['CreatedTime'],
    },
    create='CreateAnalyzer',
    get='GetAnalyzer',
    delete='DeleteAnalyzer',
    list='ListAnalyzers',
)
