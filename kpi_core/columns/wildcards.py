"""Text with wildcards as COUNTIFS has them: * is any text, ? any one character, ~ makes the next one a plain one."""

from __future__ import annotations

import re
from collections.abc import Callable

from kpi_core.columns.column import Cell
from kpi_core.columns.errors import ColumnError

_LONGEST = 255  # characters: COUNTIF takes no longer pattern either


def matching(wanted: str) -> Callable[[Cell], bool]:
    """A test for texts like `wanted`, case aside. Raises ColumnError for wildcards in more than 255 characters."""
    parts = re.findall(r"~.|.", wanted.casefold(), re.DOTALL)
    if not {"*", "?"} & set(parts):
        exact = "".join(part[-1] for part in parts)
        return lambda cell: isinstance(cell, str) and cell.casefold() == exact
    if len(wanted) > _LONGEST:
        raise ColumnError("condition_too_long", longest=_LONGEST)
    pattern = re.compile(_pattern(parts), re.DOTALL)
    return lambda cell: isinstance(cell, str) and pattern.fullmatch(cell.casefold()) is not None


def _pattern(parts: list[str]) -> str:
    """A regular expression that takes each piece between two stars where it first stands and never comes back.

    An earlier place leaves more to the pieces that follow, so no match is lost; trying every place would take a time
    that grows with the length to the power of the stars.
    """
    pieces = [""]
    for part in parts:
        if part == "*":
            pieces.append("")
        else:
            pieces[-1] += "." if part == "?" else re.escape(part[-1])
    first, *others = pieces
    if not others:
        return first
    *middle, last = others
    return first + "".join(rf"(?>.*?{piece})" for piece in middle if piece) + ".*" + last
