"""What becomes of the rows of a log that are not used: a bounded list of them, and counts of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kpi_core.tables import ExcludedRow, RowAccount

LISTED = 1_000  # excluded rows of one reason that are listed; the others are counted


@dataclass
class Verdicts:
    """Rows left out on purpose, counted by rule; excluded ones, listed by reason, and how many more there are."""

    ignored: Counter[str] = field(default_factory=Counter)
    listed: dict[str, list[ExcludedRow]] = field(default_factory=dict)
    unlisted: Counter[str] = field(default_factory=Counter)

    def exclude(self, rows: Sequence[ExcludedRow]) -> None:
        """List excluded rows, or count them where enough of their kind are listed."""
        for row in rows:
            listed = self.listed.setdefault(row.code, [])
            if len(listed) < LISTED:
                listed.append(row)
            else:
                self.unlisted[row.code] += 1

    def account(self, read: int) -> RowAccount:
        """The account of so many rows."""
        excluded = sorted((row for rows in self.listed.values() for row in rows), key=lambda row: row.row)
        used = read - self.ignored.total() - len(excluded) - self.unlisted.total()
        return RowAccount(
            used, dict(sorted(self.ignored.items())), tuple(excluded), dict(sorted(self.unlisted.items()))
        )
