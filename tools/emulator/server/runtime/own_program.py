"""Programs of this project that the emulator asks: TypeScript below `tools`, made one file, in a warm node process."""

import json
import os
import subprocess
from functools import cached_property
from pathlib import Path

from .functions import pool
from .options import node_modules, work_directory
from .process import RuntimeProcess

_TOOLS = Path(__file__).resolve().parents[3]
_SECONDS = 10.0


class OwnProgram:
    """A file that exports a `handler`, named by its path below `tools`."""

    def __init__(self, source: str):
        self._source = source

    def ask(self, event: dict) -> dict:
        """What the handler answers; raises RuntimeError where it throws."""
        with pool.process(('own', self._source, 'programs', 'LIVE'), 'one', self._start) as process:
            failed = process.load() if process.fresh else None
            asked = {'requestId': self._source, 'event': json.dumps(event), 'arn': self._source, 'deadline': 0, 'trace': ''}
            answer = failed or process.invoke(asked, _SECONDS)
        if answer.error is not None:
            raise RuntimeError(answer.error.get('errorMessage', ''))
        return json.loads(answer.ok)

    def _start(self) -> RuntimeProcess:
        environment = {
            'PATH': os.environ.get('PATH', ''),
            '_HANDLER': 'index.handler',
            'LAMBDA_TASK_ROOT': str(self._bundle),
            'AWS_LAMBDA_FUNCTION_NAME': 'own-program',
            'AWS_LAMBDA_FUNCTION_VERSION': 'LIVE',
        }
        return RuntimeProcess('nodejs', self._bundle, environment)

    @cached_property
    def _bundle(self) -> Path:
        folder = Path(work_directory()) / 'own' / self._source.replace('/', '-')
        command = [
            str(node_modules() / '.bin' / 'esbuild'),
            str(_TOOLS / self._source),
            '--bundle',
            '--platform=node',
            f'--outfile={folder / "index.js"}',
            '--log-level=error',
        ]
        subprocess.run(command, check=True, env={**os.environ, 'NODE_PATH': str(node_modules())})
        return folder
