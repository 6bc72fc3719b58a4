"""Machines of one program, as `ProgramBoot` makes them: behind a load balancer the program runs here, at an address of the machine's own.

Their user data is not run. It names the program, an object in a bucket, and the variables that it sees; that is what is taken from it. So is
what systemd does: a program that dies is started again after five seconds, and one that ended well stays down.
"""

import os
import shlex
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from runtime.options import endpoint, work_directory
from stacks.clients import client

from . import addresses

_BIND = Path(__file__).parent / 'bind-to-machine.cjs'
_AGAIN_SECONDS = 5.0
_addresses: dict[tuple[str, str], str] = {}
_running: dict[tuple[str, str], 'Machine'] = {}
_lock = threading.Lock()


@dataclass
class Machine:
    """One program, and what became of it. What a machine of another make runs is not known, and it runs nothing."""

    program: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    again: float = 0.0

    def attend(self):
        """Starts it the first time, and again where it died."""
        is_up = self.process is not None and self.process.poll() is None
        has_ended = self.process is not None and self.process.returncode == 0
        if self.program is None or is_up or has_ended or time.monotonic() < self.again:
            return
        self.again = time.monotonic() + _AGAIN_SECONDS
        self.process = subprocess.Popen(
            ['node', '--require', str(_BIND), str(self.program)],
            env=self.environment,
            # It ends when this emulator does, however that ends.
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()


def address_of(region: str, instance: str) -> str:
    return _addresses.setdefault((region, instance), addresses.new())


def runs(region: str, instance: str) -> bool:
    """Whether it has a program that runs, or is to run."""
    found = _running.get((region, instance))
    return found is not None and found.program is not None


def zone_of(region: str, instance: str) -> str | None:
    found = _instance(region, instance)
    return found._placement.zone if found else None


def instance_of(group, target: str) -> str | None:
    """The instance that a target is, by its id or by its address in the network."""
    if group.target_type == 'instance':
        return target
    for one in _instances(group.region_name):
        if one.private_ip == target and one.vpc_id == group.vpc_id:
            return one.id
    return None


def keep(wanted: set[tuple[str, str]]):
    """Has the programs of exactly these machines run, as long as the machines do."""
    up = {one for one in wanted if _is_up(*one)}
    with _lock:
        for gone in [one for one in _running if one not in up]:
            _running.pop(gone).stop()
        for at in up - set(_running):
            _running[at] = _machine(*at)
        for machine in _running.values():
            machine.attend()


def stop_all():
    with _lock:
        for machine in _running.values():
            machine.stop()
        _running.clear()


def _instances(region: str) -> list:
    reservations = list(ec2_backends[DEFAULT_ACCOUNT_ID][region].reservations.values())
    return [one for reservation in reservations for one in reservation.instances]


def _instance(region: str, instance: str):
    return next((one for one in _instances(region) if one.id == instance), None)


def _is_up(region: str, instance: str) -> bool:
    found = _instance(region, instance)
    return found is not None and found.state == 'running'


def _machine(region: str, instance: str) -> Machine:
    given = _exports(_instance(region, instance).user_data)
    unit = next((name.removesuffix('_PROGRAM') for name, value in given.items() if _is_program(name, value)), None)
    if unit is None:
        return Machine()
    bucket, _, key = given[f'{unit}_PROGRAM'].removeprefix('s3://').partition('/')
    folder = work_directory() / 'machines' / instance
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / 'program.js'
    program.write_bytes(client('s3', DEFAULT_ACCOUNT_ID, region).get_object(Bucket=bucket, Key=key)['Body'].read())
    named = given.get(f'{unit}_VARIABLES', '').split()
    environment = {
        'PATH': os.environ.get('PATH', ''),
        'AWS_ENDPOINT_URL': endpoint(),
        'AWS_ACCESS_KEY_ID': 'test',
        'AWS_SECRET_ACCESS_KEY': 'test',
        'STATE_DIRECTORY': str(folder),
        'MACHINE_ADDRESS': address_of(region, instance),
        **{name: given[name] for name in named if name in given},
    }
    return Machine(program, environment)


def _is_program(name: str, value: str) -> bool:
    return name.endswith('_PROGRAM') and value.startswith('s3://')


def _exports(user_data) -> dict[str, str]:
    """What user data exports, by name; nothing where there is none."""
    text = user_data.decode() if user_data else ''
    words = [_words(line)[1:] for line in text.splitlines() if line.startswith('export ')]
    return dict(word.split('=', 1) for line in words for word in line if '=' in word)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        # A quotation goes on in the next line, which none of a program's own variables does.
        return []
