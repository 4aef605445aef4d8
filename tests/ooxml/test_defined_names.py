"""Names added to a workbook: where they stand, what stays as it was, what is refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from addin.ooxml.defined_names import NewName, with_defined_names
from addin.ooxml.errors import FillError
from benchmarks.sameness import members
from tests.ooxml.books import board, part, repacked

WORKBOOK = "xl/workbook.xml"
TWICE = NewName("KPI.TWICE", "_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)", 'Two times, "twice" & so on')


def added(data: bytes, *names: NewName) -> bytes:
    return with_defined_names(data, names or (TWICE,), "board.xlsx")


def test_a_name_is_added_with_its_comment() -> None:
    found = load_workbook(BytesIO(added(board({"A1": 1})))).defined_names["KPI.TWICE"]
    assert (found.attr_text, found.comment) == (TWICE.text, TWICE.comment)


def test_the_names_stand_after_the_sheets_and_before_the_calculation() -> None:
    text = part(added(board({"A1": 1})), WORKBOOK)
    assert text.index("</sheets>") < text.index("<definedNames>") < text.index("<calcPr")


def test_a_workbook_s_own_names_stay() -> None:
    names = load_workbook(BytesIO(added(board({"A1": 1}, {"target": "Board!$A$1"})))).defined_names
    assert set(names) == {"target", "KPI.TWICE"}


@pytest.mark.parametrize("empty", [b"<definedNames/>", b"<definedNames></definedNames>"])
def test_an_empty_list_of_names_is_filled(empty: bytes) -> None:
    data = repacked(board(), {WORKBOOK: lambda old: old.replace(b"<calcPr", empty + b"<calcPr")})
    assert part(added(data), WORKBOOK).count("<definedNames>") == 1


def test_names_follow_external_references() -> None:
    links = b'<externalReferences><externalReference xmlns:r="x" r:id="rId9"/></externalReferences>'
    data = repacked(board(), {WORKBOOK: lambda old: old.replace(b"<calcPr", links + b"<calcPr")})
    assert part(added(data), WORKBOOK).index("externalReferences") < part(added(data), WORKBOOK).index("definedNames")


def test_every_other_member_stays_byte_for_byte() -> None:
    data = board({"A1": 1, "B2": "text"}, {"target": "Board!$A$1"})
    before, after = members(data), members(added(data))
    assert {name for name in before if before[name] != after.get(name)} == {WORKBOOK}
    assert set(after) == set(before)
    assert zipfile.ZipFile(BytesIO(added(data))).testzip() is None


def test_adding_twice_changes_nothing() -> None:
    once = added(board({"A1": 1}))
    assert added(once) is once


def test_a_name_that_stands_for_something_else_is_refused_with_what_it_stands_for() -> None:
    with pytest.raises(FillError) as caught:
        added(board({"A1": 1}, {"kpi.twice": "Board!$A$1"}))
    for language in ("fi", "en"):
        assert "kpi.twice" in caught.value.message(language)
        assert "Board!$A$1" in caught.value.message(language)
