"""The number format of each unit: what the templates' cells have, and what a list of mixed units gives each row."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_core.figures import Unit
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


def in_language(code: str, language: Language) -> str:
    """A format code as a language writes it: Finnish has a blank before the per cent sign."""
    return code.replace("%", "\\ %") if language == "fi" else code
