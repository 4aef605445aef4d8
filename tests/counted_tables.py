"""Canonical tables of a given size: so many won, so many reached, each row with its own company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from kpi_core.periods import month
from kpi_core.tables import TableName, conform, empty

MAY = month(2026, 5)
_FIRST, _DAY = date(2026, 5, 4), date(2026, 5, 12)


def table(name: TableName, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    listed = list(rows)
    return conform(name, pd.DataFrame(listed)) if listed else empty(name)


def offers(won: int = 0, lost: int = 0, open: int = 0, value: float = 1000) -> pd.DataFrame:  # noqa: A002
    """Offers made on 4 May 2026; the won and the lost were decided on 12 May."""
    statuses = ["won"] * won + ["lost"] * lost + ["open"] * open
    return table("opportunities", (_offer(index, status, value) for index, status in enumerate(statuses)))


def _offer(index: int, status: str, value: float) -> dict[str, Any]:
    return {
        "opportunity_id": f"O{index}",
        "company": f"Company {index}",
        "status": status,
        "value": value,
        "currency": "EUR",
        "created_on": _FIRST,
        "first_contact_on": _FIRST,
        "offer_on": _FIRST,
        "offer_from": "column",
        "closed_on": None if status == "open" else _DAY,
    }


def won_deals(spans: Sequence[tuple[date, date]]) -> pd.DataFrame:
    """Won deals from their first contact to their closing."""
    deals = ((_offer(index, "won", 1000), begun, closed) for index, (begun, closed) in enumerate(spans))
    return table("opportunities", ({**deal, "first_contact_on": begun, "closed_on": end} for deal, begun, end in deals))


def lasting(days: Iterable[int]) -> list[tuple[date, date]]:
    """Spans of so many days that all end on 12 May 2026."""
    return [(_DAY - timedelta(days=length), _DAY) for length in days]


def pipeline(fresh: float, stale: float = 0, won: float = 0) -> pd.DataFrame:
    """Open offers worth `fresh` and, with an expected close that has passed, `stale`; and one won deal."""
    kinds = [("open", fresh, date(2026, 6, 30)), ("open", stale, date(2026, 4, 30)), ("won", won, None)]
    rows = [
        {**_offer(index, status, value), "expected_close_on": expected}
        for index, (status, value, expected) in enumerate(kinds)
        if value
    ]
    return table("opportunities", rows)


def target(value: float) -> pd.DataFrame:
    """May's target."""
    return table("targets", [{"month_on": MAY.start, "target_value": value, "currency": "EUR"}])


def calls(reached: int, unreached: int = 0) -> pd.DataFrame:
    """Phone calls on 4 May 2026, each to another person."""
    rows = ({"person": f"Person {index}", "reached": index < reached} for index in range(reached + unreached))
    return table("contacts", ({**row, "contacted_on": _FIRST, "channel": "phone"} for row in rows))


def held_meetings(count: int, seller: str = "Maija") -> pd.DataFrame:
    """First meetings booked on 5 May and held on 12 May 2026, each with another person and company."""
    return table(
        "meetings",
        (
            {
                "meeting_id": f"M{index}",
                "person": f"Person {index}",
                "company": f"Company {index}",
                "seller": seller,
                "booked_on": date(2026, 5, 5),
                "meeting_on": _DAY,
                "outcome": "held",
            }
            for index in range(count)
        ),
    )


def one_seller(name: str = "Maija") -> pd.DataFrame:
    return table("sellers", [{"seller": name}])


def leave(working_days: int, seller: str = "Maija") -> pd.DataFrame:
    """An absence of so many days (at most five) from Monday 18 May 2026."""
    if not working_days:
        return empty("absences")
    monday = date(2026, 5, 18)
    return table(
        "absences", [{"seller": seller, "from_on": monday, "to_on": monday + timedelta(days=working_days - 1)}]
    )
