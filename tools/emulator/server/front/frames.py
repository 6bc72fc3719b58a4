"""Frames of WebSocket (RFC 6455) on a connection that has been upgraded, as a server reads and writes them."""

import base64
import hashlib
import socket
import struct
import threading
from dataclasses import dataclass

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_CONTINUATION = 0x0
_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'


class Closed(Exception):
    """The connection is over; the code says why, 1006 where nobody said."""

    def __init__(self, code: int = 1006):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Message:
    data: bytes
    binary: bool


def accepted(key: str) -> str:
    """What a server answers to the key of a client, to show that it speaks WebSocket."""
    return base64.b64encode(hashlib.sha1((key + _GUID).encode()).digest()).decode()


class Frames:
    """A connection by its messages. Several threads may write; one reads."""

    def __init__(self, connection: socket.socket, largest_frame: int, largest_message: int):
        self._connection = connection
        self._largest_frame, self._largest_message = largest_frame, largest_message
        self._writing = threading.Lock()
        self._over = False

    def read(self) -> Message:
        """The next message; pings are answered on the way. Raises Closed at its end, and for what no client may send."""
        kind, data = 0, b''
        while True:
            final, opcode, piece = self._frame()
            if opcode == PING:
                self._write(PONG, piece)
            elif opcode == CLOSE:
                code = struct.unpack('!H', piece[:2])[0] if len(piece) >= 2 else 1005
                self.close(1000)
                raise Closed(code)
            elif opcode in (TEXT, BINARY, _CONTINUATION):
                if (opcode == _CONTINUATION) != (kind != 0):
                    self._refuse(1002)
                kind = kind or opcode
                data += piece
                if len(data) > self._largest_message:
                    self._refuse(1009)
                if final:
                    return Message(data, kind == BINARY)
            elif opcode != PONG:
                self._refuse(1002)

    def write(self, data: bytes, binary: bool = False):
        self._write(BINARY if binary else TEXT, data)

    def close(self, code: int):
        """Says that it is over, once, and cuts the line."""
        if self._over:
            return
        self._over = True
        try:
            self._write(CLOSE, struct.pack('!H', code))
            self._connection.shutdown(socket.SHUT_RDWR)
        except (OSError, Closed):
            pass

    def _refuse(self, code: int):
        self.close(code)
        raise Closed(code)

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            length = struct.unpack('!H', self._exactly(2))[0]
        elif length == 127:
            length = struct.unpack('!Q', self._exactly(8))[0]
        if not second & 0x80 or first & 0x70:
            self._refuse(1002)
        if length > self._largest_frame:
            self._refuse(1009)
        mask = self._exactly(4)
        masked = self._exactly(length)
        return bool(first & 0x80), first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))

    def _exactly(self, count: int) -> bytes:
        data = b''
        while len(data) < count:
            try:
                piece = self._connection.recv(count - len(data))
            except TimeoutError:
                self._refuse(1001)
            except OSError as error:
                raise Closed() from error
            if not piece:
                raise Closed()
            data += piece
        return data

    def _write(self, opcode: int, data: bytes):
        size = len(data)
        head = (
            struct.pack('!BB', 0x80 | opcode, size)
            if size < 126
            else struct.pack('!BBH', 0x80 | opcode, 126, size)
            if size < 1 << 16
            else struct.pack('!BBQ', 0x80 | opcode, 127, size)
        )
        with self._writing:
            try:
                self._connection.sendall(head + data)
            except OSError as error:
                raise Closed() from error
