"""What a single value says: its interval, its status, its diagnosis."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kpi_core.catalogue import named
from kpi_core.columns.errors import ColumnError
from kpi_core.evidence import wilson


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
