"""The VBA project of the add-in: xlwings' own modules untouched, ours added as source, without Excel.

[MS-OVBA] lets a module be its compressed source alone (MODULEOFFSET 0) where the project has no performance cache;
Excel compiles it when the file is opened. xlwings ships its own module in this form. pyOpenVBA writes the streams and
the compound file.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from pyopenvba.vba import compress, decompress

from addin.functions import FUNCTIONS
from addin.hosts.classic.errors import base_changed
from addin.hosts.classic.wrappers import MODULE, module_source

PART = "xl/vbaProject.bin"
STATIC_MODULES = ("KpiCalls", "KpiAddin")
NAME = b"KPI"  # no module may have the same name
_SAMPLE_MODULE = "RibbonMyAddin"
_SAMPLE_NAME = b"MyAddin"
_TERMINATOR = b"\x10\x00" + bytes(4)  # of the dir stream ([MS-OVBA] 2.3.4.2)


def own_modules() -> dict[str, str]:
    """Our modules by name, in the order in which they stand in the project."""
    folder = files("addin.hosts.classic").joinpath("vba")
    static = {name: folder.joinpath(f"{name}.bas").read_text(encoding="ascii") for name in STATIC_MODULES}
    sources = {name: "\r\n".join(text.splitlines()) + "\r\n" for name, text in static.items()}
    return {**sources, MODULE: module_source(FUNCTIONS)}


def vba_project(base: Path, modules: Mapping[str, str]) -> bytes:
    """The base's VBA project with these modules in place of the base's sample module."""
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "named.xlam"
        with zipfile.ZipFile(base) as source, zipfile.ZipFile(named, "w") as target:
            for part in source.namelist():
                target.writestr(part, _named(source.read(part)) if part == PART else source.read(part))
        with ExcelFile(named) as book:
            project = book.vba_project()
            if _SAMPLE_MODULE not in project.module_names():
                raise base_changed(base.name, _SAMPLE_MODULE)
            project.delete_module(_SAMPLE_MODULE)
            for name, source_code in modules.items():
                project.add_module(name, source_code)
            book.save()
        with zipfile.ZipFile(named) as built:
            return _ended(built.read(PART))


def _named(project: bytes) -> bytes:
    """The base's project under our name, without the empty line at its end that would end up between our modules."""
    streams = CFB.from_bytes(project)
    about = streams.get_stream("PROJECT").replace(b'Name="%b"' % _SAMPLE_NAME, b'Name="%b"' % NAME, 1)
    streams.write_stream("PROJECT", about.rstrip(b"\r\n") + b"\r\n")
    listing = decompress(streams.get_stream_in_storage("VBA", "dir"))
    streams.write_stream_in_storage("VBA", "dir", compress(listing.replace(_record(_SAMPLE_NAME), _record(NAME), 1)))
    return bytes(streams.to_bytes())


def _ended(project: bytes) -> bytes:
    """The dir stream up to its terminator; pyOpenVBA 6.5 writes the terminator's size field twice."""
    streams = CFB.from_bytes(project)
    listing = decompress(streams.get_stream_in_storage("VBA", "dir"))
    if listing.endswith(_TERMINATOR + bytes(4)):
        streams.write_stream_in_storage("VBA", "dir", compress(listing[:-4]))
    return bytes(streams.to_bytes())


def _record(name: bytes) -> bytes:
    """PROJECTNAME of the dir stream ([MS-OVBA] 2.3.4.2.1.6)."""
    return b"\x04\x00" + len(name).to_bytes(4, "little") + name
