"""API operations that moto does not have, answered here: each service in a module of its own, by the model botocore has of it.

A function under `@operation('cloudfront', 'CreateCachePolicy')` takes the place of the missing one. What is only created, shown,
changed, listed and deleted is one `shelf(...)` (`shelf.py`). Nothing here takes the place of what moto can do.
"""

import importlib
import pkgutil


def install():
    """Loads every module, which fills the registry."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f'missing.{module.name}')
