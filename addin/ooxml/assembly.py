"""Putting a package together: what stays is laid out once, what changes is packed at each fill.

The members that stay come first, in the template's order, then those that change: a fill joins one block of
bytes with the few that it packed. Every header is rebuilt, so that equal content gives equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from isal import isal_zlib

from addin.ooxml.package import DEFLATED, Member

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_TOLD = struct.Struct("<3L")
_OFFSET = struct.Struct("<L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_LEVEL, _QUICK = 1, 0  # isal's level 1 spends some 5 microseconds on a table of its own, however short the text
_SHORT = 8_192
_EMPTY_BLOCK = b"\x03\x00"


class Packed(NamedTuple):
    """Deflated bytes with the CRC and the length of what they unpack to."""

    raw: bytes
    crc: int
    size: int


def pack(data: bytes) -> Packed:
    """`data` as a deflate stream."""
    return Packed(isal_zlib.compress(data, _LEVEL, -15), isal_zlib.crc32(data), len(data))


def pack_again(data: bytes) -> Packed:
    """The same for what each fill packs anew: a short text takes half the time and a quarter more bytes."""
    level = _QUICK if len(data) < _SHORT else _LEVEL
    return Packed(isal_zlib.compress(data, level, -15), isal_zlib.crc32(data), len(data))


def pack_segment(data: bytes) -> Packed:
    """`data` as a piece of a deflate stream that looks back at nothing and that others may follow."""
    deflate = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
    return Packed(deflate.compress(data) + deflate.flush(isal_zlib.Z_FULL_FLUSH), isal_zlib.crc32(data), len(data))


def one_stream(segments: Iterable[Packed]) -> Packed:
    """One deflate stream of segments packed apart."""
    raws: list[bytes] = []
    crc = size = 0
    for segment in segments:
        raws.append(segment.raw)
        crc = isal_zlib.crc32_combine(crc, segment.crc, segment.size)
        size += segment.size
    raws.append(_EMPTY_BLOCK)
    return Packed(b"".join(raws), crc, size)


class Frame(NamedTuple):
    """What the headers of a changed member say apart from its content."""

    label: bytes
    flags: int
    stamp: int
    attributes: int


def frame_of(member: Member) -> Frame:
    """The frame of a member of the template. Bits 1 and 2 of the flags tell how it was deflated: no longer true."""
    return Frame(member.label, member.flags & ~0x6, member.stamp, member.attributes)


def frame_of_new(name: str, like: Frame) -> Frame:
    """The frame of a part that the template has not."""
    return Frame(name.encode("ascii"), like.flags & ~0x800, like.stamp, like.attributes)


def _headers(
    frame: Frame, method: int, flags: int, crc: int, packed: int, size: int, offset: int
) -> tuple[bytes, bytes]:
    clock, day = frame.stamp & 0xFFFF, frame.stamp >> 16
    told = (_VERSION, flags, method, clock, day, crc, packed, size, len(frame.label), 0)
    local = _LOCAL.pack(b"PK\3\4", *told) + frame.label
    central = _CENTRAL.pack(b"PK\1\2", _VERSION, *told, 0, 0, 0, frame.attributes, offset) + frame.label
    return local, central


class Envelope(NamedTuple):
    """The headers of a changed member but for its CRC, lengths and offset: what stands around these."""

    local: tuple[bytes, bytes]
    central: tuple[bytes, bytes, bytes]


def envelope_of(frame: Frame) -> Envelope:
    """The headers of a member with this frame, cut at what only a fill knows."""
    local, central = _headers(frame, DEFLATED, frame.flags, 0, 0, 0, 0)
    return Envelope((local[:14], local[26:]), (central[:16], central[28:42], central[46:]))


@dataclass(frozen=True, slots=True)
class Assembly:
    """A package with places for the members that change."""

    block: bytes
    directory: bytes
    count: int
    changing: tuple[Envelope, ...]

    def close(self, changed: Sequence[Packed]) -> bytes:
        """The whole package, `changed` in the order of `changing`."""
        pieces = [self.block]
        entries = [self.directory]
        offset = len(self.block)
        for ((before, behind), (start, middle, end)), (raw, crc, size) in zip(self.changing, changed, strict=True):
            length = len(raw)
            told = _TOLD.pack(crc, length, size)
            pieces += (before, told, behind, raw)
            entries += (start, told, middle, _OFFSET.pack(offset), end)
            offset += len(before) + len(told) + len(behind) + length
        directory = b"".join(entries)
        count = self.count + len(self.changing)
        pieces += (directory, _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0))
        return b"".join(pieces)


def assemble(
    staying: Iterable[Member], rewritten: Iterable[tuple[Frame, Packed]], changing: Iterable[Frame]
) -> Assembly:
    """Lay out what stays as it is in the template, what is rewritten once, and room for what changes at each fill."""
    pieces: list[bytes] = []
    entries: list[bytes] = []
    offset = 0
    for member in staying:
        local, central = _headers(
            Frame(member.label, member.flags, member.stamp, member.attributes),
            member.method,
            member.flags,
            member.crc,
            len(member.raw),
            member.size,
            offset,
        )
        pieces += (local, member.raw)
        entries.append(central)
        offset += len(local) + len(member.raw)
    for frame, packed in rewritten:
        local, central = _headers(frame, DEFLATED, frame.flags, packed.crc, len(packed.raw), packed.size, offset)
        pieces += (local, packed.raw)
        entries.append(central)
        offset += len(local) + len(packed.raw)
    return Assembly(b"".join(pieces), b"".join(entries), len(entries), tuple(map(envelope_of, changing)))
