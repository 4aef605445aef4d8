"""What a user's own workbook may ask for by a word: win_rate, sales_cycle_days_p90, period, limit_win_rate_1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kpi_core.catalogue import catalogue, definition
from kpi_core.figures import Unit
from workbook_templates import contract

_LIMIT = re.compile(r"(?:limit|band)_(?P<kpi>\w+)_(?:n|[1-9])")
_MEASURED = (
    "value",
    "repeated",
    *(f"{months}{end}" for months in ("", "m3_", "m12_") for end in ("low", "high")),
    "m3",
    "m12",
)
_PLAN: Mapping[str, Unit] = {
    "target": "money",
    "deal_size": "money",
    "pipeline": "money",
    "coverage": "multiple",
    **dict.fromkeys(("win_rate", "meeting_to_offer", "contact_to_meeting", "show_rate"), "ratio"),
}


def content_name(key: str) -> str:
    """The name of the contract that a word stands for: win_rate is kpi_win_rate, period is report_period; "" if none.

    The word is a placeholder's or a mapping's, or a defined name without its kpi_.
    """
    if kpi_behind(f"kpi_{key}"):
        return f"kpi_{key}"
    if key in contract.names() or kpi_behind(key):
        return key
    return f"report_{key}" if f"report_{key}" in contract.names() else ""


def kpi_behind(name: str) -> str:
    """The KPI that a name of the contract belongs to, its limits and bands included; "" where it is no KPI's."""
    limit = _LIMIT.fullmatch(name)
    if limit:
        return limit["kpi"] if limit["kpi"] in catalogue() else ""
    try:
        return contract.kpi_of(name)[0]
    except KeyError:
        return ""


def is_meant(name: str) -> bool:
    """Whether a defined name asks for a value: those of the contract and all that begin with kpi_; no other."""
    return name.lower().startswith("kpi_") or name in contract.names() or bool(kpi_behind(name))


def unit_of(name: str) -> Unit:
    """The unit in which a figure of this name is worded inside a sentence."""
    if name.startswith("plan_"):
        return next((unit for key, unit in _PLAN.items() if name in (f"plan_{key}", f"plan_{key}_gap")), "number")
    kpi = kpi_behind(name)
    if not kpi:
        return "ratio" if name == "funnel_total" else "count"
    if not name.startswith("kpi_"):
        return "count" if name.endswith("_n") else definition(kpi).unit
    suffix = contract.kpi_of(name)[1]
    if suffix in _MEASURED:
        return definition(kpi).unit
    if suffix in definition(kpi).parts:
        return definition(kpi).parts[suffix].unit
    return "count" if suffix in ("n", "m3_n", "m12_n") else "number"


def nearest(key: str) -> str:
    """The known word that looks most like an unknown one."""
    from rapidfuzz import fuzz, process  # needed only here

    return str(process.extractOne(key, list(_words()), scorer=fuzz.ratio)[0])


def _words() -> Iterable[str]:
    yield from (name.removeprefix("kpi_") for name in contract.known_names())
    for name in contract.names():
        yield name
        yield name.removeprefix("report_")
