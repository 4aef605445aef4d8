"""What the task pane shows: each KPI's texts, limits and function, and what one value of it says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from addin.functions import FUNCTIONS
from addin.hosts.server.environment import namespace
from addin.hosts.server.faults import FILE, PACKAGE, Refused, word
from addin.settings import Settings
from addin.worksheet import WorksheetFunction, formula
from kpi_core.catalogue import catalogue, mark
from kpi_core.columns.errors import ColumnError
from kpi_core.definition import Band, Definition
from kpi_core.figures import Unit, figure, span
from kpi_core.texts import Language, load_texts

_WORDS = "pane."


def contents(settings: Settings, language: Language) -> dict[str, Any]:
    """The pane's words, its KPIs and the functions that belong to no one of them, in one language."""
    of_kpis = {kpi.id: function_of(kpi) for kpi in catalogue().values()}
    others = [it for it in FUNCTIONS.values() if it not in of_kpis.values()]
    prefix = _prefix(settings)
    return {
        "language": language,
        "prefix": prefix,
        "words": {
            key.removeprefix(_WORDS): text.show(language)
            for key, text in load_texts(PACKAGE, FILE).items()
            if key.startswith(_WORDS)
        },
        "kpis": [_kpi(kpi, of_kpis[kpi.id], settings, language) for kpi in catalogue().values()],
        "functions": [_function(it, prefix, language) for it in others],
    }


def function_of(kpi: Definition) -> WorksheetFunction | None:
    """The worksheet function that gives a KPI: WINRATE of win_rate, SALESCYCLE of sales_cycle_days."""
    return next((it for it in FUNCTIONS.values() if it.kpi == kpi.id), None)


def diagnosis(asked: Mapping[str, Any], settings: Settings, language: Language) -> dict[str, str]:
    """What a cell's value of a KPI says: status, its word and shape, the value in words, and what to do.

    Raises Refused (400, 404) for a KPI that is not known and a value that is no number.
    """
    kpi, value = catalogue().get(str(asked.get("kpi"))), asked.get("value")
    if kpi is None:
        raise Refused(404, "refused.unknown_kpi")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return _said("grey", "–", word("pane.no_number").show(language), language)
    if kpi.unit == "ratio" and not 0 <= value <= 1:
        return _said("grey", "–", ColumnError("not_a_share", found=f"{value:g}").message(language), language)
    limits = settings.thresholds.get(kpi.id)
    shown = figure(value, kpi.unit, language)
    if kpi.compare and limits is None:
        return _said("grey", shown, word("pane.compared").show(language), language)
    band = kpi.band(value, limits)
    return _said(band.status, shown, band.diagnosis.show(language), language)


def _said(status: Any, value: str, sentence: str, language: Language) -> dict[str, str]:
    shown = mark(status)
    return {
        "status": status,
        "icon": shown.icon,
        "word": shown.word.show(language),
        "value": value,
        "diagnosis": sentence,
    }


def _kpi(
    kpi: Definition, function: WorksheetFunction | None, settings: Settings, language: Language
) -> dict[str, object]:
    limits = settings.thresholds.get(kpi.id)
    prefix = _prefix(settings)
    return {
        "id": kpi.id,
        "name": kpi.name.show(language),
        "definition": kpi.definition.show(language),
        "formula": kpi.formula,
        "compared": bool(kpi.compare) and limits is None,
        "limits": list(_limits(kpi, limits, language)),
        "enough": word("pane.enough").show(language, n=kpi.minimum_n) if kpi.minimum_n else "",
        "source": kpi.source.show(language),
        "limits_source": word("pane.own_limits").show(language) if limits else kpi.bands_source.show(language),
        "function": _function(function, prefix, language) if function else None,
    }


def _prefix(settings: Settings) -> str:
    return f"{namespace(settings)}." if namespace(settings) else ""


def _limits(kpi: Definition, limits: tuple[float, ...] | None, language: Language) -> Iterator[dict[str, str]]:
    unit: Unit = "multiple" if kpi.compare and limits is None else kpi.unit
    before: Band | None = None
    for band in kpi.limits(limits):
        shown = mark(band.status)
        yield {
            "status": band.status,
            "icon": shown.icon,
            "word": shown.word.show(language),
            "reach": _reach(band, before, unit, language),
            "diagnosis": band.diagnosis.show(language),
        }
        before = band


def _reach(band: Band, before: Band | None, unit: Unit, language: Language) -> str:
    if band.lower is not None and band.upper is not None:
        return span(band.lower, band.upper, unit, language)
    if band.upper is not None:
        return f"{'≤' if band.inclusive else '<'} {figure(band.upper, unit, language)}"
    if band.lower is not None and before is not None:
        return f"{'>' if before.inclusive else '≥'} {figure(band.lower, unit, language)}"
    return ""


def _function(function: WorksheetFunction, prefix: str, language: Language) -> dict[str, object]:
    return {
        "name": function.name,
        "description": function.description.show(language),
        "example": f"={prefix}{formula(function.name, function.example_arguments, language).removeprefix('=')}",
        "arguments": [
            {
                "name": it.name,
                "optional": it.optional,
                "kind": it.kind,
                "cells": it.kind == "range" or (it.kind == "repeating" and not it.text),
                "text": it.text,
                "help": it.help.show(language),
            }
            for it in function.arguments
        ],
    }
