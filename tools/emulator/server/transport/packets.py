"""Packets of TCP over IPv4, in the wrapping in which a Gateway Load Balancer hands them over."""

import socket
import struct

SYN, ACK, FIN, PUSH = 0x02, 0x10, 0x01, 0x08
_TCP = 6
_AWS_CLASS, _ENDPOINT, _ATTACHMENT, _COOKIE = 0x0108, 1, 2, 3


def segment(source: tuple[str, int], to: tuple[str, int], sequence: int, reached: int, flags: int, said: bytes = b'') -> bytes:
    """One segment, in its packet. `reached` is what its sender has of the other side."""
    head = struct.pack('!HHIIBBHHH', source[1], to[1], sequence & 0xFFFFFFFF, reached & 0xFFFFFFFF, 5 << 4, flags, 65_535, 0, 0)
    addresses = socket.inet_aton(source[0]) + socket.inet_aton(to[0])
    length = len(head) + len(said)
    pseudo = addresses + struct.pack('!BBH', 0, _TCP, length)
    head = head[:16] + struct.pack('!H', _checksum(pseudo + head + said)) + head[18:]
    outer = struct.pack('!BBHHHBBH', 0x45, 0, 20 + length, 0, 0x4000, 64, _TCP, 0) + addresses
    outer = outer[:10] + struct.pack('!H', _checksum(outer)) + outer[12:]
    return outer + head + said


def wrapped(packet: bytes, endpoint: int, cookie: int) -> bytes:
    """The packet in GENEVE, with the options of AWS: endpoint, attachment, and what the connection is called."""
    options = b''.join(
        (
            _option(_ENDPOINT, struct.pack('!Q', endpoint)),
            _option(_ATTACHMENT, bytes(8)),
            _option(_COOKIE, struct.pack('!I', cookie)),
        )
    )
    return struct.pack('!BBHI', len(options) // 4, 0, 0x0800, 0) + options + packet


def _option(kind: int, data: bytes) -> bytes:
    return struct.pack('!HBB', _AWS_CLASS, kind, len(data) // 4) + data


def _checksum(data: bytes) -> int:
    padded = data + bytes(len(data) % 2)
    total = sum(struct.unpack(f'!{len(padded) // 2}H', padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
