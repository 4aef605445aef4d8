"""What a workbook holds that a careless save loses, counted from its bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PARTS = {
    "charts": r"charts/chart\d+\.xml$",
    "chartex": r"charts/chartEx\d+\.xml$",
    "pivot tables": r"pivotTables/[^/]+\.xml$",
    "pivot caches": r"pivotCache/pivotCacheDefinition\d+\.xml$",
    "slicers": r"slicers/[^/]+\.xml$",
    "timelines": r"timelines/[^/]+\.xml$",
    "form controls": r"ctrlProps/[^/]+\.xml$",
    "macros": r"vbaProject\.bin$",
    "images": r"media/[^/]+$",
    "printer settings": r"printerSettings\d+\.bin$",
    "comments": r"comments\d*\.xml$",
    "threaded comments": r"threadedComments/[^/]+\.xml$",
    "tables": r"tables/table\d+\.xml$",
    "connections": r"connections\.xml$",
    "custom XML": r"customXml/[^/]+\.xml$",
    "web extensions": r"webextensions/[^/]+\.xml$",
    "data model": r"model/item\.data$",
}
_CONTENT = {
    "sparklines": (r"worksheets/[^/]+\.xml$", rb"<x14:sparkline>"),
    "x14 conditional formats": (r"worksheets/[^/]+\.xml$", rb"<x14:cfRule\b"),
    "conditional formats": (r"worksheets/[^/]+\.xml$", rb"<(?:x:)?cfRule\b"),
    "data validations": (r"worksheets/[^/]+\.xml$", rb"<(?:x:)?dataValidation\b"),
    "shapes": (r"drawings/drawing\d+\.xml$", rb"<xdr:sp\b"),
    "rich texts": (r"sharedStrings\.xml$", rb"<r>"),
    "array formulas": (r"worksheets/[^/]+\.xml$", rb't="array"'),
    "dynamic arrays": (r"worksheets/[^/]+\.xml$", rb'\bcm="'),
    "sheet protection": (r"worksheets/[^/]+\.xml$", rb"<(?:x:)?sheetProtection\b"),
    "results of formulas": (r"worksheets/[^/]+\.xml$", rb"(?:</f>|<f\b[^>]*/>)<v>"),
}


def features(parts: Mapping[str, bytes]) -> dict[str, int]:
    """How many of each feature a workbook's members hold; those that it has none of are left out."""
    found = {name: sum(bool(re.search(pattern, part)) for part in parts) for name, pattern in _PARTS.items()}
    for name, (where, pattern) in _CONTENT.items():
        found[name] = sum(len(re.findall(pattern, parts[part])) for part in parts if re.search(where, part))
    return {name: count for name, count in found.items() if count}


def lost(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """How many of each feature are gone."""
    return {name: count - after.get(name, 0) for name, count in before.items() if after.get(name, 0) < count}
