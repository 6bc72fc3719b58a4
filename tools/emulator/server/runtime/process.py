"""One warm process of a function version: started once, invoked many times, killed when it overruns or is out of
date.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from .options import endpoint, port

_BOOT = Path(__file__).parent / 'boot'
LOADING_SECONDS = 30  # Lambda allows ten; a busy small machine needs longer for the same work.
_alive: set['RuntimeProcess'] = set()
_alive_lock = threading.Lock()


@dataclass
class Answer:
    """What one invocation came to: `ok` is JSON text; `error` is the shape Lambda gives its caller."""

    ok: str | None = None
    error: dict | None = None
    lines: list[str] = field(default_factory=list)
    usable: bool = True
    timed_out: bool = False


class RuntimeProcess:
    def __init__(self, runtime: str, code: Path, environment: dict[str, str]):
        self.stream = f'{time.strftime("%Y/%m/%d")}/[{environment["AWS_LAMBDA_FUNCTION_VERSION"]}]{uuid.uuid4().hex}'
        self.fresh = True
        self.idle_since = time.monotonic()
        self._mark = f'\x01{uuid.uuid4().hex}'
        self._log = b''
        self._result = b''
        self._said: list[str] = []
        results, write_end = os.pipe()
        self._results = results
        program = (
            [sys.executable, '-u', str(_BOOT / 'python.py')]
            if runtime.startswith('python')
            else ['node', *environment.get('NODE_OPTIONS', '').split(), str(_BOOT / 'node.cjs')]
        )
        own = {
            'EMULATOR_RESULT_FD': str(write_end),
            'EMULATOR_MARK': self._mark,
            'EMULATOR_PORT': str(port()),
            'EMULATOR_ENDPOINT': endpoint(),
            'AWS_LAMBDA_LOG_STREAM_NAME': self.stream,
        }
        self._process = subprocess.Popen(
            program,
            cwd=code,
            env={**environment, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(write_end,),
            start_new_session=True,
        )
        os.close(write_end)
        with _alive_lock:
            _alive.add(self)

    def load(self) -> Answer | None:
        """Waits until the handler is loaded; an answer only where loading failed, with the reason in Lambda's shape."""
        self.fresh = False
        answer = Answer()
        result = self._await(answer, time.monotonic() + LOADING_SECONDS)
        self._said = answer.lines
        if result and result.get('ready'):
            return None
        answer.usable = False
        answer.error = result['error'] if result else self._why_none('', LOADING_SECONDS, answer)
        self.kill()
        return answer

    def invoke(self, request: dict, timeout: float) -> Answer:
        """Runs one invocation to its end, or to the end of its time."""
        answer = Answer(lines=self._said)
        self._said = []
        try:
            self._process.stdin.write(json.dumps(request).encode() + b'\n')
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # It ended between two invocations; how is read below.
        result = self._await(answer, time.monotonic() + timeout)
        self.idle_since = time.monotonic()
        if result is not None:
            answer.ok, answer.error = result.get('ok'), result.get('error')
            # After an uncaught exception it answers first and ends a moment later.
            answer.usable = not result.get('last')
        else:
            answer.usable = False
            answer.error = self._why_none(request['requestId'], timeout, answer)
        if not answer.usable:
            self.kill()
        return answer

    def _await(self, answer: Answer, until: float) -> dict | None:
        """Reads log and result together until the result is complete and its log closed; None where there is none."""
        log, results = self._process.stdout.fileno(), self._results
        open_ends = {log, results}
        result, closed = None, False
        while open_ends and not (result is not None and closed):
            left = until - time.monotonic()
            if left <= 0:
                return None if result is None else result
            ready, _, _ = select.select(list(open_ends), [], [], min(left, 0.5))
            if not ready and not self.alive:
                break  # What it started may hold its pipes open.
            for end in ready:
                piece = os.read(end, 1 << 16)
                if not piece:
                    open_ends.discard(end)
                elif end == log:
                    closed = self._take_log(piece, answer) or closed
                else:
                    self._result += piece
            if b'\n' in self._result:
                line, _, self._result = self._result.partition(b'\n')
                result = json.loads(line)
        if self._log:
            answer.lines.append(self._log.decode(errors='replace'))
            self._log = b''
        return result

    def _take_log(self, piece: bytes, answer: Answer) -> bool:
        *lines, self._log = (self._log + piece).split(b'\n')
        mark = self._mark.encode()
        closed = False
        for line in lines:
            if line.endswith(mark):
                closed = True
                line = line[: -len(mark)]
                if not line:
                    continue
            answer.lines.append(line.decode(errors='replace'))
        return closed

    def _why_none(self, request_id: str, timeout: float, answer: Answer) -> dict:
        try:
            status = self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            answer.timed_out = True
            text = f'Task timed out after {timeout:.2f} seconds'
            return {'errorType': 'Sandbox.Timedout', 'errorMessage': f'RequestId: {request_id} Error: {text}'}
        if status == 0:
            how = 'Runtime exited without providing a reason'
        elif status < 0:
            how = f'Runtime exited with error: signal: {_signal_words(-status)}'
        else:
            how = f'Runtime exited with error: exit status {status}'
        return {'errorType': 'Runtime.ExitError', 'errorMessage': f'RequestId: {request_id} Error: {how}'}

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self):
        """Ends it with everything it started."""
        with _alive_lock:
            if self not in _alive:
                return
            _alive.discard(self)
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._process.stdout.close()
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        os.close(self._results)


def _signal_words(number: int) -> str:
    return {signal.SIGKILL: 'killed', signal.SIGTERM: 'terminated', signal.SIGABRT: 'aborted'}.get(
        number, signal.strsignal(number) or str(number)
    )


def kill_all():
    """For the end of the server: no process outlives it."""
    for process in list(_alive):
        process.kill()
