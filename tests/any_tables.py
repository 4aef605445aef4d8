"""Any canonical tables, for laws that hold whatever the data: hypothesis strategies."""

from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import strategies as st

from tests.counted_tables import table

days = st.dates(date(2026, 4, 1), date(2026, 6, 30))
maybe_days = st.none() | days


@st.composite
def opportunities(draw: st.DrawFn) -> pd.DataFrame:
    """Any opportunities: each status, dates in any order, values and offers missing here and there."""
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "status": st.sampled_from(["won", "lost", "open"]),
                    "value": st.none() | st.floats(0, 1e6),
                    "offer_on": maybe_days,
                    "created_on": maybe_days,
                    "first_contact_on": maybe_days,
                    "closed_on": days,
                    "no_decision": st.booleans(),
                    "company": st.sampled_from(["A", "B", "C", None]),
                }
            ),
            min_size=1,
            max_size=25,
        )
    )
    for number, row in enumerate(rows):
        row |= {"opportunity_id": f"O{number}", "offer_from": "column" if row["offer_on"] else None, "currency": "EUR"}
        row["closed_on"] = None if row["status"] == "open" else row["closed_on"]
    return table("opportunities", rows)


@st.composite
def meetings(draw: st.DrawFn) -> pd.DataFrame:
    """Any meetings: every outcome, some never marked, some of two sellers."""
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "meeting_id": st.sampled_from([f"M{number}" for number in range(15)]),
                    "meeting_on": days,
                    "booked_on": maybe_days,
                    "outcome": st.sampled_from(["held", "held", "no_show", "cancelled", "moved", "booked", None]),
                    "company": st.sampled_from(["A", "B", "C", "D", None]),
                    "person": st.sampled_from(["Aino", "Eero", None]),
                    "seller": st.sampled_from(["Maija", "Ville", None]),
                }
            ),
            min_size=1,
            max_size=25,
            # One meeting, one seller, one row: rows that differ only in their facts are another fault's matter.
            unique_by=lambda row: row["meeting_id"],
        )
    )
    return table("meetings", rows)
