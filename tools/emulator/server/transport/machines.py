"""Machines behind a load balancer: their programs run here, at an address of the machine's own.

A machine of one program, as `ProgramBoot` makes it, has its user data read and not run: it names the program, an object in a bucket, and
the variables that it sees. One whose user data does nothing but run a program that starts nginx is booted: see `boots`.
"""

import os
import shlex
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from runtime.options import endpoint, work_directory
from stacks.clients import client

from . import addresses, boots
from .services import BIND, Service

_addresses: dict[tuple[str, str], str] = {}
_running: dict[tuple[str, str], 'Machine'] = {}
_said: set[str] = set()
_is_over = threading.Event()
_lock = threading.Lock()


@dataclass
class Machine:
    """What runs on one. What a machine of another make runs is not known, and it runs nothing."""

    services: dict[str, Service] = field(default_factory=dict)
    boot: boots.Boot | None = None

    def attend(self):
        """Goes on with its boot, and starts what is not up and should be."""
        if self.boot is not None:
            self.boot.attend()
            self.services.update(self.boot.services(self.services))
        for service in self.services.values():
            service.attend()

    def stop(self):
        if self.boot is not None:
            self.boot.stop()
        for service in self.services.values():
            service.stop()


def address_of(region: str, instance: str) -> str:
    return _addresses.setdefault((region, instance), addresses.new())


def runs(region: str, instance: str) -> bool:
    """Whether it has a program that runs, or is to run."""
    found = _running.get((region, instance))
    return found is not None and (found.boot is not None or bool(found.services))


def find(region: str, instance: str):
    return next((one for one in _instances(region) if one.id == instance), None)


def zone_of(region: str, instance: str) -> str | None:
    found = find(region, instance)
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
        if _is_over.is_set():
            return
        for gone in [one for one in _running if one not in up]:
            _running.pop(gone).stop()
        for at in up - set(_running):
            _running[at] = _machine(*at)
        for machine in _running.values():
            machine.attend()


def stop_all():
    with _lock:
        _is_over.set()
        for machine in _running.values():
            machine.stop()
        _running.clear()


def _instances(region: str) -> list:
    reservations = list(ec2_backends[DEFAULT_ACCOUNT_ID][region].reservations.values())
    return [one for reservation in reservations for one in reservation.instances]


def _is_up(region: str, instance: str) -> bool:
    found = find(region, instance)
    return found is not None and found.state == 'running'


def _machine(region: str, instance: str) -> Machine:
    user_data = find(region, instance).user_data
    text = user_data.decode() if user_data else ''
    folder = work_directory() / 'machines' / instance
    program = boots.program_of(text)
    if program is not None:
        return _booting(region, instance, folder, program)
    given = _exports(text)
    unit = next((name.removesuffix('_PROGRAM') for name, value in given.items() if _is_program(name, value)), None)
    return Machine({unit: _program(region, instance, folder, unit, given)} if unit else {})


def _booting(region: str, instance: str, folder: Path, program: str) -> Machine:
    if why := boots.why_not():
        _say_once(why)
        return Machine()
    about = {'AWS_EC2_METADATA_SERVICE_ENDPOINT': boots.metadata_of(region, instance)}
    return Machine(boot=boots.Boot(instance, program, {**_environment(region, instance), **about}, folder))


def _program(region: str, instance: str, folder: Path, unit: str, given: dict[str, str]) -> Service:
    bucket, _, key = given[f'{unit}_PROGRAM'].removeprefix('s3://').partition('/')
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / 'program.js'
    program.write_bytes(client('s3', DEFAULT_ACCOUNT_ID, region).get_object(Bucket=bucket, Key=key)['Body'].read())
    named = given.get(f'{unit}_VARIABLES', '').split()
    environment = {
        **_environment(region, instance),
        'STATE_DIRECTORY': str(folder),
        **{name: given[name] for name in named if name in given},
    }
    return Service(['node', '--require', str(BIND), str(program)], environment)


def _environment(region: str, instance: str) -> dict[str, str]:
    return {
        'PATH': os.environ.get('PATH', ''),
        'AWS_ENDPOINT_URL': endpoint(),
        'AWS_ACCESS_KEY_ID': 'test',
        'AWS_SECRET_ACCESS_KEY': 'test',
        'MACHINE_ADDRESS': address_of(region, instance),
    }


def _say_once(text: str):
    if text not in _said:
        _said.add(text)
        print(text, file=sys.stderr)


def _is_program(name: str, value: str) -> bool:
    return name.endswith('_PROGRAM') and value.startswith('s3://')


def _exports(user_data: str) -> dict[str, str]:
    """What user data exports, by name."""
    words = [_words(line)[1:] for line in user_data.splitlines() if line.startswith('export ')]
    return dict(word.split('=', 1) for line in words for word in line if '=' in word)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        # A quotation goes on in the next line, which none of a program's own variables does.
        return []
