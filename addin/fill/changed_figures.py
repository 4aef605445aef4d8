"""A figure that changed afterwards in words: what it was and what it is now, in a sentence or a cell."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kpi_core.catalogue import definition
from kpi_core.changes import FigureChange
from kpi_core.figures import exact, figure
from kpi_core.tally import Side
from kpi_core.texts import Language


def in_words(change: FigureChange, language: Language) -> tuple[str, str]:
    """Both values; where they look alike, with the numbers behind: 0 % (0/3) and 0 % (0/4)."""
    was, now = _values(change, language)
    if was != now:
        return was, now
    behind = _behind(change, language)
    return f"{was}{behind[0]}", f"{now}{behind[1]}"


def look_alike(change: FigureChange, language: Language) -> bool:
    """Whether rounding, or another denominator under the same share, hides the change."""
    was, now = _values(change, language)
    return was == now


def _values(change: FigureChange, language: Language) -> tuple[str, str]:
    unit, (before, after) = definition(change.printed.kpi).unit, change.currencies
    value = change.printed.value
    was = "–" if value is None else figure(value, unit, language, before)
    return was, "–" if math.isnan(change.after) else figure(change.after, unit, language, after)


def _behind(change: FigureChange, language: Language) -> tuple[str, str]:
    printed = change.printed
    sides = ((printed.numerator, printed.denominator), (change.numerator, change.denominator))
    before, after = (
        "/".join(_counts(counts, change.money, currency, language))
        for counts, currency in zip(sides, change.currencies, strict=True)
    )
    return before and f" ({before})", after and f" ({after})"


def _counts(
    counts: tuple[float | None, float | None], money: frozenset[Side], currency: str, language: Language
) -> Iterator[str]:
    names: tuple[Side, Side] = ("numerator", "denominator")
    for name, count in zip(names, counts, strict=True):
        if count is not None and not math.isnan(count):
            yield exact(count, language, currency if name in money else "")
