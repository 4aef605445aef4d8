"""What the sample's story is told with (material.toml), and its calendar."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

Row = dict[str, Any]

MATERIAL: dict[str, Any] = tomllib.loads(files("addin.sample").joinpath("material.toml").read_text(encoding="utf-8"))
CALENDAR = MATERIAL["calendar"]
CLIENTS = MATERIAL["clients"]
SELLERS = MATERIAL["sellers"]
WORDS = MATERIAL["words"]
REACHED = WORDS["reached"]
OPENED, FROM, LAST = CALENDAR["opened_on"], CALENDAR["from_on"], CALENDAR["last_on"]


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def month_key(day: date) -> str:
    """The month of a day, e.g. 2026-02."""
    return f"{day:%Y-%m}"


def worse(day: date) -> bool:
    """Whether a day is of the month in which everything went worse."""
    return month_key(day) == str(CALENDAR["worse_month"])
