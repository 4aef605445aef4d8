"""Packages made to harm are refused with a sentence, in bounded time and memory; so are damaged ones."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib

import pytest

from addin.ooxml import FillError, compile_template, sheet_scan, xml_part
from tests.ooxml.books import SHEET, board, repacked

GOOD = board({"A1": "{{ a }}", "B1": "=A1"}, {"kpi_b": "Board!$B$2"})
BOUND_SECONDS, BOUND_MEMORY = 5.0, 200 * 1024 * 1024


def refusal(data: bytes) -> str:
    """The code that a package is refused with, within the bounds."""
    tracemalloc.start()
    start = time.perf_counter()
    try:
        with pytest.raises(FillError) as refused:
            compile_template(data, name="own.xlsx").fill({"a": 1, "b": 2})
        assert time.perf_counter() - start < BOUND_SECONDS
        assert tracemalloc.get_traced_memory()[1] < BOUND_MEMORY
    finally:
        tracemalloc.stop()
    assert "own.xlsx" in refused.value.message("fi")
    assert "own.xlsx" in refused.value.message("en")
    return refused.value.code


def directory(data: bytes) -> int:
    """Where the central directory begins."""
    return struct.unpack_from("<L", data, data.rindex(b"PK\5\6") + 16)[0]  # type: ignore[no-any-return]


def entry(data: bytes, name: bytes) -> int:
    """Where a member's entry in the central directory begins."""
    return data.index(name, directory(data)) - 46


def patched(data: bytes, at: int, form: str, value: int) -> bytes:
    """The bytes with a number changed."""
    changed = bytearray(data)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


def test_nothing_else_than_a_workbook_is_taken() -> None:
    assert refusal(b"") == "not_a_workbook"
    assert refusal(b"name;value\n") == "not_a_workbook"
    assert refusal(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)) == "old_format"
    locked = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(60) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(locked) == "protected_by_password"
    assert refusal(repacked(GOOD, {"xl/workbook.xml": None})) == "not_a_workbook"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_package_is_refused(share: float) -> None:
    assert refusal(GOOD[: int(len(GOOD) * share)]) == "truncated"


def test_a_wrong_checksum_is_refused_naming_the_part() -> None:
    data = patched(GOOD, entry(GOOD, SHEET.encode()) + 16, "<L", 12345)
    assert refusal(data) == "broken_member"


def test_a_changed_byte_in_any_member_is_refused() -> None:
    at = GOOD.index(b"PK\3\4", 100)
    spoiled = bytearray(GOOD)
    spoiled[at + 80] ^= 0xFF
    assert refusal(bytes(spoiled)) in {"broken_member", "overlapping_members"}


def test_a_claim_of_two_gigabytes_is_refused_before_memory_is_taken() -> None:
    assert refusal(patched(GOOD, entry(GOOD, SHEET.encode()) + 24, "<L", 2**31)) == "too_large"


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join([*(packed.compress(bytes(1 << 20)) for _ in range(300)), packed.flush()])
    name = SHEET.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        package.writestr(SHEET, bomb)
    data = bytearray(target.getvalue())
    at = entry(bytes(data), name)
    struct.pack_into("<H", data, at + 10, 8)
    struct.pack_into("<H", data, 8, 8)
    struct.pack_into("<L", data, at + 24, 1000)
    assert refusal(bytes(data)) == "broken_member"


def test_members_that_overlap_are_refused() -> None:
    first, second = entry(GOOD, SHEET.encode()), entry(GOOD, b"xl/workbook.xml")
    offset = struct.unpack_from("<L", GOOD, first + 42)[0]
    assert refusal(patched(GOOD, second + 42, "<L", offset)) == "overlapping_members"
    longer = struct.unpack_from("<L", GOOD, first + 20)[0] + 40
    assert refusal(patched(GOOD, first + 20, "<L", longer)) == "overlapping_members"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\..\\..\\x", "C:/x", "a/\0b"])
def test_members_that_climb_out_are_refused(name: str) -> None:
    target = io.BytesIO(GOOD)
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    with zipfile.ZipFile(target, "a") as package:
        package.writestr(info, b"x")
    assert refusal(target.getvalue()) == "climbing_member"


def test_the_same_member_twice_is_refused_in_any_case() -> None:
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("XL/Workbook.xml", b"<x/>")
    assert refusal(target.getvalue()) == "duplicate_member"


def test_encrypted_and_foreign_compressed_members_are_refused() -> None:
    at = entry(GOOD, SHEET.encode())
    assert refusal(patched(GOOD, at + 8, "<H", 1)) == "encrypted_member"
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_LZMA) as package:
        package.writestr("xl/media/x.bin", b"x" * 100)
    assert refusal(target.getvalue()) == "unknown_compression"


def test_document_types_are_refused_before_they_are_read() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    for part in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"):
        spoiled = repacked(GOOD, {part: lambda xml: xml.replace(b"?>", b"?>" + laughs, 1)})
        assert refusal(spoiled) == "document_type"


def test_xml_that_is_broken_or_endlessly_nested_is_refused() -> None:
    assert refusal(repacked(GOOD, {SHEET: lambda xml: xml[:-20]})) == "not_xml"
    deep = b"<sheetPr>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</sheetPr>"
    assert refusal(repacked(GOOD, {SHEET: lambda xml: xml.replace(b"<dimension", deep + b"<dimension")})) == "not_xml"
    assert (
        refusal(repacked(GOOD, {"xl/workbook.xml": lambda xml: xml.replace(b"<sheets>", deep + b"<sheets>")}))
        == "not_xml"
    )


def test_rows_out_of_order_are_refused() -> None:
    rows = b'<sheetData><row r="5"><c r="A5"/></row><row r="2"><c r="A2"/></row></sheetData>'
    template = repacked(board({}, {"kpi_a": "Board!$A$1"}), {SHEET: lambda xml: xml.replace(b"<sheetData/>", rows)})
    with pytest.raises(FillError) as refused:
        compile_template(template).fill({"a": 1})
    assert refused.value.code == "out_of_order"


def test_names_that_call_each_other_in_circles_end() -> None:
    names = {"kpi_a": "Board!$A$1", "one": "two+1", "two": "one+1"}
    assert compile_template(board({"B1": "=one"}, names)).fill({"a": 1})


def test_random_damage_never_ends_in_anything_but_a_refusal_or_a_workbook() -> None:
    """A thousand packages with bytes changed at random places: a FillError or a result, nothing else."""
    chance = random.Random(4)
    for _ in range(1000):
        data = bytearray(GOOD)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            compile_template(bytes(data)).fill({"a": 1, "b": 2})
        except FillError:
            continue


def test_random_damage_inside_the_xml_never_ends_in_anything_but_a_refusal_or_a_workbook() -> None:
    chance = random.Random(5)
    parts = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]
    for _ in range(300):

        def spoil(xml: bytes) -> bytes:
            at = chance.randrange(len(xml))
            return xml[:at] + bytes([chance.choice(b'0a<>"/= &-')]) + xml[at + 1 :]

        try:
            compile_template(repacked(GOOD, {chance.choice(parts): spoil})).fill({"a": 1, "b": 2})
        except FillError:
            continue


def quoting(members: int, junk: int) -> bytes:
    """A package whose members lie in one another: each is said to reach to the last one's end."""
    names = [b"xl/%05d.bin" % number for number in range(members)]
    local = [struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name for name in names]
    body = b"".join(local) + bytes(junk)
    entries, at = [], 0
    for name, header in zip(names, local, strict=True):
        packed = len(body) - at - len(header)
        told = (b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, packed, 0, len(name), 0, 0, 0, 0, 0, at)
        entries.append(struct.pack("<4s6H3L5H2L", *told) + name)
        at += len(header)
    listed = b"".join(entries)
    return body + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, members, members, len(listed), len(body), 0)


def bomb(megabytes: int) -> bytes:
    """The good workbook with a sheet of nothing but blank cells, its size told truly."""
    cells = b"<c/>" * (megabytes << 18)
    return repacked(GOOD, {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData><row>" + cells + b"</row>")})


ROOM = 512 * 1024**2


def refused_within(data: bytes, seconds: int, room: int = ROOM) -> str:
    """The code that a process of its own with no more memory and time than this refuses a package with."""
    told = subprocess.run(
        [sys.executable, "-c", _ALONE, str(room), str(seconds)],
        input=data, capture_output=True, check=False, timeout=seconds * 20,
    )  # fmt: skip
    return told.stdout.decode() or told.stderr.decode()[-300:]


_ALONE = """
import resource, sys
room, seconds = map(int, sys.argv[1:])
from addin.ooxml import FillError, compile_template
resource.setrlimit(resource.RLIMIT_AS, (room, room))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
try:
    compile_template(sys.stdin.buffer.read(), mapping={"Board!A5": "a"}).fill({"a": 1})
    print("filled", end="")
except FillError as refused:
    print(refused.code, end="")
"""


def test_members_inside_one_another_are_refused_before_any_is_copied() -> None:
    """Copied one by one these twenty thousand would take 20 GB."""
    assert refused_within(quoting(20_000, 1_000_000), 10) == "overlapping_members"


def test_a_bomb_that_tells_its_size_truly_is_refused_before_it_is_unpacked() -> None:
    data = bomb(100)
    assert len(data) < 1_000_000
    assert refused_within(data, 10) == "inflated"


def test_more_cells_or_elements_than_any_workbook_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With bounds of a hundred; the bounds themselves are a matter of half a minute."""
    monkeypatch.setattr(sheet_scan, "_MOST_CELLS", {True: 100, False: 100})
    assert refusal(board({f"A{row}": row for row in range(1, 60)}, {"kpi_a": "Board!$A$2", "kpi_b": "Board!$B$2"})) == (
        "too_many_elements"
    )
    assert compile_template(GOOD).fill({"a": 1})
    monkeypatch.setattr(xml_part, "_MOST_ELEMENTS", 100)
    names = {f"name_{number}": "Board!$A$1" for number in range(100)}
    assert refusal(board({}, names)) == "too_many_elements"


@pytest.mark.skipif(not os.environ.get("KPI_FULL"), reason="takes half a minute: KPI_FULL=1 runs it")
def test_the_bounds_hold_in_three_gigabytes_and_a_minute() -> None:
    """Ten million cells of which no two rows are alike, so that they are no bomb by their size."""
    rows = b"".join(
        b"<row><c><v>%d</v></c>%s</row>" % (n * n * 7919 % 1_000_003, b"<c/>" * 9) for n in range(1_000_000)
    )
    data = repacked(GOOD, {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + rows)})
    assert refused_within(data, 60, 3 * 1024**3) == "too_many_elements"


def test_a_member_that_no_fill_reads_is_held_to_its_checksum_too() -> None:
    data = bytearray(repacked(board({"A1": "{{ a }}"}), {"xl/media/image1.png": b"not read by anybody"}))
    at = data.index(b"xl/media/image1.png", data.index(b"PK\1\2"))
    data[at - 46 + 16] ^= 0xFF  # the CRC in the central directory
    with pytest.raises(FillError, match="image1") as refused:
        compile_template(bytes(data))
    assert refused.value.code == "broken_member"


def test_headers_of_filled_members_tell_their_own_sizes() -> None:
    data = compile_template(board({"A1": "{{ a }}"})).fill({"a": 5})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {info.filename for info in package.infolist() if info.flag_bits & 0x8} == set()
        assert package.testzip() is None
