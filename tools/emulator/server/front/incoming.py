"""A request from outside, with the names and the encoding its sender gave it."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, unquote

from werkzeug.wrappers import Request


@dataclass(frozen=True)
class Incoming:
    method: str
    host: str
    raw_path: str
    raw_query: str
    # As they came: names in the sender's spelling, repeated where repeated.
    headers: tuple[tuple[str, str], ...]
    body: bytes
    secure: bool
    source_ip: str

    @staticmethod
    def of(environ: dict) -> 'Incoming':
        request = Request(environ)
        raw = environ.get('RAW_URI') or environ.get('REQUEST_URI') or request.path
        path, _, query = raw.partition('?')
        headers = environ.get('emulator.headers') or list(request.headers.items())
        return Incoming(
            method=request.method,
            host=request.host,
            raw_path=path if path.startswith('/') else '/' + path.split('/', 3)[-1],
            raw_query=query,
            headers=tuple(headers),
            body=request.get_data(),
            secure=environ.get('wsgi.url_scheme') == 'https',
            source_ip=environ.get('REMOTE_ADDR', '127.0.0.1'),
        )

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever the spelling of its name."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[-1] if found else None

    @cached_property
    def path(self) -> str:
        return unquote(self.raw_path)

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @cached_property
    def multi_headers(self) -> dict[str, list[str]]:
        return _gathered(self.headers)

    @cached_property
    def multi_query(self) -> dict[str, list[str]]:
        return _gathered(self.query)


def _gathered(pairs) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered
