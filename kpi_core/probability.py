"""How a column writes probabilities: as shares, or in percent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Scale = Literal["share", "percent", "mixed", "bad"]


def scale_of(probabilities: Iterable[float]) -> Scale:
    """All at most 1 are shares, any above 1 makes percent of the column; blanks left out before.

    `mixed` where 0.5 stands beside 40 (a share, or half a percent?), `bad` where a value is outside 0-100.

    >>> scale_of([0.1, 1]), scale_of([10, 100, 0]), scale_of([0.5, 40]), scale_of([-1])
    ('share', 'percent', 'mixed', 'bad')
    """
    known = set(probabilities)
    if any(not 0 <= value <= 100 for value in known):
        return "bad"
    if not any(value > 1 for value in known):
        return "share"
    return "mixed" if any(0 < value < 1 for value in known) else "percent"
