"""What a formula refers to: areas, names and tables; and the same formula moved or its areas changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from addin.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, column_of, letters

_TOKEN = re.compile(
    r"""
    "(?:[^"]|"")*"
  | (?P<sheet> '(?:[^']|'')+'! | (?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?! )?
    (?P<area>
        \$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w(.\[!])
      | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w(.!\[])
      | \$?\d{1,7}:\$?\d{1,7}(?![\w.])
    )
  | (?P<word> [^\W\d][\w.?\\]* ) (?P<next> \s*\( | \[ | ! )?
  | (?P<bracket> \[ ) | \)
  | '(?:[^']|'')+'!
  | \d+(?:\.\d*)?(?:[eE][+-]?\d+)?
    """,
    re.VERBOSE,
)
_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)(\d{0,7})")
_BLIND = frozenset({"INDIRECT", "OFFSET"})
_SIZED = re.compile(r"(?:SUM|AVERAGE)IF\(", re.IGNORECASE)
_ARGUMENT = re.compile(r""""(?:[^"]|"")*"|'(?:[^']|'')*'|[^"']""")


class Reference(NamedTuple):
    """An area in a formula: text[start:end] is the area without its sheet. A column alone has all rows."""

    start: int
    end: int
    sheet: str | None
    last_sheet: str | None
    area: Area


class Uses(NamedTuple):
    """All that a formula refers to. `blind`: it also reads cells that its text does not name.

    Those are INDIRECT and OFFSET, SUMIF(A1:A9,1,B1), which reads B1:B9, and ranges between what is no plain cell:
    first_day:last_day, A1:INDEX(...).
    """

    areas: tuple[Reference, ...]
    words: tuple[str, ...]
    tables: tuple[str, ...]
    blind: bool


@lru_cache(maxsize=65_536)
def uses(formula: str) -> Uses:
    """What a formula refers to. Other workbooks are left out."""
    areas: list[Reference] = []
    words: list[str] = []
    tables: list[str] = []
    blind = any(_resized(formula, found.end()) for found in _SIZED.finditer(formula))
    for found in _tokens(formula):
        if found["area"] or found["word"]:
            blind = blind or formula[: found.start()].rstrip().endswith(":")
            blind = blind or formula[found.end() :].lstrip().startswith(":")
        elif found[0] == ")":
            blind = blind or formula[found.end() :].lstrip().startswith(":")
        if found["area"]:
            sheets = _sheets(found["sheet"])
            area = _area(found["area"])
            if area and sheets:
                areas.append(Reference(found.start("area"), found.end("area"), *sheets, area))
        elif found["word"]:
            follows = (found["next"] or "").strip()
            if follows == "(":
                blind = blind or found["word"].upper() in _BLIND
            elif follows == "[":
                tables.append(found["word"])
            elif follows != "!":
                words.append(found["word"])
    return Uses(tuple(areas), tuple(words), tuple(tables), blind)


def _resized(formula: str, at: int) -> bool:
    """Whether a SUMIF's third argument, an area, has not the size of its first: it then reads as many cells as that."""
    sizes = []
    for argument in _arguments(formula, at)[::2]:
        found = _TOKEN.fullmatch(argument.strip())
        area = _area(found["area"]) if found and found["area"] else None
        sizes.append((area.bottom - area.top, area.right - area.left) if area else None)
    return len(sizes) == 2 and sizes[1] is not None and sizes[0] != sizes[1]


def _arguments(formula: str, at: int) -> list[str]:
    """The arguments of the call whose bracket ends before `at`."""
    found, depth = [""], 0
    for piece in _ARGUMENT.findall(formula, at):
        depth += (piece in ("(", "[", "{")) - (piece in (")", "]", "}"))
        if depth < 0:
            break
        if piece == "," and not depth:
            found.append("")
        else:
            found[-1] += piece
    return found


def is_relative(name: str) -> bool:
    """Whether a defined name means other cells in other places: its text has a row or column without "$"."""
    corners = (corner for start, end, *_ in uses(name).areas for corner in name[start:end].split(":"))
    found = (_CORNER.fullmatch(corner) for corner in corners)
    return any(each and ((each[2] and not each[1]) or (each[4] and not each[3])) for each in found)


def _tokens(formula: str) -> Iterator[re.Match[str]]:
    """The formula's tokens; what stands in square brackets is passed over."""
    at = 0
    while found := _TOKEN.search(formula, at):
        at = found.end()
        yield found
        if found["bracket"] or found["next"] == "[":
            depth = 1
            while at < len(formula) and depth:
                letter = formula[at]
                if letter == "'":
                    at += 1  # in structured references ' escapes the letter after it
                elif letter in "[]":
                    depth += 1 if letter == "[" else -1
                at += 1


def _sheets(text: str | None) -> tuple[str | None, str | None] | None:
    """First and last sheet of a reference's prefix; None where it leads into another workbook."""
    if text is None:
        return None, None
    name = text[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    if "[" in name:
        return None
    first, _, last = name.partition(":")
    return first, last or None


def _area(text: str) -> Area | None:
    first, _, last = text.partition(":")
    start, end = _CORNER.fullmatch(first), _CORNER.fullmatch(last or first)
    if not start or not end:
        return None
    rows = [int(corner[4]) for corner in (start, end) if corner[4]]
    columns = [column_of(corner[2]) for corner in (start, end) if corner[2]]
    area = Area(
        min(rows, default=1), min(columns, default=1), max(rows, default=LAST_ROW), max(columns, default=LAST_COLUMN)
    )
    if area.top < 1 or area.bottom > LAST_ROW or area.right > LAST_COLUMN:
        return None
    return area


def moved(formula: str, rows: int, columns: int = 0) -> str:
    """The formula as it reads when copied by so many rows and columns; what leaves the sheet becomes #REF!."""

    def shifted(reference: str) -> str:
        corners = []
        for corner in reference.split(":"):
            found = _CORNER.fullmatch(corner)
            assert found is not None, "an area has corners"
            column, row = found[2], found[4]
            if column and not found[1]:
                number = column_of(column) + columns
                if not 1 <= number <= LAST_COLUMN:
                    return "#REF!"
                column = letters(number)
            if row and not found[3]:
                place = int(row) + rows
                if not 1 <= place <= LAST_ROW:
                    return "#REF!"
                row = str(place)
            corners.append(f"{found[1]}{column}{found[3]}{row}")
        return ":".join(corners)

    return _rewritten(formula, lambda found: shifted(found["area"]))


def extended(formula: str, change: Callable[[str | None, Area], Area | None]) -> str:
    """The formula with other rows: `change` is given each area's sheet and the area, and tells the new one or None."""

    def replaced(found: re.Match[str]) -> str:
        sheets = _sheets(found["sheet"])
        area = _area(found["area"])
        if not sheets or sheets[1] or not area:
            return found["area"]
        new = change(sheets[0], area)
        return found["area"] if new is None else with_rows(found["area"], new.top, new.bottom)

    return _rewritten(formula, replaced)


def with_rows(reference: str, top: int, bottom: int) -> str:
    """The reference with other rows: "$B$2:$B$9" with 2 and 12 is "$B$2:$B$12"."""
    first, _, last = reference.partition(":")
    corners = []
    for corner, row in ((first, top), (last or first, bottom)):
        found = _CORNER.fullmatch(corner)
        assert found is not None, "an area has corners"
        corners.append(f"{found[1]}{found[2]}{found[3]}{row}")
    return corners[0] if corners[0] == corners[1] else ":".join(corners)


def _rewritten(formula: str, replacement: Callable[[re.Match[str]], str]) -> str:
    pieces: list[str] = []
    at = 0
    for found in _tokens(formula):
        if found["area"]:
            pieces += (formula[at : found.start("area")], replacement(found))
            at = found.end("area")
    pieces.append(formula[at:])
    return "".join(pieces)
