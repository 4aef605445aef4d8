"""The number format of each unit: what the templates' cells have, and what a list of mixed units gives each row."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_core.figures import Unit

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
