"""What moto's own services get wrong on the way, one file a service, each mend with the reason that makes it necessary."""

import functools
import importlib
import pkgutil


@functools.cache
def install():
    """Installs every mend, once a process whatever asks for it, before the first request."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f'mends.{module.name}').install()
