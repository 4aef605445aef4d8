"""What a single value says: its interval, its status, its diagnosis. The same limits and words as a scorecard's."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kpi_core.catalogue import mark, named
from kpi_core.columns.choices import chosen_language
from kpi_core.columns.errors import ColumnError
from kpi_core.definition import Definition
from kpi_core.evidence import wilson
from kpi_core.measure import Measure
from kpi_core.reading import judgement


def interval(kpi: str, successes: float, n: float, names: Mapping[str, str]) -> list[list[float]]:
    """Wilson's 95 % interval of a share, low and high side by side [0-1, 0-1].

    Raises ColumnError where the KPI is no share, a count is missing or impossible, or n is 0.
    """
    found = named(kpi, names)
    if found.evidence != "wilson":
        raise ColumnError("no_interval", kpi=found.id)
    if math.isnan(successes) or math.isnan(n):
        raise ColumnError("number_missing")
    if n == 0:
        raise ColumnError("nothing_counted")
    if not 0 <= successes <= n:
        raise ColumnError("not_a_count", found=f"{successes:g}")
    return [list(wilson(successes, n))]


def status(kpi: str, value: float, n: float, language: str, names: Mapping[str, str]) -> str:
    """A value's status: red, amber, green or grey, or the word for it in a language where one is given.

    n  how many observations the value rests on (NaN: enough); too few are grey, whatever the value. NaN is grey.
    """
    found = named(kpi, names)
    colour = judgement(found, _measure(found, value, n))[0]
    return mark(colour).word.show(chosen_language(language)) if language else colour


def advice(kpi: str, value: float, language: str, n: float, names: Mapping[str, str]) -> str:
    """A value's diagnosis in words, Finnish unless told otherwise; that the data is too little, where n says so."""
    spoken = chosen_language(language)
    found = named(kpi, names)
    said = judgement(found, _measure(found, value, n))[1]
    return said.show(spoken) if said else ""


def _measure(kpi: Definition, value: float, n: float) -> Measure:
    """A value as a measure. Raises ColumnError where it is no share though the KPI is one, or n no count."""
    if kpi.unit == "ratio" and not (math.isnan(value) or 0 <= value <= 1):
        raise ColumnError("not_a_share", found=f"{value:g}")
    if n < 0:
        raise ColumnError("not_a_count", found=f"{n:g}")
    observed = kpi.minimum_n if math.isnan(n) else int(n)
    return Measure(value, value * n, n, observed)
