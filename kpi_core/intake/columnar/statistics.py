"""What a parquet file tells of its own numbers, so that columns of which nothing can be wrong need no look."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpi_core.intake.columnar.plan import Plan
from kpi_core.intake.numbers import BEYOND


def doubtful_numbers(plan: Plan, columns: Sequence[str]) -> list[str]:
    """Those of some columns in which a number may be negative or beyond all amounts."""
    about = plan.open().metadata
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    places = {groups[0].column(place).path_in_schema: place for place in range(groups[0].num_columns)}

    def plain(name: str) -> bool:
        told = [group.column(places[plan.columns[name]]).statistics for group in groups]
        return all(it is not None and it.has_min_max and _is_plain(it.min, it.max) for it in told)

    return [name for name in plan.having(columns) if not plain(name)]


def _is_plain(low: object, high: object) -> bool:
    """Whether all between two are plain; half floats are told by bytes, and have to be looked at."""
    if not (isinstance(low, int | float | Decimal) and isinstance(high, int | float | Decimal)):
        return False
    return low >= 0 and high < BEYOND
