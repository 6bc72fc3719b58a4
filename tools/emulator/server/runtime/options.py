"""What the server was started with, for every part that needs to know."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path


def endpoint() -> str:
    """Where this emulator is reached, by itself and by the processes it starts."""
    return os.environ['EMULATOR_ENDPOINT']


def port() -> int:
    return int(endpoint().rsplit(':', 1)[1])


def node_modules() -> Path:
    return Path(os.environ.get('EMULATOR_NODE_MODULES', 'node_modules'))


def retry_delays() -> tuple[float, float]:
    """Seconds before the second and the third attempt of an asynchronous invocation.

    AWS waits one minute and then two; `--hurry` shortens that, and `--hurry 0` keeps it.
    """
    hurry = float(os.environ.get('EMULATOR_HURRY', '1'))
    return (hurry, hurry) if hurry > 0 else (60.0, 120.0)


@lru_cache
def work_directory() -> Path:
    """Where code and layers are unpacked; removed when the server ends."""
    import atexit
    import shutil

    path = Path(tempfile.mkdtemp(prefix='emulator-'))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def redelivery_delay() -> float | None:
    """Seconds after which a failed message of an event source mapping is seen again; None waits for its visibility
    timeout.
    """
    hurry = float(os.environ.get('EMULATOR_HURRY', '1'))
    return hurry if hurry > 0 else None


def minute() -> float:
    """Seconds that a minute of a roll-out takes, such as that of settings: `--hurry` shortens it."""
    hurry = float(os.environ.get('EMULATOR_HURRY', '1'))
    return 3 * hurry if hurry > 0 else 60.0
