"""The same opportunity twice in the logs of a run: the latest modified row stays, as in `intake.duplicates`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpi_core.counting.rows import BLANK_DAY
from kpi_core.intake.columnar.arrays import days
from kpi_core.intake.columnar.ids import Digests, digests, repeated
from kpi_core.intake.columnar.log import Log
from kpi_core.intake.columnar.verdicts import LISTED
from kpi_core.tables import ExcludedRow


def keep_latest(logs: Sequence[Log], taken: Digests) -> None:
    """Exclude all but the latest row of each id. `taken`, the digests of all usable rows, is sorted in place."""
    twice = repeated(taken)
    if not len(twice):
        return
    found = np.concatenate([_rows_of(log, place, twice) for place, log in enumerate(logs)])
    # By id, and within an id from the earliest to the latest: a blank day first, then by file and row.
    found = found[np.lexsort([found["place"], found["log"], found["modified"], found["second"], found["first"]])]
    last = np.append((found["first"][1:] != found["first"][:-1]) | (found["second"][1:] != found["second"][:-1]), True)
    ends = np.flatnonzero(last)
    kept = found[ends[np.searchsorted(ends, np.arange(len(found)))]]
    for place, log in enumerate(logs):
        losing = ~last & (found["log"] == place)
        order = np.argsort(found["place"][losing], kind="stable")
        places, winners = found["place"][losing][order], kept[losing][order]
        if not len(places):
            continue
        listed = log.ids(places[:LISTED])
        for row, name, winner in zip(places[:LISTED].tolist(), listed, winners[:LISTED], strict=True):
            kept_file = logs[int(winner["log"])].plan.label
            why = {"found": name, "kept_file": kept_file, "kept_row": int(winner["place"]) + 2}
            log.verdicts.exclude([ExcludedRow(log.plan.label, row + 2, "duplicate", why)])
        if len(places) > LISTED:
            log.verdicts.unlisted["duplicate"] += len(places) - LISTED
        log.leave_out(places)
    for log in logs:
        log.survey_again()


def _rows_of(log: Log, number: int, twice: Digests) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """The usable rows whose digest is among those that occur twice, with a second digest and the day of change."""
    kind = [("first", "u8"), ("second", "u8"), ("modified", "i4"), ("log", "i4"), ("place", "i8")]
    pieces = []
    for start, table in log.read(["opportunity_id", "modified_on"]):
        first, _ = digests(table["opportunity_id"])
        near = np.minimum(np.searchsorted(twice, first), len(twice) - 1)
        among = twice[near] == first
        among[log.unused_in(start, len(table))] = False
        here = np.flatnonzero(among)
        if not len(here):
            continue
        picked = table.take(here)
        rows = np.zeros(len(here), kind)
        rows["first"], rows["second"] = first[here], digests(picked["opportunity_id"], 1)[0]
        rows["modified"] = BLANK_DAY
        if "modified_on" in picked.column_names:
            found, odd = days(picked["modified_on"], log.declared.timezone)
            rows["modified"] = found if odd is None else np.where(odd, np.int32(BLANK_DAY), found)
        rows["log"], rows["place"] = number, here + start
        pieces.append(rows)
    return np.concatenate(pieces) if pieces else np.zeros(0, kind)
