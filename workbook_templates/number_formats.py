"""The number format of each unit: what the templates' cells have, and what a list of mixed units gives each row."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpi_core.figures import SUFFIX, Unit
from kpi_core.texts import Language

FORMATS: Mapping[Unit, str] = {
    "ratio": "0.0%",
    "multiple": '0.0"x"',
    "count": "#,##0",
    "per_week": "0.00",
    "days": "0.0",
    "months": "0.0",
    "money": "#,##0",
    "number": "#,##0.0",
}
DAY = "d\\.m\\.yyyy"  # as Finnish writes it
_LITERAL = re.compile(r'(\\"|"[^"]*")')


def literal(text: str) -> str:
    """A text as a format code holds it: in quotation marks, its own ones behind a backslash."""
    return "".join('\\"' if piece == '"' else f'"{piece}"' for piece in re.split('(")', text) if piece)


def literals(code: str) -> str:
    """What a format code writes beside its digits, such as the currency."""
    return "".join('"' if piece == '\\"' else piece[1:-1] for piece in _LITERAL.findall(code))


def named_format(unit: Unit, language: Language) -> str:
    """The format of a figure that stands alone: days and months with their word."""
    if unit in ("days", "months"):
        return f'{FORMATS[unit]}"{SUFFIX[unit].show(language)}"'
    return FORMATS[unit]


def in_language(code: str, language: Language) -> str:
    """A format code as a language writes it: 28,0 % and 28.0%, 31.12.2017 and 2017-12-31, as in its sentences."""
    here, there = ("%", "\\ %") if language == "fi" else (DAY, "yyyy\\-mm\\-dd")
    pieces = _LITERAL.split(code)
    return "".join(piece if place % 2 else piece.replace(here, there) for place, piece in enumerate(pieces))
