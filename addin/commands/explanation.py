"""A definition in words: what the KPI is, how it is computed, from which value on it warns, and who says so."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text as Styled

from addin.wording import say
from kpi_core.catalogue import catalogue, mark
from kpi_core.definition import Band, Definition
from kpi_core.errors import UsageError
from kpi_core.evidence import wilson
from kpi_core.figures import Unit, figure, span
from kpi_core.texts import Language

if TYPE_CHECKING:
    from rich.console import Console


class ValueReadError(UsageError):
    """A value that cannot be read as the KPI's unit."""

    package = "addin.texts"


def number(text: str, unit: Unit) -> float:
    """A value as a Finn or an Englishman types it: 12,5 %, 12.5%, 0.125, 1 234 €, 2,9x.

    Raises ValueReadError for what is no number or no share, and for a share above 1 without a percent sign: 23 may
    mean 23 %.
    """
    bare = re.sub(r"[\s\u00a0\u202f]|€|EUR|x$", "", text, flags=re.IGNORECASE)
    percent = bare.endswith("%")
    try:
        found = float(bare.removesuffix("%").replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        raise ValueReadError("explain.no_number", found=text) from None
    if not math.isfinite(found) or (percent and unit != "ratio"):
        raise ValueReadError("explain.no_number", found=text)
    if unit == "ratio" and not percent and found > 1:
        raise ValueReadError("explain.percent", found=text, share=f"{found / 100:g}")
    found = found / 100 if percent else found
    if unit == "ratio" and not 0 <= found <= 1:
        raise ValueReadError("explain.no_share", found=text)
    return found


def count(text: str) -> int:
    """How many observations: a whole number, 0 or more. Raises ValueReadError for anything else."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not bare.isdecimal():
        raise ValueReadError("explain.no_count", found=text)
    return int(bare)


def listed(language: Language, console: Console) -> None:
    """Every KPI by the name that the commands know it by."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for kpi, found in catalogue().items():
        table.add_row(kpi, found.name.show(language))
    console.print(table)
    console.print(say("explain.next", language))


def explanation(
    kpi: Definition,
    language: Language,
    *,
    limits: Sequence[float] | None = None,
    value: float | None = None,
    n: int | None = None,
) -> Iterator[Styled]:
    """The page, a line each; with a `value` what it says comes first."""
    yield Styled.assemble((kpi.name.show(language), "bold"), f"  ({kpi.id})")
    if value is not None:
        yield from _verdict(kpi, language, limits, value, n)
    yield Styled("")
    yield Styled(kpi.definition.show(language))
    yield _told("explain.formula", language, kpi.formula.show(language))
    yield _told("explain.basis", language, kpi.basis().show(language))
    yield from _limits(kpi, language, limits)
    if kpi.minimum_n:
        yield _told("explain.minimum_n", language, figure(kpi.minimum_n, "count", language))
    if kpi.options:
        yield Styled(say("explain.options", language), style="bold")
        for name, option in kpi.options.items():
            allowed = f" ({' | '.join(option.choices)})" if option.choices else ""
            default = say("explain.default", language, value=option.default or "–")
            yield Styled(f"  {name}{allowed}, {default}: {option.help.show(language)}")
    yield _told("explain.source", language, kpi.source.show(language))
    yield _told("explain.bands_source", language, kpi.bands_source.show(language))


def _verdict(
    kpi: Definition, language: Language, limits: Sequence[float] | None, value: float, n: int | None
) -> Iterator[Styled]:
    shown = figure(value, kpi.unit, language)
    if n is not None and kpi.evidence != "none" and n < kpi.minimum_n:
        yield Styled(f"{mark('grey').icon} {shown}: {kpi.too_few(n).show(language)}")
    elif kpi.compare and limits is None:
        yield Styled(say("explain.compared", language, value=shown))
    else:
        band = kpi.band(value, limits)
        yield Styled(f"{mark(band.status).icon} {mark(band.status).word.show(language)}, {shown}")
        yield Styled(band.diagnosis.show(language))
    if n and kpi.evidence == "wilson" and 0 <= value <= 1:
        yield Styled(say("explain.interval", language, interval=span(*wilson(value * n, n), "ratio", language), n=n))


def _limits(kpi: Definition, language: Language, limits: Sequence[float] | None) -> Iterator[Styled]:
    unit: Unit = "multiple" if kpi.compare and limits is None else kpi.unit
    yield Styled(say("explain.limits_own" if limits else "explain.limits", language), style="bold")
    before = None
    for band in kpi.limits(limits):
        status = mark(band.status)
        heading = f"{status.icon} {status.word.show(language)}{_reach(band, before, unit, language)}"
        yield Styled(f"  {heading}: {band.diagnosis.show(language)}")
        before = band


def _reach(band: Band, before: Band | None, unit: Unit, language: Language) -> str:
    """From where to where a band goes, the bound itself told apart: under 15 %, at most 10 %, above 40 %."""
    if band.upper is not None and band.lower is not None:
        return f", {span(band.lower, band.upper, unit, language)}"
    if band.upper is not None:
        return ", " + say(
            "explain.up_to" if band.inclusive else "explain.below", language, bound=figure(band.upper, unit, language)
        )
    if band.lower is None or before is None:
        return ""
    edge = "above" if before.inclusive else "from"
    return ", " + say(f"explain.{edge}", language, bound=figure(band.lower, unit, language))


def _told(key: str, language: Language, text: str) -> Styled:
    return Styled.assemble((f"{say(key, language)}: ", "bold"), text)
