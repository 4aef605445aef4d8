"""The zip container of a workbook: its members as they lie in the file, nothing unpacked that need not be.

Written for packages that may be hostile: every size is checked before memory is taken, and what is
unpacked is held against its claimed size and its CRC.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, cast

from isal import isal_zlib as zlib

from addin.ooxml.errors import FillError

LARGEST_PART = 512 * 1024 * 1024
LARGEST_PACKAGE = 1024 * 1024 * 1024
MOST_MEMBERS = 20_000
_INFLATED = 64 * 1024 * 1024  # parts below it are never called bombs
_MOST_INFLATED = 250  # times; the most repetitive sheets reach some 50, and deflate itself ends at 1032

STORED, DEFLATED = 0, 8
_ENCRYPTED = 0x1
_STREAMED = 0x8

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_CHUNK = 1 << 20
_BROKEN = cast("type[Exception]", zlib.error)
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")


class _Entry(NamedTuple):
    """A member with the extent of its header and content in the file, and where its content begins."""

    member: Member
    start: int
    begin: int
    end: int


class Member(NamedTuple):
    """One member as it lies in the package."""

    name: str
    label: bytes
    raw: bytes
    method: int
    flags: int
    stamp: int
    crc: int
    size: int
    attributes: int


@dataclass(frozen=True, slots=True)
class Package:
    """The members of one workbook in the order of its central directory."""

    file: str
    members: dict[str, Member]
    _folded: dict[str, str] = field(repr=False)

    def find(self, name: str) -> str | None:
        """The member's own spelling of a part's name: parts are found without regard to case."""
        return self._folded.get(name.casefold())

    def read(self, name: str) -> bytes:
        """The unpacked bytes of a member. Raises FillError("broken_member") where they are not what is claimed."""
        member = self.members[name]
        if member.size > LARGEST_PART:
            raise FillError("too_large", file=self.file, part=name, size=member.size, largest=LARGEST_PART)
        data = unpacked(member)
        if data is None:
            raise FillError("broken_member", file=self.file, part=name)
        return data


def unpacked(member: Member) -> bytes | None:
    """The bytes of a member, or None where length or CRC differ from what the package claims."""
    if member.method == STORED:
        data = member.raw
    else:
        inflate = zlib.decompressobj(-15)
        try:
            data = inflate.decompress(member.raw, member.size + 1)
        except _BROKEN:
            return None
        if not inflate.eof and len(data) <= member.size:
            try:
                data += inflate.flush()
            except _BROKEN:
                return None
        if not inflate.eof or inflate.unused_data:
            return None
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        return None
    return data


def _sound(member: Member) -> bool:
    """Whether a member unpacks to what it claims, found in bounded memory."""
    if member.method == STORED:
        return len(member.raw) == member.size and zlib.crc32(member.raw) == member.crc
    inflate = zlib.decompressobj(-15)
    crc = size = 0
    rest = member.raw
    try:
        while not inflate.eof:
            piece = inflate.decompress(rest, _CHUNK)
            rest = inflate.unconsumed_tail
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            if size > member.size or not (piece or rest or inflate.eof):
                return False
    except _BROKEN:
        return False
    return size == member.size and crc == member.crc and not inflate.unused_data


def read_package(data: bytes, file: str) -> Package:
    """The members of the zip package in `data`; `file` is how messages name it.

    Raises FillError: not_a_workbook, protected_by_password, truncated, encrypted_member, unknown_compression,
    duplicate_member, climbing_member, overlapping_members, too_large, inflated, broken_member.
    """
    if data.startswith(_COMPOUND_FILE):
        raise FillError("protected_by_password" if _holds_encryption(data) else "old_format", file=file)
    count, offset, length, shift = _end(data, file)
    if count > MOST_MEMBERS:
        raise FillError("too_many_members", file=file, count=count, most=MOST_MEMBERS)
    if offset + shift < 0 or offset + shift + length > len(data):
        raise FillError("truncated", file=file)
    entries: list[_Entry] = []
    folded: dict[str, str] = {}
    extents: list[tuple[int, int, str]] = [(offset + shift, len(data), "")]
    total, at = 0, offset + shift
    for _ in range(count):
        entry, at = _entry(data, at, shift, file)
        member = entry.member
        key = member.name.casefold()
        if key in folded:
            raise FillError("duplicate_member", file=file, part=member.name)
        total += member.size
        if total > LARGEST_PACKAGE:
            raise FillError("too_large", file=file, part=member.name, size=total, largest=LARGEST_PACKAGE)
        if member.size > max(_INFLATED, _MOST_INFLATED * (entry.end - entry.begin)):
            raise FillError("inflated", file=file, part=member.name, size=member.size, packed=entry.end - entry.begin)
        extents.append((entry.start, entry.end, member.name))
        folded[key] = member.name
        entries.append(entry)
    extents.sort()
    for (_, end, name), (start, _, after) in pairwise(extents):
        if start < end:
            raise FillError("overlapping_members", file=file, part=name, other=after or "central directory")
    # Only now that no two share a byte is any of it copied: twenty thousand members may all claim the whole file.
    members = {entry.member.name: entry.member._replace(raw=data[entry.begin : entry.end]) for entry in entries}
    for member in members.values():
        if not _sound(member):
            raise FillError("broken_member", file=file, part=member.name)
    return Package(file, members, folded)


def _holds_encryption(data: bytes) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in data


def _end(data: bytes, file: str) -> tuple[int, int, int, int]:
    """Number of members, offset and length of the central directory, and what lies before the package."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if at < 0 or at + _END.size > len(data):
        raise FillError("not_a_workbook" if not data.startswith(b"PK\3\4") else "truncated", file=file)
    _, disk, first_disk, here, count, length, offset, _ = _END.unpack_from(data, at)
    end = at
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (length, offset):
        locator = at - _END64_LOCATOR.size
        if locator < 0 or data[locator : locator + 4] != b"PK\6\7":
            raise FillError("truncated", file=file)
        end = _END64_LOCATOR.unpack_from(data, locator)[2]
        if end + _END64.size > len(data) or data[end : end + 4] != b"PK\6\6":
            raise FillError("truncated", file=file)
        _, _, _, _, disk, first_disk, here, count, length, offset = _END64.unpack_from(data, end)
    if disk or first_disk or here != count:
        raise FillError("truncated", file=file)
    return count, offset, length, end - length - offset


def _entry(data: bytes, at: int, shift: int, file: str) -> tuple[_Entry, int]:
    """The member that the directory entry at `at` tells of, its content not copied yet, and the next entry's place."""
    if at + _CENTRAL.size > len(data) or data[at : at + 4] != b"PK\1\2":
        raise FillError("truncated", file=file)
    told = _CENTRAL.unpack_from(data, at)
    flags, method, clock, day, crc, packed, size, name_length, extra_length, note_length = told[3:13]
    attributes, offset = told[15:17]
    name_at = at + _CENTRAL.size
    raw_name = data[name_at : name_at + name_length]
    extra = data[name_at + name_length : name_at + name_length + extra_length]
    size, packed, offset = _wide(extra, size, packed, offset, file)
    name = _name(raw_name, flags, file)
    if flags & _ENCRYPTED:
        raise FillError("encrypted_member", file=file, part=name)
    if method not in (STORED, DEFLATED):
        raise FillError("unknown_compression", file=file, part=name, method=method)
    start = offset + shift
    if start < 0 or start + _LOCAL.size > len(data) or data[start : start + 4] != b"PK\3\4":
        raise FillError("truncated", file=file)
    local = _LOCAL.unpack_from(data, start)
    begin = start + _LOCAL.size + local[9] + local[10]
    if begin + packed > len(data):
        raise FillError("truncated", file=file)
    if data[start + _LOCAL.size : start + _LOCAL.size + local[9]] != raw_name or local[3] != method:
        raise FillError("overlapping_members", file=file, part=name, other="local header")
    member = Member(name, raw_name, b"", method, flags & ~_STREAMED, day << 16 | clock, crc, size, attributes)
    entry = _Entry(member, start, begin, begin + packed)
    return entry, name_at + name_length + extra_length + note_length


def _wide(extra: bytes, size: int, packed: int, offset: int, file: str) -> tuple[int, int, int]:
    """Sizes and offset with those that the zip64 field holds in the place of 0xFFFFFFFF."""
    fields = [size, packed, offset]
    if 0xFFFFFFFF not in fields:
        return size, packed, offset
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            wide = list(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            for place, number in enumerate(fields):
                if number == 0xFFFFFFFF and wide:
                    fields[place] = wide.pop(0)
            return fields[0], fields[1], fields[2]
        at += 4 + length
    raise FillError("truncated", file=file)


def _name(raw: bytes, flags: int, file: str) -> str:
    """A member's name; one that climbs out of the package or hides something is refused."""
    try:
        name = raw.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError:
        raise FillError("climbing_member", file=file, part=repr(raw)) from None
    name = name.replace("\\", "/")  # as some programs write it
    parts = name.split("/")
    if not name or name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        raise FillError("climbing_member", file=file, part=repr(name))
    return name
