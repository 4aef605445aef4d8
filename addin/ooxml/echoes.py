"""Formulas that only repeat another cell (=report_subtitle, =Data!B4): what they show is known without computing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from addin.ooxml.cells import Place, cell_xml
from addin.ooxml.dependents import Book, Located
from addin.ooxml.references import is_relative, uses
from addin.ooxml.slots import Content, constant
from addin.ooxml.values import Bodies, Formula, Value

_SHEET = re.compile(r"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?")
_MOST_NAMES = 8  # names of names; a circle of them ends here


def repeated(book: Book, formula: str, tab: int) -> Located | None:
    """The one cell that a formula on a tab repeats, None where it does anything else."""
    found = referenced(book, formula, tab)
    single = found is not None and (found.area.top, found.area.left) == (found.area.bottom, found.area.right)
    return found if single else None


def referenced(book: Book, formula: str, tab: int, names: int = 0) -> Located | None:
    """The area that a formula on a tab is, None where it does anything with it."""
    text = formula.strip().removeprefix("=")
    found = uses(text)
    if found.words == (text,) and names < _MOST_NAMES:
        meant = book.names.get(text.casefold(), ())
        fixed = len(meant) == 1 and not is_relative(meant[0])
        return referenced(book, meant[0], tab, names + 1) if fixed else None
    if len(found.areas) != 1 or found.words or found.tables or found.blind:
        return None
    start, end, sheet, last_sheet, area = found.areas[0]
    if end != len(text) or last_sheet or not _SHEET.fullmatch(text[:start]):
        return None
    place = tab if sheet is None else book.tabs.get(sheet.casefold())
    return None if place is None else Located(place, area)


@dataclass(frozen=True, slots=True)
class EchoSlot:
    """A formula cell that keeps its formula and shows the value called `key`."""

    key: str
    opening: str
    prefix: str
    place: Place
    epoch_1904: bool
    formula: str

    def xml(self, values: Mapping[str, Value], bodies: Bodies) -> str:
        """The cell with the value as its result; a formula that repeats a blank cell gives 0."""
        value = constant(values[self.key])
        shown = Formula(None, 0 if value is None else value)
        return cell_xml(self.opening, self.prefix, shown, self.place, epoch_1904=self.epoch_1904, kept=self.formula)

    def spread(self, kinds: Mapping[str, type]) -> Sequence[str | Content] | None:
        """The cell around a number; a text is written by itself."""
        if kinds.get(self.key) is not float:
            return None
        return (
            f"{self.opening}>{self.formula}<{self.prefix}v>",
            Content(self.key),
            f"</{self.prefix}v></{self.prefix}c>",
        )
