"""A scorecard as JSON: the keys are a contract, further ones may be added after them."""

from __future__ import annotations

from typing import Any

from addin.commands.account import account_json, rows_json
from kpi_core.intake import Intake
from kpi_core.scorecard import Reading, Scorecard
from kpi_core.texts import Language, Text


def scorecard_json(card: Scorecard, intake: Intake, language: Language) -> dict[str, Any]:
    """The whole answer; what cannot be measured is null with its reason."""
    told = account_of(intake, language)
    return {
        "period": card.period.key,
        "as_of": card.as_of.isoformat(),
        "rows": told.pop("rows"),
        "readings": [reading_json(reading, language) for reading in card.readings],
        "themes": [{"theme": theme.theme, "count": theme.count, "quotes": list(theme.quotes)} for theme in card.themes],
        **told,
    }


def account_of(intake: Intake, language: Language) -> dict[str, Any]:
    """What became of the rows and the files."""
    return {
        "rows": account_json(intake.account),
        "account": rows_json(intake.account, language),
        "files": [
            {
                "file": str(source.path),
                "sheet": source.sheet,
                "table": source.table,
                "sha256": source.sha256,
                "refusal": source.refusal.message(language) if source.refusal is not None else None,
            }
            for source in intake.sources
        ],
    }


def reading_json(reading: Reading, language: Language) -> dict[str, Any]:
    """One reading."""

    def shown(text: Text | None) -> str | None:
        return text.show(language) if text else None

    return {
        "kpi": reading.kpi,
        "group": dict([reading.group]) if reading.group else None,
        "value": reading.value,
        "unit": reading.unit,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "n": reading.n,
        "interval": list(reading.interval) if reading.interval else None,
        "status": reading.status,
        "evidence": reading.evidence,
        "diagnosis": shown(reading.diagnosis),
        "reason": shown(reading.reason),
        "label": shown(reading.label),
        "definition": shown(reading.definition),
        "notes": [note.show(language) for note in reading.notes],
        "parts": dict(reading.parts),
        "currency": reading.currency or None,
        "running": reading.running,
    }
