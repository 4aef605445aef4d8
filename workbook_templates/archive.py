"""A workbook as bytes that depend on its content alone: no clock in the archive or in its properties."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

from openpyxl import Workbook

_STILL = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed moment, of no zone
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")

_FONT = re.compile(rb"<font>(.*?)</font>", re.DOTALL)
_LOOK = re.compile(rb"<(\w+)[^>]*/>")
# The schema's order, which openpyxl does not keep: strict readers complain.
_LOOKS = b"b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()


def packed(workbook: Workbook) -> bytes:
    """The saved workbook."""
    workbook.properties.created = _STILL
    saved = io.BytesIO()
    workbook.save(saved)
    stamp = _STILL.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            if name == "xl/styles.xml":
                part = _FONT.sub(_in_order, part)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return out.getvalue()


def _in_order(font: re.Match[bytes]) -> bytes:
    looks = sorted(_LOOK.finditer(font[1]), key=lambda look: _LOOKS.index(look[1]))
    return b"<font>" + b"".join(look[0] for look in looks) + b"</font>"
