"""Layers that AWS provides, and that cannot be had here. What they do is done in another way, or they are refused."""

import re
from dataclasses import dataclass

_FLAGS = re.compile(r'arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:AWS-AppConfig-Extension(-Arm64)?:\d+')


@dataclass(frozen=True)
class ProvidedLayer:
    """A layer by name, with nothing in it."""

    arn: str
    code_size: int = 0
    code_bytes: bytes = b''


def is_flags_extension(arn: str) -> bool:
    """The extension of AppConfig: `front/flags_extension.py` answers in its place."""
    return bool(_FLAGS.fullmatch(arn))


def of(arn: str) -> ProvidedLayer | None:
    return ProvidedLayer(arn) if is_flags_extension(arn) else None
