"""The values of formulas, put into a sheet's XML: viewers that do not recalculate show what is stored there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_FORMULA = re.compile(r'<c r="(?P<at>[A-Z]+[0-9]+)"(?P<rest>[^>]*)>(?P<formula><f>[^<]*</f>)<v\s*(?:/>|></v>)</c>')


def with_values(sheet: bytes, values: Mapping[str, str | float]) -> bytes:
    """The sheet's XML with the values of the formulas at these addresses."""

    def put(found: re.Match[str]) -> str:
        if found["at"] not in values:
            return found[0]
        value = values[found["at"]]
        kind, shown = (' t="str"', escape(value)) if isinstance(value, str) else ("", repr(value))
        return f'<c r="{found["at"]}"{found["rest"]}{kind}>{found["formula"]}<v>{shown}</v></c>'

    return _FORMULA.sub(put, sheet.decode("utf-8")).encode("utf-8")
