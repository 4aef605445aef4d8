"""What a fill adds to a workbook beside values: conditional formats, hyperlinks, notes, and the styles they need."""

from __future__ import annotations

from collections.abc import Mapping

from addin.ooxml.addresses import Cell, read_areas, read_cell
from addin.ooxml.cells import LONGEST_TEXT, Place
from addin.ooxml.changes import Changes
from addin.ooxml.conditional_formats import ConditionalFormat, rules_edit
from addin.ooxml.errors import FillError
from addin.ooxml.hyperlinks import links_edits
from addin.ooxml.notes import NotesParts, notes_parts
from addin.ooxml.relationships import relationship, relationships, with_added
from addin.ooxml.request import Request
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.styles import StyleAdditions, added_to_package
from addin.ooxml.targets import Spot
from addin.ooxml.workbook_part import Sheet
from addin.ooxml.xml_part import Edit

_LONGEST_LINK = 2_079  # Excel takes a longer address for damage


class Additions:
    """Adds what a request asks for.

    Raises FillError: unknown_cells, link_unfit, text_too_long, note_already, notes_unreadable.
    """

    def __init__(self, changes: Changes, spots: Mapping[str, tuple[Spot, ...]], styles: StyleAdditions) -> None:
        self._changes = changes
        self._template = changes.template
        self._spots = spots
        self._styles = styles
        self._sheets = {sheet.place: sheet for sheet in self._template.book.sheets}

    def add(self, request: Request) -> None:
        """Add all of it."""
        self._rules(request)
        self._links_and_notes(request)
        if self._styles.any:
            self._add_styles()

    def _rules(self, request: Request) -> None:
        by_sheet: dict[int, list[tuple[str, ConditionalFormat]]] = {}
        for rule in request.formats:
            for sheet, cells in self._where(rule.cells):
                by_sheet.setdefault(sheet.place, []).append((cells, rule))
        for place, rules in by_sheet.items():
            cut = self._changes.cut(self._sheets[place])
            cut.edits.append(rules_edit(cut.map, rules, self._styles))

    def _where(self, cells: str) -> list[tuple[Sheet, str]]:
        """The sheet and the cells (sqref) that a rule, link or note is for: a target's name or an address."""
        key = cells if cells in self._spots else cells.removeprefix("kpi_")
        if key in self._spots:
            return [(spot.sheet, str(spot.cell)) for spot in self._spots[key]]
        name, mark, areas = cells.rpartition("!")
        sheet = self._template.book.sheet(name.strip("'").replace("''", "'")) if mark else None
        if sheet is None:
            raise FillError("unknown_cells", file=self._template.file, cells=cells)
        found = areas.replace("$", "").replace(",", " ")
        if not found.split() or len(read_areas(found)) != len(found.split()):
            raise FillError("unknown_cells", file=self._template.file, cells=cells)
        return [(sheet, found)]

    def _cell(self, cells: str) -> Cell:
        try:
            return read_cell(cells)
        except ValueError:
            raise FillError("unknown_cells", file=self._template.file, cells=cells) from None

    def _check_link(self, sheet: Sheet, cells: str, address: str) -> None:
        """What Excel would take for damage."""
        if not 0 < len(address) <= _LONGEST_LINK or not address.isprintable():
            raise Place(self._template.file, sheet.name, cells).refused("link_unfit", address=address[:80])

    def _links_and_notes(self, request: Request) -> None:
        links: dict[int, list[tuple[str, str]]] = {}
        notes: dict[int, list[tuple[Cell, str]]] = {}
        for target, address in request.links:
            for sheet, cells in self._where(target):
                self._check_link(sheet, cells, address)
                links.setdefault(sheet.place, []).append((cells, address))
        for target, text in request.notes:
            for sheet, cells in self._where(target):
                if len(text) > LONGEST_TEXT:
                    where = Place(self._template.file, sheet.name, cells)
                    raise where.refused("text_too_long", length=len(text), longest=LONGEST_TEXT)
                notes.setdefault(sheet.place, []).append((self._cell(cells), text))
        for place in sorted({*links, *notes}):
            sheet, cut = self._sheets[place], self._changes.cut(self._sheets[place])
            rels = relationships(self._template.package, sheet.part)
            added = b""
            if place in links:
                edits, new = links_edits(cut.map, links[place], rels, strict=self._template.book.strict)
                cut.edits += edits
                added += new
            if place in notes:
                made = notes_parts(self._template, sheet, cut.map, notes[place], rels, taken=added.count(b"<Rel"))
                added += self._notes(cut, made)
            if added:
                target_parts = self._changes.replaced if rels.part else self._changes.added
                target_parts[rels.name] = with_added(rels, added)

    def _notes(self, cut: SheetCut, made: NotesParts) -> bytes:
        cut.edits += made.sheet_edits
        self._changes.replaced |= made.replaced
        self._changes.added |= made.added
        types = self._template.types
        if made.overrides or made.defaults:
            self._changes.edit(types.part, types.adding(made.overrides, made.defaults))
        return made.relationships

    def _add_styles(self) -> None:
        old, changes = self._template.styles, self._changes
        data = old.part.stored(self._styles.written())
        if not old.made:
            changes.replaced[old.part.name] = data
            return
        changes.added[old.part.name] = data
        changes.edit(self._template.types.part, added_to_package(self._template.types, old.part.name))
        rels = self._template.book.rels
        new = relationship(rels.new_id(), "styles", f"/{old.part.name}", strict=self._template.book.strict)
        assert rels.part is not None, "a workbook with sheets has relationships"
        at = rels.part.data.rindex(b"</")
        changes.edit(rels.part, [Edit(at, at, new)])
