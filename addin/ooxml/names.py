"""Defined names that stand for one cell: the first way a workbook says where a figure goes."""

from __future__ import annotations

from addin.ooxml.addresses import Area
from addin.ooxml.references import uses
from addin.ooxml.workbook_part import Name, Sheet, Workbook

PREFIX = "kpi_"


def key_of(name: str) -> str:
    """What a value for this name is called: `kpi_win_rate`, also spelled KPI_Win_Rate, takes `win_rate`, other
    names their own."""
    return name[len(PREFIX) :].lower() if name.lower().startswith(PREFIX) and len(name) > len(PREFIX) else name


def area_of(book: Workbook, name: Name) -> tuple[Sheet, Area] | None:
    """The sheet and the area that a defined name stands for; None where it is a formula, a constant or broken."""
    text = name.text.strip().removeprefix("=")
    found = uses(text)
    if len(found.areas) != 1 or found.words or found.tables or found.blind:
        return None
    reference = found.areas[0]
    if reference.end != len(text) or reference.sheet is None or reference.last_sheet or text[0] in "(+-":
        return None
    sheet = book.sheet(reference.sheet)
    return (sheet, reference.area) if sheet else None


def bindable(name: Name) -> bool:
    """Whether a name is somebody's own and not one that Excel keeps for itself (print areas, filters, slicers)."""
    hidden = name.element.attributes.get("hidden") in ("1", "true")
    return not (hidden or name.name.startswith(("_xlnm.", "_xlcn.", "Slicer_", "NativeTimeline_")))
