"""What CloudFront knows of a viewer, and tells where a policy asks for it: where they are, and what device they have. Nobody here knows
where they are, so everybody is in one place; the device is guessed by the user agent. What a viewer says of it themselves is taken away,
as CloudFront does.
"""

import re

_SEATTLE = {
    'CloudFront-Viewer-Country': 'US',
    'CloudFront-Viewer-Country-Region': 'WA',
    'CloudFront-Viewer-City': 'Seattle',
    'CloudFront-Viewer-Latitude': '47.60620',
    'CloudFront-Viewer-Longitude': '-122.33210',
}
_OWN = ('cloudfront-viewer-', 'cloudfront-is-')


def _devices(agent: str) -> dict[str, str]:
    television = re.search(r'smart-?tv|appletv|hbbtv', agent, re.I)
    tablet = re.search(r'ipad|tablet|kindle|silk', agent, re.I) or (
        re.search(r'android', agent, re.I) and not re.search(r'mobile', agent, re.I)
    )
    mobile = not tablet and re.search(r'mobi|iphone|ipod', agent, re.I)
    found = {
        'SmartTV': television,
        'Tablet': not television and tablet,
        'Mobile': not television and mobile,
        'Desktop': not (television or tablet or mobile),
    }
    return {f'CloudFront-Is-{name}-Viewer': str(bool(is_one)).lower() for name, is_one in found.items()}


def told(headers: tuple[tuple[str, str], ...], wanted: set[str]) -> list[tuple[str, str]]:
    """The headers of a request, with what a policy asks of the viewer."""
    agent = next((value for name, value in headers if name.lower() == 'user-agent'), '')
    own = [(name, value) for name, value in headers if not name.lower().startswith(_OWN)]
    known = {**_SEATTLE, **_devices(agent)}
    return own + [(name, value) for name, value in known.items() if name.lower() in wanted]
