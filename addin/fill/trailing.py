"""The last 3 and 12 months beside the period's figure: as figures, and both in one line of words."""

from __future__ import annotations

from collections.abc import Iterator

from addin.fill.content import Cell
from addin.fill.figures import number_format, shown
from addin.fill.words import say
from kpi_core.catalogue import definition
from kpi_core.figures import figure, span
from kpi_core.scorecard import Reading, Scorecard
from kpi_core.texts import Language


def cells(card: Scorecard, kpi: str, group: str | None, language: Language) -> Iterator[tuple[str, Cell]]:
    """kpi_<id>_m3, _m12 with n and interval, and _trailing; none for what is a value on a day."""
    said = []
    for months in card.trailing:
        try:
            reading = card.reading(kpi, group, trailing=months)
        except KeyError:
            continue
        name, unit = f"kpi_{kpi}_m{months}", number_format(reading.unit, reading.currency)
        low, high = _interval(reading)
        yield name, Cell(shown(reading.value, language), unit)
        yield f"{name}_n", Cell(reading.n)
        yield f"{name}_low", Cell(low, unit)
        yield f"{name}_high", Cell(high, unit)
        if len(card.period.months()) < months:  # else the period itself is as long
            said.append(_in_words(reading, months, language))
    yield f"kpi_{kpi}_trailing", Cell(" · ".join(said))


def _in_words(reading: Reading, months: int, language: Language) -> str:
    """3 mo 24.1% (n 58, 95% 15–37%); below the minimum n that, in place of the interval."""
    if reading.value is None:
        return say("trailing.nothing", language, months=months)
    known = definition(reading.kpi)
    low, high = _interval(reading)
    rest = ""
    if reading.n < known.minimum_n:
        rest = say("trailing.few", language)
    elif low is not None and high is not None:
        rest = say("trailing.interval", language, span=span(low, high, known.unit, language))
    value = figure(reading.value, known.unit, language, reading.currency)
    return say("trailing.months", language, months=months, value=value, n=reading.n, interval=rest)


def _interval(reading: Reading) -> tuple[float | None, float | None]:
    return reading.interval or (reading.parts.get("low"), reading.parts.get("high"))
