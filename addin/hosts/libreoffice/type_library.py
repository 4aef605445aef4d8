"""A UNO type library (.rdb) with one interface, so that nobody needs LibreOffice's SDK to build the extension.

The format is the binary UNOIDL one, specified in LibreOffice's unoidl/README.md; every LibreOffice since 4.1 reads it.
A test compares the result with that of LibreOffice's own unoidl-write.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

from addin.hosts.libreoffice.interface import Method

_MAGIC = b"UNOIDL\xff\x00"
_MODULE, _INTERFACE = b"\x00", b"\x05"
_IN = b"\x00"
_REUSED = 0x8000_0000  # an offset of a text that was written before
_BASE = "com.sun.star.uno.XInterface"


def type_library(interface: str, methods: Sequence[Method]) -> bytes:
    """The type library of an interface, named with its modules: "module.XName"."""
    written = _Written()
    payload = written.interface(methods)
    *modules, name = interface.split(".")
    for module in reversed(modules):
        name, payload = module, written.module(name, payload)
    return written.finished(name, payload)


class _Written:
    """What has been written so far; a text that comes again is pointed to."""

    def __init__(self) -> None:
        self.content = bytearray(_MAGIC + bytes(8))  # the root map's place and size are known at the end
        self.texts: dict[str, int] = {}

    def interface(self, methods: Sequence[Method]) -> int:
        start = len(self.content)
        self.content += _INTERFACE
        self.number(1)
        self.text(_BASE)
        self.number(0)  # optional bases
        self.number(0)  # attributes
        self.number(len(methods))
        for method in methods:
            self.text(method.name)
            self.text(method.returns)
            self.number(len(method.parameters))
            for parameter in method.parameters:
                self.content += _IN
                self.text(parameter.name)
                self.text(parameter.type)
            self.number(0)  # exceptions
        return start

    def module(self, member: str, payload: int) -> int:
        named = self.name(member)
        start = len(self.content)
        self.content += _MODULE
        self.number(1)
        self.entry(named, payload)
        return start

    def finished(self, root: str, payload: int) -> bytes:
        named = self.name(root)
        place = len(self.content)
        self.entry(named, payload)
        self.content[len(_MAGIC) : len(_MAGIC) + 8] = pack("<II", place, 1)
        return bytes(self.content)

    def entry(self, named: int, payload: int) -> None:
        self.number(named)
        self.number(payload)

    def number(self, value: int) -> None:
        self.content += pack("<I", value)

    def text(self, value: str) -> None:
        if value in self.texts:
            self.number(self.texts[value] | _REUSED)
            return
        self.texts[value] = len(self.content)
        self.number(len(value))
        self.content += value.encode("ascii")

    def name(self, value: str) -> int:
        start = len(self.content)
        self.content += value.encode("ascii") + b"\x00"
        return start
