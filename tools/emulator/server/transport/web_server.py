"""nginx of one machine: the program that is installed here, by the configuration that stands in the machine's file system.

Nothing of the configuration is typed here. Machines share this one, so that folders are taken to be below the machine's own root, what
listens at every address listens at the machine's own, and what is said to 127.0.0.1 is said to that. `-t` looks whether it can be read, and
changes nothing. Files that it includes are taken as they are.
"""

import os
import pwd
import re
import subprocess
import sys
import threading
from pathlib import Path

_FOLDERS = 'include|root|alias|pid|error_log|access_log|ssl_certificate|ssl_certificate_key'
_TEMPORARY = ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi')


def of_machine(text: str, root: str, address: str) -> str:
    """A configuration in which folders and addresses are a machine's."""
    text = re.sub(rf'(^|[;{{])(\s*(?:{_FOLDERS})\s+)(?=/)', rf'\1\2{root}', text, flags=re.MULTILINE)
    text = re.sub(r'(^|[;{])(\s*)listen\s+\[[^\]]*\][^;]*;', r'\1\2', text, flags=re.MULTILINE)
    text = re.sub(r'(\blisten\s+)(?:(?:\*|0\.0\.0\.0|127\.0\.0\.1):)?(?=\d+[\s;])', rf'\g<1>{address}:', text)
    text = re.sub(r'(//|\bserver\s+)(?:127\.0\.0\.1|localhost)(?=[:/;\s])', rf'\g<1>{address}', text)
    # Whoever runs the emulator runs this too, and may have no other user.
    text = re.sub(r'(^|[;{])(\s*)user\s+[^;]+;', r'\1\2', text, flags=re.MULTILINE)
    own = f'user {pwd.getpwuid(os.getuid()).pw_name};\n' if os.getuid() == 0 else ''
    kept = ''.join(f'  {name}_temp_path {root}/var/lib/nginx/{name};\n' for name in _TEMPORARY)
    return own + re.sub(r'^(\s*http\s*\{)', rf'\1\n{kept}', text, count=1, flags=re.MULTILINE)


def main(words: list[str]) -> int:
    root, address = os.environ['BOOT_ROOT'], os.environ['MACHINE_ADDRESS']
    given = Path(root, 'etc/nginx/nginx.conf')
    if not given.exists():
        print(f'nginx: open() "{given}" failed', file=sys.stderr)
        return 1
    own = Path(root, 'etc/nginx/of-machine.conf')
    own.write_text(of_machine(given.read_text(), root, address))
    command = [os.environ['MACHINE_NGINX'], '-p', root, '-c', str(own)]
    if words:
        return subprocess.run([*command, *words]).returncode
    server = subprocess.Popen([*command, '-g', 'daemon off;'], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    return server.wait()


def _end_with(server: subprocess.Popen):
    """Ends it when nothing can come any more from whoever started this."""
    sys.stdin.read()
    server.terminate()


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
