"""The first boot of a machine: the program of a `BootProgram` with its files, run in a folder that stands for the machine's file system.

It is what the user data says, to the letter, but finds nothing of this machine beside a few commands that change nothing elsewhere; `dnf`,
`systemctl`, `nginx`, `curl` and `aws` are those of the folder `machine`. A machine whose user data does more than to run its program (mounts,
disks, agents) is not booted, and neither is any where nginx is missing.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from runtime.options import endpoint

from . import addresses, services

_HERE = Path(__file__).parent / 'machine'
_FOLDER = '/var/lib/boot'
_TOOLS = (
    'basename bash cat chmod cksum cp cut date dirname grep head hostname mkdir mv openssl printf seq sleep sort tail touch tr uniq wc sed'
).split()
_PACKAGES = ('nginx', 'nodejs24', 'openssl')
_PATH = os.pathsep.join([os.environ.get('PATH', ''), '/usr/sbin', '/usr/local/sbin'])


@lru_cache(maxsize=1)
def why_not() -> str | None:
    """Why no machine boots here, in one line; None where they do."""
    if _nginx() is None:
        return 'servers do not boot here, as nginx is missing: apt-get install nginx'
    with socket.socket() as probe:
        try:
            probe.bind((addresses.new(), 80))
        except OSError as error:
            return f'servers do not boot here, as port 80 of addresses beside 127.0.0.1 is not to be had: {error.strerror}'
    return None


def program_of(user_data: str) -> str | None:
    """What user data runs where that is all it does, and it holds a web server; None for any other."""
    begins = user_data.find(f"export BOOT_FILES='{_FOLDER}'\n")
    body = user_data[begins:]
    if begins < 0 or 'nginx' not in body or 'BOOT_ROOT' not in body:
        return None
    given, _, rest = body.partition('mkdir -p "$BOOT_FILES"\n')
    if not rest.startswith('cat > "$BOOT_FILES/') or any(not line.startswith('export ') for line in given.splitlines()):
        return None
    return body


class Boot:
    """A machine's first boot, and what it started. It runs once: a machine that was stopped starts what it has enabled."""

    def __init__(self, instance: str, program: str, environment: dict[str, str], folder: Path):
        self.instance = instance
        self.root = folder / 'root'
        self.program = program.replace(_FOLDER, f'{self.root}{_FOLDER}')
        self.environment = {
            **environment,
            'HOME': os.environ.get('HOME', '/'),
            'AWS_CONFIG_FILE': os.devnull,
            'AWS_SHARED_CREDENTIALS_FILE': os.devnull,
            'BOOT_ROOT': str(self.root),
            'PATIENCE': '1',
            'MACHINE_PATH': _PATH,
            'MACHINE_CURL': shutil.which('curl') or 'curl',
            'MACHINE_NGINX': _nginx() or 'nginx',
            'MACHINE_WEB_SERVER': str(services.WEB_SERVER),
            'MACHINE_PACKAGES': str(folder / 'packages'),
        }
        self._tools = folder / 'tools'
        self._packages = folder / 'packages'
        self._process: subprocess.Popen | None = None
        self._has_begun = self.root.exists()

    def attend(self):
        if not self._has_begun:
            self._has_begun = True
            self._begin()
        if self._process is not None and (code := self._process.poll()) is not None:
            self._process = None
            if code != 0:
                said = (self.root / 'boot.log').read_text(errors='replace').strip().splitlines() or ['it said nothing']
                print(f'{self.instance} did not boot, its program ended with {code}: {said[-1]}', file=sys.stderr)

    def services(self, known) -> dict[str, services.Service]:
        """What it started beside those that are known."""
        noted = self.root / 'started'
        names = dict.fromkeys(noted.read_text().split() if noted.exists() else [])
        environment = {**self.environment, 'PATH': _PATH}
        return {name: services.of_unit(name, self.root, environment) for name in names if name not in known}

    def stop(self):
        if self._process is not None:
            os.killpg(self._process.pid, 9)
            self._process.wait()

    def _begin(self):
        self.root.mkdir(parents=True)
        self._tools.mkdir()
        for name in _TOOLS:
            if found := shutil.which(name):
                (self._tools / name).symlink_to(found)
        for name in _PACKAGES:
            (self._packages / name).mkdir(parents=True)
        _lay_down_nginx(self._packages / 'nginx')
        with (self.root / 'boot.log').open('wb') as said:
            self._process = subprocess.Popen(
                [shutil.which('bash') or 'bash', '-c', self.program],
                cwd=self.root,
                env={**self.environment, 'PATH': f'{_HERE}{os.pathsep}{self._tools}'},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )


def metadata_of(region: str, instance: str) -> str:
    """Where a machine asks about itself. `localhost` is this one, 127.0.0.1 the machine."""
    return f'{endpoint().replace("127.0.0.1", "localhost")}/_emulator/metadata/{region}/{instance}'


def _nginx() -> str | None:
    return shutil.which('nginx', path=_PATH)


def _lay_down_nginx(folder: Path):
    for each in ('etc/nginx', 'run', 'usr/share/nginx/html', 'var/log/nginx', 'var/lib/nginx'):
        (folder / each).mkdir(parents=True)
    told = subprocess.run([_nginx(), '-V'], capture_output=True, text=True).stderr
    found = re.search(r'--conf-path=(\S+)', told)
    types = Path(found[1]).parent / 'mime.types' if found else Path('/etc/nginx/mime.types')
    if types.exists():
        shutil.copy(types, folder / 'etc/nginx/mime.types')
