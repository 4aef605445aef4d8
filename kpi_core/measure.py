"""What a formula returns: a number with the counts behind it, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi_core.tally import Tally


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside a figure, e.g. open offers without a value.

    `code` names the sentence under the KPI's `notes` in definitions/, `found` fills its placeholders.
    """

    code: str
    found: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """A KPI's value with what made it.

    value        the figure, in the unit of its definition; NaN means nothing to measure, and `reason` says why
    numerator    e.g. won offers; NaN where the KPI is no quotient
    denominator  e.g. won and lost offers; NaN where the KPI is no quotient
    n            how many observations the value rests on
    reason       a key of the definition's `reasons`; empty when there is a value
    notes        remarks to show beside the value
    parts        further figures to show beside it, e.g. the mean beside a median; keys of the definition's `parts`
    basis        the options that were used, e.g. {"basis": "count"}; printed in the label
    best         the value if all that is still under way succeeds; NaN where nothing is
    doubt        a note's code that makes the figure amber whatever its value
    tallies      the rows that made the value, and what each added to it
    """

    value: float
    numerator: float = math.nan
    denominator: float = math.nan
    n: int = 0
    reason: str = ""
    notes: tuple[Note, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)
    basis: Mapping[str, str] = field(default_factory=dict)
    best: float = math.nan
    doubt: str = ""
    tallies: tuple[Tally, ...] = field(default=(), repr=False, compare=False)


def nothing(
    reason: str,
    *notes: Note,
    numerator: float = math.nan,
    denominator: float = math.nan,
    n: int = 0,
    parts: Mapping[str, float] | None = None,
    basis: Mapping[str, str] | None = None,
) -> Measure:
    """A Measure without a value: NaN, and why."""
    return Measure(math.nan, numerator, denominator, n, reason, notes, parts or {}, basis or {})
