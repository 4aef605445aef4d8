"""The bands that a template shows of a KPI, and which of their limits is the line in its chart."""

from __future__ import annotations

from kpi_core.catalogue import definition
from kpi_core.definition import BandRule, Status
from kpi_core.measuring import STOCKS

STATUSES: tuple[Status, ...] = ("red", "amber", "green", "grey")


def own_limits(kpi: str) -> bool:
    """Whether no general limit is published, so that the limit cells are blank until a firm fills them."""
    return all(band.status == "grey" for band in definition(kpi).bands)


def bands(kpi: str) -> tuple[BandRule, ...]:
    """The bands of the settings sheet: the definition's, else the firm's own; none where a KPI has neither."""
    known = definition(kpi)
    return known.firm_bands if own_limits(kpi) else known.bands


def is_inclusive(band: BandRule) -> bool:
    """Whether the bound itself still belongs to the band."""
    return band.up_to is not None or band.limit == "up_to"


def rated_by_group(kpi: str) -> bool:
    """Whether one limit serves every group: there is one, and it does not depend on the group's own past."""
    return not own_limits(kpi) and definition(kpi).compare is None


def warning_limit(kpi: str) -> int:
    """Which limit (from 1) is the chart's line: the one that ends or begins red, else amber; 0 where there is none."""
    rules = bands(kpi)
    for status in ("red", "amber"):
        for number, band in enumerate(rules, start=1):
            if band.status == status:
                return number if number < len(rules) else number - 1
    return 0


def has_trailing(kpi: str) -> bool:
    """Whether a KPI has figures of the last 3 and 12 months; what is a value on a day has none."""
    return kpi not in STOCKS
