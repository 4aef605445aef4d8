"""The start of a row whose height and visibility follow from what is filled in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from addin.ooxml.sheet_map import RowSpan, SheetMap
from addin.ooxml.slots import constant
from addin.ooxml.styles import TextLook
from addin.ooxml.values import Bodies, Value

_LEFT_OUT = re.compile(r"""\s(?:hidden|spans)\s*=\s*(?:"[^"]*"|'[^']*')""")
_DEFAULT_WIDTH, _DEFAULT_HEIGHT, _MOST_HEIGHT = 8.43, 15.0, 409.5  # Excel has no higher row


# The height [points] of a text that wraps in a column so many digits wide, in letters of a size [points], bold or not.
TextHeight = Callable[[str, float, float, bool], float]


class Content(NamedTuple):
    """What stands in a cell of the row: the value called `key`, or a row and column of the filled table `key`.

    With `stands` the key is itself a text that the template has there.
    `look` is that of letters that wrap in a column `width` digits wide, None where nothing wraps.
    """

    key: str
    row: int
    column: int
    width: float
    look: TextLook | None
    stands: bool = False

    def value(self, values: Mapping[str, Value], bodies: Bodies) -> object:
        """What is filled here; a formula's result."""
        if self.stands:
            return self.key
        found = values[self.key] if self.row < 0 else bodies[self.key][self.column][self.row]
        return constant(found)


@dataclass(frozen=True, slots=True)
class RowStart:
    """A row's start tag up to its last attribute; `least` is the height that needs no saying."""

    tag: str
    hidden: bool
    fixed: bool
    least: float
    contents: tuple[Content, ...]
    text_height: TextHeight

    def xml(self, values: Mapping[str, Value], bodies: Bodies) -> str:
        """The tag with the height that the wrapped texts need; a hidden row shows once a cell of it has a value."""
        found = [(content, content.value(values, bodies)) for content in self.contents]
        shown = not self.hidden or any(value not in (None, "") for content, value in found if not content.stands)
        hidden = "" if shown else ' hidden="1"'
        if self.fixed:
            return f"{self.tag}{hidden}>"
        needed = max(
            (
                self.text_height(value, content.width, content.look.size, content.look.bold)
                for content, value in found
                if content.look and isinstance(value, str) and value
            ),
            default=0.0,
        )
        needed = min(needed, _MOST_HEIGHT)
        height = f' ht="{round(needed * 4) / 4:g}" customHeight="1"' if needed > self.least else ""
        return f"{self.tag}{height}{hidden}>"


def row_start(sheet: SheetMap, number: int, contents: list[Content], text_height: TextHeight) -> RowStart | None:
    """The start of a row, None where nothing of it depends on what is filled."""
    row = sheet.rows.get(number)
    hidden, fixed = (row.hidden, "ht" in row.attributes) if row else (False, False)
    if not hidden and (fixed or not any(content.look for content in contents)):
        return None
    return RowStart(_tag(sheet, row, number), hidden, fixed, _least(sheet), tuple(contents), text_height)


def _tag(sheet: SheetMap, row: RowSpan | None, number: int) -> str:
    if row is None:
        return f'<{sheet.prefix}row r="{number}"'
    text = sheet.part.data[row.start : row.inner].decode("utf-8").rstrip(">").rstrip("/").rstrip()
    return _LEFT_OUT.sub("", text)


def _least(sheet: SheetMap) -> float:
    settings = sheet.section("sheetFormatPr")
    return _number(settings.attributes.get("defaultRowHeight") if settings else None, _DEFAULT_HEIGHT)


def column_width(sheet: SheetMap, column: int) -> float:
    """A column's width [digits of the workbook's first font]."""
    columns = sheet.section("cols")
    for each in columns.children if columns else ():
        told = each.attributes
        first, last = _number(told.get("min"), 0), _number(told.get("max"), 0)
        if first <= column <= last and "width" in told:
            return _number(told["width"], _DEFAULT_WIDTH)
    settings = sheet.section("sheetFormatPr")
    return _number(settings.attributes.get("defaultColWidth") if settings else None, _DEFAULT_WIDTH)


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text else default
    except ValueError:
        return default
