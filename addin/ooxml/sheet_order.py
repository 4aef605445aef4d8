"""The order that a worksheet's sections must stand in; in any other Excel "repairs" the file."""

from __future__ import annotations

from addin.ooxml.sheet_map import SheetMap

SECTIONS = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "drawingHF", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(SECTIONS)}


def place_for(sheet: SheetMap, name: str) -> int:
    """Where in the bytes a new section of this name belongs: behind the last one that may stand before it."""
    at = sheet.root.inner
    for section in sheet.sections:
        rank = _RANK.get(section.local)
        if section.local == "AlternateContent":
            inner = section.child("Choice")
            names = [child.local for child in inner.children] if inner else []
            rank = next((_RANK[each] for each in names if each in _RANK), None)
        if rank is not None and rank <= _RANK[name]:
            at = section.end
    return at
