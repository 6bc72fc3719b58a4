"""What systemd runs on a machine: a program that is started again as its unit says, and ends with the machine."""

import os
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

BIND = Path(__file__).parent / 'bind-to-machine.cjs'
WEB_SERVER = Path(__file__).parent / 'web_server.py'


@dataclass
class Service:
    """One program, and what became of it."""

    command: list[str]
    environment: dict[str, str]
    restart: str = 'on-failure'
    again_seconds: float = 5.0
    log: Path | None = None
    process: subprocess.Popen | None = None
    again: float = 0.0

    def attend(self):
        """Starts it the first time, and again where it ended and should not have."""
        is_first = self.process is None
        if not is_first and (self.process.poll() is None or not self._returns(self.process.returncode)):
            return
        if time.monotonic() < self.again:
            return
        self.again = time.monotonic() + self.again_seconds
        said = self.log.open('ab') if self.log else None
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            # It ends when this emulator does, however that ends.
            stdin=subprocess.PIPE,
            stdout=said or subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        if said:
            said.close()

    def _returns(self, code: int) -> bool:
        return self.restart == 'always' or (self.restart == 'on-failure' and code != 0)

    def stop(self):
        """With everything that it has started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdin.close()


def of_unit(name: str, root: Path, environment: dict[str, str]) -> Service:
    """The service of a unit: nginx comes with its package, any other stands in the machine's file system and runs Node.js."""
    log = root / f'{name}.log'
    if name == 'nginx':
        return Service(['python3', str(WEB_SERVER)], environment, restart='no', log=log)
    given = _settings((root / 'etc/systemd/system' / f'{name}.service').read_text())
    program, *words = shlex.split(given['ExecStart'][-1])
    if not Path(program).name.startswith('node'):
        raise ValueError(f'{name} runs {program}, and here a unit runs nginx or Node.js')
    command = ['node', '--require', str(BIND), *(f'{root}{word}' if word.startswith('/') else word for word in words)]
    own = dict(pair.split('=', 1) for line in given.get('Environment', []) for pair in shlex.split(line))
    return Service(
        command,
        {**environment, **own},
        restart=given.get('Restart', ['no'])[-1],
        again_seconds=float(given.get('RestartSec', ['0.1'])[-1]),
        log=log,
    )


def _settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.splitlines():
        name, is_setting, value = line.partition('=')
        if is_setting and not line.startswith(('#', ';')):
            found.setdefault(name.strip(), []).append(value.strip())
    return found
