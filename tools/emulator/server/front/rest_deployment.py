"""What a REST API was when it was deployed, and which of its methods a path leads to."""

import copy
import re
from dataclasses import dataclass, field

from moto.apigateway.models import Authorizer, GatewayResponse, Method, RequestValidator, RestAPI

_PARAMETER = re.compile(r'\{([^{}+]+)(\+?)\}')


@dataclass
class Route:
    resource_id: str
    path: str
    methods: dict[str, Method]
    pattern: re.Pattern = field(init=False)

    def __post_init__(self):
        # REST APIs take no other characters between braces than letters, digits, dots, hyphens, underscores and colons.
        names = iter(range(100))
        self.names = [name for name, _ in _PARAMETER.findall(self.path)]
        text = re.sub(r'\{[^{}]+\}', '\0', self.path)
        greedy = iter([bool(plus) for _, plus in _PARAMETER.findall(self.path)])
        parts = [re.escape(part) for part in text.split('\0')]
        pattern = parts[0]
        for part in parts[1:]:
            pattern += f'(?P<p{next(names)}>{".+" if next(greedy) else "[^/]+"})' + part
        self.pattern = re.compile(pattern + '/?')

    def parameters(self, path: str) -> dict[str, str] | None:
        """The values of the path's parameters; None where the path is another."""
        found = self.pattern.fullmatch(path)
        return dict(zip(self.names, found.groups(), strict=True)) if found else None

    def rank(self) -> tuple:
        """Fixed parts before parameters, parameters before what is greedy."""
        return tuple(2 if part.endswith('+}') else 1 if part.startswith('{') else 0 for part in self.path.split('/'))


@dataclass
class Deployed:
    """A snapshot: what is changed afterwards is not served before the next deployment."""

    routes: list[Route]
    authorizers: dict[str, Authorizer]
    responses: dict[str, GatewayResponse]
    schemas: dict[str, str]
    validators: dict[str, RequestValidator]
    binary_types: list[str]

    @staticmethod
    def of(api: RestAPI) -> 'Deployed':
        routes = [
            Route(resource.id, resource.get_path(), copy.deepcopy(resource.resource_methods))
            for resource in api.resources.values()
        ]
        return Deployed(
            routes=sorted(routes, key=Route.rank),
            authorizers=copy.deepcopy(api.authorizers),
            responses=copy.deepcopy(api.gateway_responses),
            schemas={name: model.schema for name, model in api.models.items()},
            validators=copy.deepcopy(api.request_validators),
            binary_types=list(api.binaryMediaTypes),
        )

    def find(self, path: str, method: str) -> tuple[Route, Method, dict[str, str]] | None:
        for route in self.routes:
            parameters = route.parameters(path)
            if parameters is None:
                continue
            found = route.methods.get(method) or route.methods.get('ANY')
            if found:
                return route, found, parameters
        return None
