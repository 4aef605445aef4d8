"""Our type library against that of LibreOffice's own tools: the same entities from the same interface."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.libreoffice.interface import INTERFACE, methods
from addin.hosts.libreoffice.type_library import type_library
from tests.needs import absent

PROGRAM = Path("/usr/lib/libreoffice/program")
TOOLS = Path("/usr/lib/libreoffice/sdk/bin")
KNOWN = [PROGRAM / "types.rdb", PROGRAM / "types" / "offapi.rdb"]


@pytest.fixture
def tools() -> Path:
    if not (TOOLS / "unoidl-write").is_file():
        absent("unoidl-write is not installed (package libreoffice-dev)")
    return TOOLS


def idl() -> str:
    """The interface as a person would write it in UNOIDL."""

    def written(name: str) -> str:
        if name.startswith("[]"):
            return f"sequence< {written(name[2:])} >"
        return f"::{name.replace('.', '::')}" if "." in name else name

    module, name = INTERFACE.split(".")
    lines = [f"module {module} {{ interface {name} {{"]
    for method in methods(FUNCTIONS):
        given = ", ".join(f"[in] {written(it.type)} {it.name}" for it in method.parameters)
        lines.append(f"  {written(method.returns)} {method.name}({given});")
    return "\n".join([*lines, "}; };"])


def read(tools: Path, registry: Path) -> str:
    """A registry as LibreOffice's unoidl-read prints it."""
    command = [tools / "unoidl-read", *KNOWN, registry]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_it_holds_what_unoidl_write_makes_of_the_same_interface(tools: Path, tmp_path: Path) -> None:
    source, theirs, ours = (tmp_path / name for name in ("X.idl", "theirs.rdb", "ours.rdb"))
    source.write_text(idl())
    subprocess.run([tools / "unoidl-write", *KNOWN, source, theirs], capture_output=True, check=True)
    ours.write_bytes(type_library(INTERFACE, methods(FUNCTIONS)))
    assert read(tools, ours) == read(tools, theirs)
    assert all(f" {name}(" in read(tools, ours) for name in FUNCTIONS)


def test_it_is_theirs_byte_for_byte_but_for_the_banner(tools: Path, tmp_path: Path) -> None:
    """unoidl-write puts its version behind the header; from there on every offset is larger by its length."""
    source, theirs = tmp_path / "X.idl", tmp_path / "theirs.rdb"
    source.write_text(idl())
    subprocess.run([tools / "unoidl-write", *KNOWN, source, theirs], capture_output=True, check=True)
    made = theirs.read_bytes()
    banner = made[16 : made.index(b"**\0", 20) + 3]
    assert len(made) - len(banner) == len(type_library(INTERFACE, methods(FUNCTIONS)))
