"""One warm Python process of a function: the counterpart of node.cjs, with the same lines in and out."""

import importlib
import json
import logging
import os
import sys
import time
import traceback

RESULTS = int(os.environ.pop('EMULATOR_RESULT_FD'))
MARK = os.environ.pop('EMULATOR_MARK')
os.environ.pop('EMULATOR_PORT', None)
REQUESTS = os.fdopen(os.dup(0), 'rb')
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


class Context:
    """What Lambda hands to a handler as its second argument."""

    def __init__(self, request):
        self._deadline = request['deadline']
        self.aws_request_id = request['requestId']
        self.invoked_function_arn = request['arn']
        self.function_name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
        self.function_version = os.environ['AWS_LAMBDA_FUNCTION_VERSION']
        self.memory_limit_in_mb = os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
        self.log_group_name = os.environ['AWS_LAMBDA_LOG_GROUP_NAME']
        self.log_stream_name = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']
        self.client_context = request.get('clientContext')
        self.identity = None

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Lines(logging.Handler):
    """Lambda gives the root logger one handler, which writes the request's id on each line."""

    request_id = ''

    def emit(self, record):
        if os.environ.get('AWS_LAMBDA_LOG_FORMAT') == 'JSON':
            entry = {
                'timestamp': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(record.created)),
                'level': record.levelname,
                'message': record.getMessage(),
                'logger': record.name,
                'requestId': self.request_id,
            }
            sys.stdout.write(json.dumps(entry) + '\n')
            return
        stamp = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))
        text = f'[{record.levelname}]\t{stamp}.{int(record.msecs):03d}Z\t{self.request_id}\t{self.format(record)}'
        sys.stdout.write(text.replace('\n', '\r') + '\n')


def answer(result):
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f'{MARK}\n'.encode())
    data = (json.dumps(result) + '\n').encode()
    while data:
        data = data[os.write(RESULTS, data) :]


def shape(kind, message, error=None, request_id=''):
    # The first frame is this file's own call.
    trace = traceback.format_tb(error.__traceback__)[1:] if error else []
    shown = f'[ERROR] {kind}: {message}'
    if trace:
        shown += f'\nTraceback (most recent call last):\n{"".join(trace)}'
    sys.stdout.write(shown.rstrip('\n').replace('\n', '\r') + '\n')
    return {'errorMessage': message, 'errorType': kind, 'requestId': request_id, 'stackTrace': trace}


def load():
    module, _, name = os.environ['_HANDLER'].rpartition('.')
    try:
        loaded = importlib.import_module(module.replace('/', '.'))
    except ImportError as error:
        return None, shape('Runtime.ImportModuleError', f"Unable to import module '{module}': {error}")
    except SyntaxError as error:
        return None, shape('Runtime.UserCodeSyntaxError', f"Syntax error in module '{module}': {error}")
    except Exception as error:
        return None, shape(type(error).__name__, str(error), error)
    handler = getattr(loaded, name, None)
    if not callable(handler):
        return None, shape('Runtime.HandlerNotFound', f"Handler '{name}' missing on module '{module}'")
    return handler, None


def run(handler, request):
    try:
        result = handler(json.loads(request['event']), Context(request))
    except Exception as error:
        return {'error': shape(type(error).__name__, str(error), error, request['requestId'])}
    try:
        return {'ok': json.dumps(result, ensure_ascii=False)}
    except (TypeError, ValueError) as error:
        return {
            'error': shape('Runtime.MarshalError', f'Unable to marshal response: {error}', None, request['requestId'])
        }


def main():
    lines = Lines()
    logging.getLogger().handlers = [lines]
    sys.path.insert(0, os.environ['LAMBDA_TASK_ROOT'])
    handler, failure = load()
    if failure:
        answer({'error': failure, 'init': True})
        sys.exit(1)
    answer({'ready': True})
    for line in REQUESTS:
        request = json.loads(line)
        lines.request_id = request['requestId']
        os.environ['_X_AMZN_TRACE_ID'] = request['trace']
        answer(run(handler, request))


if __name__ == '__main__':
    main()
