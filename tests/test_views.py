"""A group's rows: which they are, and that only so many groups' are held at once."""

import gc
import weakref

import pandas as pd

from kpi_core.first_meetings import first_meetings
from kpi_core.periods import month
from kpi_core.tables import Dataset
from kpi_core.views import split
from tests.small_tables import contacts, meetings

MAY = month(2026, 5)


def test_a_group_has_its_rows_in_their_order_and_other_tables_whole() -> None:
    held = meetings(
        "id meeting outcome client seller\n1 2026-05-04 held B x\n2 2026-05-05 held A y\n3 2026-05-06 held B y"
    )
    calls = contacts("id contacted client\n1 2026-05-01 A")
    groups = split(Dataset(meetings=held, contacts=calls), "client")
    assert groups.names == ["A", "B"]
    assert list(groups.of("B").meetings["meeting_id"]) == ["1", "3"]
    assert list(groups.of("B").meetings.index) == [0, 2]
    assert groups.of("B").contacts.empty
    assert groups.of("A").sellers is groups.data.sellers


def test_only_some_groups_are_held_however_many_there_are() -> None:
    """What is found in a group's rows goes with them."""
    lines = "\n".join(f"{number} 2026-05-04 held C{number} x" for number in range(200))
    groups = split(Dataset(meetings=meetings(f"id meeting outcome client seller\n{lines}")), "client")
    seen: list[weakref.ref[pd.DataFrame]] = []
    for name in groups.names:
        rows = groups.of(name).meetings
        assert len(first_meetings(rows, MAY.end)) == 1
        seen.append(weakref.ref(rows))
    del rows
    gc.collect()
    assert sum(it() is not None for it in seen) == 64
    assert groups.of(groups.names[-1]).meetings is seen[-1](), "the last ones are still there"
