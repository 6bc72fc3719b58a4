"""The rows of all types, by service. Importing this fills `stacks.kinds.KINDS`."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f'stacks.types.{_module.name}')
