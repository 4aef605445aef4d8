"""Defined names added to a workbook: its other members are copied as they lie in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from addin.ooxml.assembly import assemble, frame_of, pack
from addin.ooxml.errors import FillError
from addin.ooxml.package import Package, read_package
from addin.ooxml.workbook_part import Workbook, read_workbook
from addin.ooxml.xml_part import Edit, escaped, quoted, splice

# The workbook's parts that stand before its names (ECMA-376, CT_Workbook).
_BEFORE = ("sheets", "functionGroups", "externalReferences")


class NewName(NamedTuple):
    """A name for the whole workbook: what it stands for, as files store it, and the comment that Excel shows.

    sheet   the tab's place, where the name is that sheet's alone
    """

    name: str
    text: str
    comment: str = ""
    sheet: int | None = None


def with_defined_names(data: bytes, names: Iterable[NewName], file: str) -> bytes:
    """The workbook in `data` with the names added; one that it has already, standing for the same, is left as it is.

    `file` is how messages name the workbook. Raises FillError: name_taken where a name stands for something else there,
    and those of read_package and read_workbook.
    """
    package = read_package(data, file)
    book = read_workbook(package)
    missing = _missing(book, names, file)
    return _rewritten(package, book, [adding_names(book, missing)]) if missing else data


def _missing(book: Workbook, names: Iterable[NewName], file: str) -> list[NewName]:
    known = {name.name.casefold(): name for name in book.names if name.scope is None}
    missing = []
    for name in names:
        found = known.get(name.name.casefold())
        if found is None:
            missing.append(name)
        elif found.text.removeprefix("=") != name.text:
            raise FillError("name_taken", file=file, name=found.name, text=_shortened(found.text))
    return missing


def adding_names(book: Workbook, names: Sequence[NewName]) -> Edit:
    """The edit that lists names behind the workbook's own."""
    prefix = book.root.name.rpartition("workbook")[0]
    listed = "".join(_element(prefix, name) for name in names)
    existing = book.root.child("definedNames")
    if existing is not None and existing.after > existing.inner:
        return Edit(existing.after, existing.after, listed.encode())
    block = f"<{prefix}definedNames>{listed}</{prefix}definedNames>".encode()
    if existing is not None:  # <definedNames/>, or nothing between its tags
        return Edit(existing.start, existing.end, block)
    at = max(child.end for child in book.root.children if child.local in _BEFORE)
    return Edit(at, at, block)


def _element(prefix: str, name: NewName) -> str:
    comment = f' comment="{quoted(name.comment)}"' if name.comment else ""
    scope = "" if name.sheet is None else f' localSheetId="{name.sheet}"'
    return f'<{prefix}definedName name="{quoted(name.name)}"{comment}{scope}>{escaped(name.text)}</{prefix}definedName>'


def _rewritten(package: Package, book: Workbook, edits: Sequence[Edit]) -> bytes:
    part = book.part
    member = package.members[part.name]
    staying = [it for it in package.members.values() if it.name != part.name]
    changed = pack(part.stored(splice(part.data, edits)))
    return assemble(staying, [(frame_of(member), changed)], ()).close(())


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
