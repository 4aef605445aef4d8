"""Values put into a sheet's XML: what formulas give, for viewers that do not recalculate; figures in full."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_FORMULA = re.compile(r'<c r="(?P<at>[A-Z]+[0-9]+)"(?P<rest>[^>]*)>(?P<formula><f>[^<]*</f>)<v\s*(?:/>|></v>)</c>')

_FIGURE = re.compile(r'(?P<start><c r="(?P<at>[A-Z]+[0-9]+)"[^>]* t="n"[^>]*>)<v>[^<]*</v>')


def with_figures(sheet: bytes, figures: Mapping[str, float]) -> bytes:
    """The sheet's XML with these figures in full: openpyxl writes 16 digits, where some numbers need 17."""

    def put(found: re.Match[str]) -> str:
        return f"{found['start']}<v>{figures[found['at']]!r}</v>" if found["at"] in figures else found[0]

    return _FIGURE.sub(put, sheet.decode("utf-8")).encode("utf-8")


def with_values(sheet: bytes, values: Mapping[str, str | float]) -> bytes:
    """The sheet's XML with the values of the formulas at these addresses."""

    def put(found: re.Match[str]) -> str:
        if found["at"] not in values:
            return found[0]
        value = values[found["at"]]
        kind, shown = (' t="str"', escape(value)) if isinstance(value, str) else ("", repr(value))
        return f'<c r="{found["at"]}"{found["rest"]}{kind}>{found["formula"]}<v>{shown}</v></c>'

    return _FORMULA.sub(put, sheet.decode("utf-8")).encode("utf-8")
