"""CRM exports -> the canonical tables and the account of every row."""

from kpi_core.intake.drafts import draft_mapping
from kpi_core.intake.reading import inspect, read
from kpi_core.intake.source import (
    ColumnMatch,
    DateFormat,
    Declared,
    Intake,
    IntakeError,
    NumberFormat,
    Remark,
    Source,
    Word,
)

__all__ = [
    "ColumnMatch",
    "DateFormat",
    "Declared",
    "Intake",
    "IntakeError",
    "NumberFormat",
    "Remark",
    "Source",
    "Word",
    "draft_mapping",
    "inspect",
    "read",
]
