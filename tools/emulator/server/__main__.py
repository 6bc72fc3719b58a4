"""An AWS emulator for one machine: moto's services, and what moto lacks for whole stacks to deploy and work.

Run:   python3 tools/emulator/server [--port 5000] [--node-modules node_modules]
Prints one line of JSON when it is ready: {"endpoint": "http://127.0.0.1:5000"}. The account is 123456789012.
"""

import argparse
import json
import os
import shutil
import signal

import transport
from front.tls import Authority, Server
from runtime.options import work_directory
from runtime.process import kill_all


class Late:
    """Stands where the application will be: the port must be known before moto is loaded."""

    application = None

    def __call__(self, environ, start_response):
        return self.application(environ, start_response)


def end(*_):
    """Ends at once, with every process it started: pollers and functions at work would keep an orderly exit waiting."""
    kill_all()
    transport.stop()
    shutil.rmtree(work_directory(), ignore_errors=True)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--port', type=int, default=0, help='0 takes any free port')
    parser.add_argument(
        '--node-modules', default='node_modules', help='where functions find what their bundles leave out'
    )
    parser.add_argument(
        '--hurry',
        type=float,
        default=1.0,
        help='seconds before each retry of an asynchronous invocation, where AWS waits one minute and two; 0 waits as AWS does',
    )
    args = parser.parse_args()

    late = Late()
    authority = Authority(work_directory())
    server = Server('127.0.0.1', args.port, late, authority)
    endpoint = f'http://127.0.0.1:{server.port}'
    os.environ.update(MOTO_PORT=str(server.port), EMULATOR_ENDPOINT=endpoint)
    os.environ.update(EMULATOR_NODE_MODULES=os.path.abspath(args.node_modules))
    os.environ.update(EMULATOR_HURRY=str(args.hurry))
    for name in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'):
        os.environ.setdefault(name, 'test')
    os.environ.setdefault('AWS_DEFAULT_REGION', 'us-east-1')

    from application import make_application

    late.application = make_application(authority)
    transport.start(authority)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    print(json.dumps({'endpoint': endpoint}), flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
