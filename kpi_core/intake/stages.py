"""Headers that hold the day on which a stage was entered, e.g. date_entered_price_offering."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpi_core.folding import folded_word
from kpi_core.intake.dates import read_dates
from kpi_core.intake.parts import Part
from kpi_core.intake.source import Declared, Word
from kpi_core.words import word_list


def stage_dates(part: Part, declared: Declared, epoch_1904: bool) -> None:
    """Fill offer_on with the first entry to an offer stage and, where the file has no stage, the latest one entered."""
    entered: dict[str, pd.Series[Any]] = {}
    for place, header in enumerate(part.grid.headers):
        if (stage := _stage(header, part.layout.stage_dates)) is None:
            continue
        read = read_dates(
            part.grid.column(place).where(part.open),
            part.grid.lines,
            file=part.file,
            header=header,
            column="stage date",
            declared=declared,
            epoch_1904=epoch_1904,
        )
        entered[stage] = read.days
        part.chosen[f"entered {stage}"] = place
        if read.format:
            part.dates.append(read.format)
    if not entered:
        return
    days = pd.DataFrame(entered)
    offers = [stage for stage in entered if is_offer(stage)]
    part.words += [
        Word("stage date", stage, "offer" if stage in offers else "stage", int(days[stage].notna().sum()))
        for stage in entered
    ]
    if offers and "offer_on" not in part.frame:
        part.frame["offer_on"] = days[offers].min(axis=1)
        part.frame["offer_from"] = "stage"
    if "stage" not in part.frame:
        reached = days[days.notna().any(axis=1)].astype("datetime64[s]")
        latest = reached.astype("int64").where(reached.notna()).idxmax(axis=1)
        part.frame["stage"] = latest.reindex(part.frame.index).astype("str")


def is_offer(stage: str) -> bool:
    """Whether the customer has an offer in hand in this stage (the list offer_stage of words.toml)."""
    return folded_word(stage) in word_list("offer_stage")


def _stage(header: str, beginnings: tuple[str, ...]) -> str | None:
    """The stage that a header names after one of the beginnings; None for another header."""
    for beginning in beginnings:
        if header.casefold().startswith(beginning):
            return header[len(beginning) :].split("(")[0].strip(' _"').replace("_", " ")
    return None
