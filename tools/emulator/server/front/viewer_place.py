"""Where a viewer is, as CloudFront tells origins that ask for it. Nobody here knows, so everybody is in one place; what a viewer
says of it themselves is taken away, as CloudFront does.
"""

_SEATTLE = {
    'CloudFront-Viewer-Country': 'US',
    'CloudFront-Viewer-Country-Region': 'WA',
    'CloudFront-Viewer-City': 'Seattle',
    'CloudFront-Viewer-Latitude': '47.60620',
    'CloudFront-Viewer-Longitude': '-122.33210',
}


def told(headers: tuple[tuple[str, str], ...], wanted: set[str]) -> list[tuple[str, str]]:
    """The headers of a request, with those of the place that a policy names."""
    own = [(name, value) for name, value in headers if not name.lower().startswith('cloudfront-viewer-')]
    return own + [(name, value) for name, value in _SEATTLE.items() if name.lower() in wanted]
