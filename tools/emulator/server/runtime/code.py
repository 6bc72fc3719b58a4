"""Unpacks the code of a function and its layers, once for each content, and mends paths that exist in Lambda only."""

import hashlib
import io
import os
import sys
import threading
import zipfile
from pathlib import Path

from .options import node_modules, work_directory

_lock = threading.Lock()
_SOURCES = ('.py', '.js', '.mjs', '.cjs', '.sh')
_LARGEST_SOURCE = 5_000_000


def layers_folder(archives: list[bytes]) -> Path | None:
    """The folder that stands for /opt; later layers lie over earlier ones, as in Lambda."""
    if not archives:
        return None
    name = hashlib.sha256(b''.join(hashlib.sha256(each).digest() for each in archives)).hexdigest()[:24]
    return _once(work_directory() / 'layers' / name, lambda folder: _fill(folder, archives))


def mounted_folder(access_point: str) -> Path:
    """The folder that stands for what an access point shows, the same for every function that mounts it."""
    folder = work_directory() / 'files' / access_point.rsplit('/', 1)[-1]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def code_folder(archive: bytes, places: dict[str, Path]) -> Path:
    """The folder that stands for /var/task.

    Its text files say where layers and shared files are here: there is no /opt and no /mnt of the function's own, and
    shared ones would need root.
    """
    key = hashlib.sha256(archive + repr(sorted(places.items())).encode()).hexdigest()[:24]
    return _once(work_directory() / 'code' / key, lambda folder: _fill(folder, [archive], places))


def provided_modules() -> Path:
    """A node_modules folder with what Lambda's own runtime provides, the AWS SDK, and nothing else.

    It lies above every code folder, where Node looks for what a bundle left out, be it required or imported.
    """
    return _once(work_directory() / 'code' / 'node_modules', _link_sdk)


def _link_sdk(folder: Path):
    for scope in ('@aws-sdk', '@smithy'):
        source = node_modules() / scope
        if source.is_dir():
            (folder / scope).symlink_to(source.resolve())


def _once(folder: Path, fill) -> Path:
    with _lock:
        if not folder.exists():
            partial = folder.with_name(folder.name + '.partial')
            partial.mkdir(parents=True)
            fill(partial)
            partial.rename(folder)
    return folder


def _fill(folder: Path, archives: list[bytes], places: dict[str, Path] | None = None):
    for archive in archives:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            zipped.extractall(folder)
            for entry in zipped.infolist():
                path = folder / entry.filename
                mode = (entry.external_attr >> 16) & 0o777
                if mode and path.is_file():
                    path.chmod(mode | 0o400)
                    if mode & 0o100:
                        _mend_interpreter(path)
    if places:
        _mend_sources(folder, places)


def _mend_interpreter(path: Path):
    """Programs in layers begin with #!/var/lang/bin/python, Lambda's own interpreter."""
    with path.open('rb') as program:
        first = program.readline(200)
    if not first.startswith(b'#!/var/lang/bin/python'):
        return
    text = path.read_bytes()
    path.write_bytes(b'#!' + sys.executable.encode() + b'\n' + text[len(first) :])


def placed(text: str, places: dict[str, Path]) -> str:
    """A value that is a path of a function's own, as it is here."""
    for path, folder in places.items():
        if text == path or text.startswith(f'{path}/'):
            return f'{folder}{text[len(path) :]}'
    return text


def _mend_sources(folder: Path, places: dict[str, Path]):
    for directory, _, names in os.walk(folder):
        for name in names:
            path = Path(directory, name)
            if not name.endswith(_SOURCES) or path.stat().st_size > _LARGEST_SOURCE:
                continue
            text = mended = path.read_bytes()
            for own, here in places.items():
                for quote in (b'"', b"'"):
                    mended = mended.replace(quote + own.encode() + b'/', quote + str(here).encode() + b'/')
            if mended != text:
                path.write_bytes(mended)
