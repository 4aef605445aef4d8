"""Values inside a sentence: figures in their unit, days in the words of the language."""

from __future__ import annotations

from datetime import date
from functools import partial

from addin.ooxml.slots import Show, plain_text
from addin.ooxml.values import Constant
from kpi_core.figures import Unit, figure
from kpi_core.figures import fill as filled_text
from kpi_core.texts import Language, Text


class Figure(float):
    """A figure that knows its unit, for the sentences that it stands in; in a cell it is a plain number."""

    unit: Unit
    currency: str

    @classmethod
    def of(cls, value: float, unit: Unit, currency: str) -> Figure:
        """The figure with its unit; an amount with its currency's sign."""
        found = cls(value)
        found.unit, found.currency = unit, currency
        return found


def in_words(language: Language) -> Show:
    """How values read inside sentences of a language. It travels to worker processes."""
    return partial(_shown, language)


def _shown(language: Language, value: Constant) -> str:
    if isinstance(value, Figure):
        return figure(value, value.unit, language, value.currency)
    if isinstance(value, date):
        return filled_text(Text("{day}", "{day}"), {"day": value}).show(language)
    return plain_text(value)
