"""One port for plain HTTP and for TLS: whoever begins with a TLS greeting gets a certificate for the host it asks
for.
"""

import datetime
import ipaddress
import socket
import ssl
import threading
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

CA_PATH = '/_emulator/ca.pem'
_GREETING = b'\x16'
_SECONDS_FOR_GREETING = 10.0
_lock = threading.Lock()


class Authority:
    """Signs a certificate for every host name that is asked for; made anew at each start, trusted by nobody but its
    user.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Emulator CA')])
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = (
            self._builder(self._name, self._key.public_key())
            .add_extension(constraints, True)
            .add_extension(usage, True)
        )
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
        self.certificate = builder.sign(self._key, hashes.SHA256())
        self._any_host = self.context('127.0.0.1')
        self._any_host.sni_callback = self._choose

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(self, subject: x509.Name, public_key) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
        )

    @lru_cache(maxsize=512)
    def context(self, host: str) -> ssl.SSLContext:
        """A server's side of TLS for one host."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(host)] if not _is_address(host) else [x509.IPAddress(_is_address(host))]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        builder = self._builder(subject, key.public_key()).add_extension(x509.SubjectAlternativeName(names), False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
        )
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), False)
        certificate = builder.sign(self._key, hashes.SHA256())
        file = self._folder / f'{abs(hash(host))}.pem'
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM) + self.pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(file)
        file.unlink()
        return context

    def answer(self, environ, start_response):
        """The part of the application that gives the authority's certificate away."""
        if environ.get('PATH_INFO') != CA_PATH:
            return None
        return Response(self.pem, content_type='application/x-pem-file')(environ, start_response)

    def wrap(self, connection) -> ssl.SSLSocket:
        """Speaks TLS on a connection, as the host the client names."""
        return self._any_host.wrap_socket(connection, server_side=True)

    def _choose(self, secured: ssl.SSLSocket, name: str | None, _context):
        if name:
            with _lock:
                secured.context = self.context(name)


def _is_address(host: str):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


class Handler(WSGIRequestHandler):
    """Keeps what a front door needs to know: headers as they came, and whether the connection is secure."""

    protocol_version = 'HTTP/1.1'

    def log_request(self, *_args, **_more):
        """No line for each request; what goes wrong is printed by whoever finds it."""

    def send_response(self, code, message=None):
        """Without a name of this server: the answers of AWS carry their own."""
        self.send_response_only(code, message)
        self.send_header('Date', self.date_time_string())

    def connection_dropped(self, error, environ=None):
        """What a client still sends on a line that is over is no further request."""
        self.close_connection = True

    def make_environ(self):
        environ = super().make_environ()
        environ['emulator.headers'] = list(self.headers.items())
        # Python's server takes one of two slashes at the beginning away.
        environ['RAW_URI'] = self.requestline.split(' ')[1]
        if isinstance(self.connection, ssl.SSLSocket):
            environ['wsgi.url_scheme'] = 'https'
        return environ


class Server(ThreadedWSGIServer):
    """Decides for each connection, in its own thread, whether it begins with a TLS greeting."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, application, authority: Authority):
        super().__init__(host, port, application, handler=Handler)
        self._authority = authority

    def finish_request(self, request, client_address):
        request.settimeout(_SECONDS_FOR_GREETING)
        try:
            first = request.recv(1, socket.MSG_PEEK)
        except OSError:
            return
        if first == _GREETING:
            try:
                request = self._authority.wrap(request)
            except (ssl.SSLError, OSError):
                return
        request.settimeout(None)
        super().finish_request(request, client_address)
        if isinstance(request, ssl.SSLSocket):
            try:
                request.unwrap()
            except (OSError, ValueError):
                pass
            request.close()
