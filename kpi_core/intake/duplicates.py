"""The same row twice: an opportunity by its id or by all that matters, another by all that is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kpi_core.intake.parts import Part
from kpi_core.intake.source import Remark

_DAYS_APART = pd.Timedelta(days=7)


def keep_latest(parts: Sequence[Part]) -> None:
    """One row for each id of a system: the latest modified, else the last; the others are excluded and listed."""
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "system": part.layout.system,
                    "id": part.frame["opportunity_id"],
                    "modified": part.get("modified_on"),
                    "part": number,
                    "place": part.frame.index,
                }
            )[part.ledger.open]
            for number, part in enumerate(parts)
        ],
        ignore_index=True,
    )
    if not rows.duplicated(["system", "id"]).any():
        return
    rows = rows[rows.duplicated(["system", "id"], keep=False)]
    ordered = rows.sort_values(["modified", "part", "place"], na_position="first", kind="stable")
    kept = ordered.drop_duplicates(["system", "id"], keep="last").set_index(["system", "id"])[["part", "place"]]
    kept.columns = pd.Index(["part_kept", "place_kept"])
    for number, part in enumerate(parts):
        here = rows[rows["part"] == number].join(kept, on=["system", "id"])
        losing = here[(here["part_kept"] != number) | (here["place_kept"] != here["place"])].set_index("place")
        mask = np.isin(np.arange(len(part.frame)), losing.index.to_numpy())
        names = [f"{parts[int(p)].file}" for p in losing["part_kept"]]
        lines = [
            parts[int(p)].ledger.line(int(q)) for p, q in zip(losing["part_kept"], losing["place_kept"], strict=True)
        ]
        index = part.frame.index
        part.ledger.exclude(
            mask,
            "duplicate",
            found=part.frame["opportunity_id"],
            kept_file=pd.Series(names, index=losing.index, dtype="object").reindex(index),
            kept_row=pd.Series(lines, index=losing.index, dtype="object").reindex(index),
        )


def equal_rows(part: Part, id_column: str | None) -> Remark | None:
    """A remark where rows are equal in all that is read: two equal contracts, or one that was exported twice.

    An id that the file itself does not have tells rows apart that are equal.
    """
    rows = part.usable.drop(columns=[id_column] if id_column in part.frame and id_column not in part.chosen else [])
    again = rows.duplicated()
    if not again.any():
        return None
    first = part.ledger.line(again[again].index.tolist()[0])
    return Remark("note.equal_rows", {"count": int(again.sum()), "row": first})


def lookalikes(rows: pd.DataFrame) -> Remark | None:
    """A remark where two ids share company and value and close within a week: perhaps one deal entered twice."""
    deals = rows.dropna(subset=["company", "value", "closed_on"])
    deals = deals[deals["value"] > 0].sort_values(["company", "value", "closed_on"], kind="stable")
    before = deals.shift()
    same = (deals["company"] == before["company"]) & (deals["value"] == before["value"])
    near: pd.Series[Any] = same & ((deals["closed_on"] - before["closed_on"]) <= _DAYS_APART)
    if not near.any():
        return None
    one, other = before[near].iloc[0], deals[near].iloc[0]
    return Remark(
        "note.lookalikes", {"count": int(near.sum()), "one": one["opportunity_id"], "other": other["opportunity_id"]}
    )
