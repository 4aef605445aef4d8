"""Opportunities as arrays: days as numbers, words as codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Ints = np.ndarray[Any, np.dtype[np.integer[Any]]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

BLANK_DAY = -1_000_000_000  # before every day, and far enough from the ends of 32 bits to be calculated with
WON, LOST, OPEN = 0, 1, 2
STATUSES = ("won", "lost", "open")
NOBODY = 0  # the code of the rows without a group


@dataclass(frozen=True)
class Rows:
    """Some of the usable rows. Days are counted from 1970 (BLANK_DAY where there is none), a blank number is NaN.

    group     0 where the row has none, else the place of its name among the groups + 1
    status    WON, LOST or OPEN
    currency  0 where the row has none, else the place of its code among the currencies + 1
    """

    group: Ints
    status: Ints
    no_decision: Flags
    value: Floats
    currency: Ints
    probability: Floats | None
    created_on: Ints
    first_contact_on: Ints
    offer_on: Ints
    closed_on: Ints
    expected_close_on: Ints

    def __len__(self) -> int:
        return len(self.status)

    def where(self, chosen: Flags) -> Rows:
        """Some of the rows."""
        picked: dict[str, Any] = {name: None if it is None else it[chosen] for name, it in vars(self).items()}
        return Rows(**picked)


def rows_of(opportunities: pd.DataFrame, by: str | None, groups: Sequence[str], currencies: Sequence[str]) -> Rows:
    """A canonical table as arrays."""
    probability = opportunities["probability"]
    return Rows(
        group=codes_of(opportunities[by], groups) if by else np.zeros(len(opportunities), dtype="int32"),
        status=codes_of(opportunities["status"], STATUSES) - 1,
        no_decision=opportunities["no_decision"].fillna(False).to_numpy(dtype=bool),
        value=opportunities["value"].to_numpy(dtype="float64"),
        currency=codes_of(opportunities["currency"], currencies),
        probability=probability.to_numpy(dtype="float64") if probability.notna().any() else None,
        **{
            day: days_of(opportunities[day])
            for day in ("created_on", "first_contact_on", "offer_on", "closed_on", "expected_close_on")
        },
    )


def codes_of(words: pd.Series[Any], known: Sequence[str]) -> Ints:
    """Each word's place among the known ones + 1, 0 for a blank."""
    places: Mapping[str, int] = {word: place for place, word in enumerate(known, 1)}
    return words.map(places).fillna(0).to_numpy(dtype="int32")


def days_of(days: pd.Series[Any]) -> Ints:
    """Days counted from 1970."""
    found = days.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(found), BLANK_DAY, found.astype("int64")).astype("int32")
