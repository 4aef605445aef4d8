"""Whether a workbook is one that this tool filled: a report beside the exports is no export, its rows counted before.

Two marks, of which one survives where the other is taken out: the author, which the templates have and Excel removes
with personal information, and the name of the cell with the version, which own templates may have as well.
"""

from __future__ import annotations

import re
import zipfile

AUTHOR = "b2b-sales-kpis"
VERSION = "report_version"

_MARKS = {
    "docProps/core.xml": re.compile(rb"<(?:\w+:)?creator>" + AUTHOR.encode() + rb"<"),
    "xl/workbook.xml": re.compile(rb'<(?:\w+:)?definedName\b[^<>]*\bname="' + VERSION.encode() + rb'"'),
}
_MOST = 2 * 1024**2  # bytes of a part that are looked at: asked before the workbook's size is known


def is_filled(package: zipfile.ZipFile) -> bool:
    """Whether the package bears one of the marks."""
    there = set(package.namelist())
    for part, mark in _MARKS.items():
        if part in there:
            with package.open(part) as opened:
                if mark.search(opened.read(_MOST)):
                    return True
    return False
