"""Whether two readings are the same: counts, words and statuses equal, figures to twelve digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import pytest

from kpi_core.reading import Reading

_FIGURES = {"value", "numerator", "denominator", "parts", "interval"}


def differences(found: Sequence[Reading], wanted: Sequence[Reading]) -> list[str]:
    """One line a difference: which reading, which field, what was found and what was wanted."""
    assert [(it.kpi, it.group) for it in found] == [(it.kpi, it.group) for it in wanted]
    return [line for one, other in zip(found, wanted, strict=True) for line in _differing(one, other)]


def _differing(found: Reading, wanted: Reading) -> Iterator[str]:
    for field in fields(Reading):
        one, other = getattr(found, field.name), getattr(wanted, field.name)
        if not _alike(one, other, field.name in _FIGURES):
            yield f"{found.period.key} {found.group} {found.kpi}.{field.name}: {one!r}, wanted {other!r}"


def _alike(one: Any, other: Any, figure: bool) -> bool:
    if not figure or one is None or other is None:
        return bool(one == other)
    return bool(one == pytest.approx(other, rel=1e-12, abs=1e-9))
