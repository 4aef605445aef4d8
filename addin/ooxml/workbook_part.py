"""The workbook part: its sheets, defined names and settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from addin.ooxml.content_types import ContentTypes
from addin.ooxml.errors import FillError
from addin.ooxml.package import Package
from addin.ooxml.relationships import Relationships, relationships
from addin.ooxml.xml_part import Edit, Element, Part, attribute, content, elements, read_part

MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_AFTER_CALC = {
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
}  # fmt: skip
_SIGNATURES = "_xmlsignatures/"


class Sheet(NamedTuple):
    """One worksheet, or a sheet that is one chart: its name, its part and its place among the tabs."""

    name: str
    part: str
    place: int


class Name(NamedTuple):
    """One defined name; `scope` is the tab's place it belongs to, None for the whole workbook."""

    name: str
    text: str
    scope: int | None
    element: Element


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the workbook part says."""

    part: Part
    root: Element
    rels: Relationships
    sheets: tuple[Sheet, ...]
    chart_sheets: tuple[Sheet, ...]
    tabs: tuple[str, ...]
    names: tuple[Name, ...]
    epoch_1904: bool
    strict: bool
    signed: bool

    def sheet(self, name: str) -> Sheet | None:
        """The worksheet of this name; names are compared without regard to case, as Excel does."""
        folded = name.casefold()
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == folded), None)

    def related(self, kind: str) -> str | None:
        """The part of a kind that the workbook points at, e.g. its styles."""
        found = self.rels.of_kind(kind)
        return found[0].target if found else None

    def calculating(self) -> list[Edit]:
        """The edits that make every formula be computed when the workbook is opened."""
        settings = self.root.child("calcPr")
        if settings is not None and settings.attributes.get("fullCalcOnLoad") in ("1", "true"):
            return []
        if settings is not None:
            return [attribute(self.part, settings, "fullCalcOnLoad", "1")]
        prefix = self.root.name.rpartition("workbook")[0]
        later = next((child for child in self.root.children if child.local in _AFTER_CALC), None)
        at = later.start if later else self.root.after
        return [Edit(at, at, f'<{prefix}calcPr fullCalcOnLoad="1"/>'.encode())]


def read_workbook(package: Package) -> Workbook:
    """The workbook part, found by relationship and not by name. Raises FillError("not_a_workbook")."""
    main = relationships(package, "").of_kind("officeDocument")
    if not main or package.find(main[0].target) is None:
        raise FillError("not_a_workbook", file=package.file)
    part = read_part(package, main[0].target)
    kind = ContentTypes(package).of(part.name)
    root = elements(part)
    if root.local != "workbook":
        raise FillError("binary_workbook" if "binary" in kind else "not_a_workbook", file=package.file)
    prefix = root.name.rpartition(":")[0]
    namespace = root.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    if namespace not in MAIN:
        raise FillError("not_a_workbook", file=package.file)
    rels = relationships(package, part.name)
    listed = root.child("sheets")
    tabs = listed.all("sheet") if listed else []
    sheets: dict[str, list[Sheet]] = {"worksheet": [], "chartsheet": []}
    for place, tab in enumerate(tabs):
        identity = next((value for key, value in tab.attributes.items() if key.endswith(":id")), "")
        found = next((each for each in rels.all if each.id == identity and not each.external), None)
        if found and found.kind in sheets and package.find(found.target):
            sheets[found.kind].append(Sheet(tab.attributes.get("name", ""), found.target, place))
    settings = root.child("workbookPr")
    names = root.child("definedNames")
    return Workbook(
        part=part,
        root=root,
        rels=rels,
        sheets=tuple(sheets["worksheet"]),
        chart_sheets=tuple(sheets["chartsheet"]),
        tabs=tuple(tab.attributes.get("name", "") for tab in tabs),
        names=tuple(_name(part, each) for each in names.all("definedName")) if names else (),
        epoch_1904=settings is not None and settings.attributes.get("date1904") in ("1", "true"),
        strict=namespace == MAIN[1],
        signed=any(name.startswith(_SIGNATURES) for name in package.members),
    )


def _name(part: Part, element: Element) -> Name:
    scope = element.attributes.get("localSheetId")
    return Name(
        element.attributes.get("name", ""),
        content(part, element),
        int(scope) if scope and scope.isdigit() else None,
        element,
    )
