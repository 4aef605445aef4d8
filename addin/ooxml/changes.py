"""The changes that one layout makes to a template, gathered until the package is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from addin.ooxml.assembly import Assembly, Frame, Packed, assemble, frame_of, frame_of_new, pack
from addin.ooxml.dependents import Located
from addin.ooxml.row_starts import TextHeight
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.sheet_page import SheetPage, page_of
from addin.ooxml.standing_texts import fit_standing_texts
from addin.ooxml.template import Template
from addin.ooxml.workbook_part import Sheet
from addin.ooxml.xml_part import Edit, Part, splice


@dataclass(slots=True)
class Changes:
    """What becomes of each part, and what the fill touches.

    cuts      sheets that are filled, by their tab; `pages` other parts that are
    edits     of parts that are rewritten once
    filled    the areas whose values change
    text_height   where given, rows follow the height of their texts
    """

    template: Template
    cuts: dict[int, SheetCut] = field(default_factory=dict)
    pages: list[SheetPage] = field(default_factory=list)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    replaced: dict[str, bytes] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    filled: list[Located] = field(default_factory=list)
    text_height: TextHeight | None = None
    formulas_changed: bool = False
    results_late: bool = False

    def cut(self, sheet: Sheet) -> SheetCut:
        """The sheet, to be cut at the cells that are filled."""
        if sheet.place not in self.cuts:
            self.cuts[sheet.place] = SheetCut(self.template.map(sheet), text_height=self.text_height)
        return self.cuts[sheet.place]

    def edit(self, part: Part, edits: list[Edit]) -> None:
        """Edit a part that is rewritten once."""
        if edits:
            self.edits.setdefault(part.name, []).extend(edits)

    def edit_sheet(self, sheet: Sheet, edits: list[Edit]) -> None:
        """Edit a sheet, whether it is filled or not."""
        if sheet.place in self.cuts:
            self.cuts[sheet.place].edits += edits
        else:
            self.edit(self.template.part(sheet.part), edits)

    def assembled(self) -> tuple[Assembly, tuple[SheetPage, ...]]:
        """The package with places for what changes at each fill, and the parts with these places."""
        package = self.template.package
        pages, frames = [], []
        rewritten: list[tuple[Frame, Packed]] = []
        done: set[str] = set(self.removed)
        for cut in self.cuts.values():
            fit_standing_texts(self.template, cut)
        for page in (*(page_of(cut.map.part, cut.pieces()) for cut in self.cuts.values()), *self.pages):
            name = page.part.name
            done.add(name)
            if page.changes:
                pages.append(page)
                frames.append(frame_of(package.members[name]))
            else:
                rewritten.append((frame_of(package.members[name]), page.standing))
        for name, edits in self.edits.items():
            if name not in self.removed:
                part = self.template.part(name)
                done.add(name)
                rewritten.append((frame_of(package.members[name]), pack(part.stored(splice(part.data, edits)))))
        for name, data in self.replaced.items():
            done.add(name)
            rewritten.append((frame_of(package.members[name]), pack(data)))
        like = frame_of(next(iter(package.members.values())))
        for name, data in self.added.items():
            rewritten.append((frame_of_new(name, like), pack(data)))
        staying = [member for name, member in package.members.items() if name not in done]
        return assemble(staying, rewritten, frames), tuple(pages)
