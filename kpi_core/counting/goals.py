"""The targets of each group and month, summed once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pandas as pd

from kpi_core.counted.open_offers import Goal
from kpi_core.periods import Period


@dataclass
class _Sum:
    rows: int = 0
    value: float = 0.0
    sellers: set[bool] = field(default_factory=set)  # whether the rows name one
    currencies: set[str] = field(default_factory=set)


class Goals:
    """The targets by group (None: of all) and month."""

    def __init__(self, targets: pd.DataFrame, by: str | None, groups: Sequence[str], currencies: Sequence[str]) -> None:
        self._sums: dict[tuple[int | None, str], _Sum] = {}
        self._currencies = currencies
        codes = {name: code for code, name in enumerate(groups, 1)}
        known = targets.dropna(subset=["target_value"])
        owners = known[by].tolist() if by else [None] * len(known)
        for owner, month, value, seller, currency in zip(
            owners, known["month_on"], known["target_value"], known["seller"], known["currency"], strict=True
        ):
            for group in {None, codes.get(owner)} if owner == owner else {None}:
                found = self._sums.setdefault((group, f"{month:%Y-%m}"), _Sum())
                found.rows += 1
                found.value += value
                found.sellers.add(seller == seller)
                found.currencies |= {currency} if currency == currency else set()

    def of(self, group: int | None, month: Period, currencies: Collection[int], won_value: float) -> Goal:
        """A month's target; `currencies` are the codes of those that the group's opportunities have."""
        found = self._sums.get((group, month.key), _Sum())
        return Goal(
            rows=found.rows,
            value=found.value,
            overlapping=len(found.sellers) > 1,
            currency_differs=len(found.currencies | {self._currencies[code] for code in currencies}) > 1,
            won_value=won_value,
        )
