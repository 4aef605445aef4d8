"""Where values go in a template: named cells, placeholders, and cells that a mapping file binds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

from addin.ooxml.addresses import Cell, read_cell
from addin.ooxml.errors import FillError
from addin.ooxml.names import area_of, bindable, key_of
from addin.ooxml.placeholders import Sentence, sentences
from addin.ooxml.placeholders_elsewhere import placeholders_elsewhere
from addin.ooxml.template import Template
from addin.ooxml.workbook_part import Sheet

Binding = Literal["mapping", "name", "placeholder"]


class Spot(NamedTuple):
    """One cell that takes a value, and by what; `sentence` where the value goes inside a text."""

    sheet: Sheet
    cell: Cell
    binding: Binding
    label: str
    sentence: Sentence | None = None

    @property
    def address(self) -> str:
        """The cell with its sheet, as formulas write it."""
        name = self.sheet.name.replace("'", "''")
        return f"'{name}'!{self.cell}" if not self.sheet.name.isidentifier() else f"{self.sheet.name}!{self.cell}"


class Unusable(NamedTuple):
    """Something that looks like a target and cannot be filled; `reason` names a sentence in errors.toml."""

    label: str
    where: str
    reason: str


class Targets(NamedTuple):
    """The cells by the value they take, and what could not be bound."""

    spots: dict[str, tuple[Spot, ...]]
    unusable: tuple[Unusable, ...]


def find_targets(template: Template, mapping: Mapping[str, str], meant: Callable[[str], bool]) -> Targets:
    """All targets of a template; of its defined names those that are `meant`.

    Raises FillError for a mapping that names no cell of the workbook.
    """
    spots: dict[str, list[Spot]] = defaultdict(list)
    spelled: dict[str, str] = {}  # Excel's names know no case: the first spelling stands for all
    unusable: list[Unusable] = []
    for key, spot in _mapped(template, mapping):
        spots[spelled.setdefault(key.casefold(), key)].append(spot)
    for key, found in (*_named(template, meant), *_placeholders(template)):
        if isinstance(found, Unusable):
            unusable.append(found)
            continue
        listed = spots[spelled.setdefault(key.casefold(), key)]
        if not _same_cell(listed, found):
            listed.append(found)
    return Targets({key: tuple(each) for key, each in spots.items() if each}, tuple(unusable))


def _same_cell(spots: list[Spot], new: Spot) -> bool:
    return any(spot.sheet == new.sheet and spot.cell == new.cell for spot in spots)


def _mapped(template: Template, mapping: Mapping[str, str]) -> Iterator[tuple[str, Spot]]:
    for address, key in mapping.items():
        name, mark, cell = address.rpartition("!")
        sheet = template.book.sheet(name.strip("'").replace("''", "'")) if mark else None
        try:
            place = read_cell(cell)
        except ValueError:
            raise FillError("mapping_cell", file=template.file, address=address, key=key) from None
        if sheet is None:
            known = ", ".join(each.name for each in template.book.sheets)
            raise FillError("mapping_sheet", file=template.file, address=address, key=key, known=known)
        yield key, Spot(sheet, place, "mapping", address)


def _named(template: Template, meant: Callable[[str], bool]) -> Iterator[tuple[str, Spot | Unusable]]:
    for name in template.book.names:
        if not (bindable(name) and meant(name.name)):
            continue
        key = key_of(name.name)
        found = area_of(template.book, name)
        if found is None:
            if key != name.name:
                yield key, Unusable(name.name, name.text, "name_without_cell")
            continue
        sheet, area = found
        if (area.top, area.left) != (area.bottom, area.right) and area not in template.map(sheet).merged():
            if key != name.name:
                yield key, Unusable(name.name, name.text, "name_of_several_cells")
            continue
        yield key, Spot(sheet, area.first, "name", name.name)


def _placeholders(template: Template) -> Iterator[tuple[str, Spot | Unusable]]:
    for sheet in (*template.book.sheets, *template.book.chart_sheets):
        for key, reason in placeholders_elsewhere(template, sheet):
            yield "", Unusable(f"{{{{ {key} }}}}", sheet.name, reason)
    for sheet in template.book.sheets:
        data = template.part(sheet.part).data
        if b"{{" not in data and not template.shared_sentences.may_be_in(data):
            continue
        for cell, sentence in sentences(template.map(sheet), template.shared_sentences):
            place = Cell(cell.row, cell.column)
            label = " ".join(f"{{{{ {key} }}}}" for key in sentence.keys)
            if sentence.split:
                yield "", Unusable(label, f"{sheet.name}!{place}", "placeholder_split")
                continue
            for key in dict.fromkeys(sentence.keys):
                inside = None if sentence.whole else sentence
                yield key, Spot(sheet, place, "placeholder", f"{{{{ {key} }}}}", inside)
