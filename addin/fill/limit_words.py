"""The limits in words beside a figure, and whose they are: formulas over the settings sheet, so that both follow it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from addin.fill.content import Formula, Value
from addin.fill.limits import Limits, word
from addin.fill.words import say
from kpi_core.catalogue import definition
from kpi_core.texts import Language
from workbook_templates.bands import bands, is_inclusive

_DECIMALS = 2  # of a limit in words; no published limit has more


def limits_in_words(limits: Limits) -> Value:
    """The bands from the lowest values up, each limit between two of them: "Warning < 15 % ≤ Check < 20 % ≤ ..."."""
    names = _cells(limits)
    if not names:
        return say("none", limits.language)
    none = say("limits.none", limits.language)
    known = [value for value in limits.values if value is not None]
    signs = [(" ≤ ", " < ") if is_inclusive(band) else (" < ", " ≤ ") for band in bands(limits.kpi)]
    formula, shown = [f"band_{limits.kpi}_1"], word(limits.statuses[0], limits.language)
    for i, (name, (before, after)) in enumerate(zip(names, signs, strict=False), start=1):
        ends = f"{_suffix(limits)}{after}"
        formula += [f'"{before}"', _rounded(limits, name), f'"{ends}"', f"band_{limits.kpi}_{i + 1}"]
        if len(known) == len(names):
            shown += f"{before}{_digits(limits, known[i - 1])}{ends}{word(limits.statuses[i], limits.language)}"
    whole = len(known) == len(names)
    return Formula(f'IF(COUNT({",".join(names)})={len(names)},{"&".join(formula)},"{none}")', shown if whole else none)


def whose(limits: Limits) -> Value:
    """Whether the limits are the published ones or the firm's own, be it by its settings or typed into the workbook."""
    said = {key: say(f"limits.{key}", limits.language) for key in ("published", "own", "compared", "unset")}
    names = _cells(limits)
    if not names:
        return said["unset"]
    own = limits.thresholds is not None
    theirs = definition(limits.kpi)
    published: list[float | None] = [band.bound for band in theirs.bands[:-1]] if not theirs.compare else limits.values
    if theirs.compare and (own or None in limits.values):
        published = []
    calm = said["compared"] if theirs.compare else said["published"]
    if len(published) != len(names) or None in published:
        return Formula(
            f'IF(COUNT({",".join(names)})=0,"{said["unset"]}","{said["own"]}")', said["own"] if own else said["unset"]
        )
    tests = [f"ABS({name}-{value!r})<0.000000001" for name, value in zip(names, published, strict=True)]
    return Formula(f'IF(AND({",".join(tests)}),"{calm}","{said["own"]}")', said["own"] if own else calm)


def _cells(limits: Limits) -> list[str]:
    return [f"limit_{limits.kpi}_{i}" for i in range(1, len(limits.statuses))]


def _rounded(limits: Limits, name: str) -> str:
    """With the workbook's own decimal sign, whatever the program that opens it would write."""
    number = f"ROUND({'100*' if _is_share(limits) else ''}{name},{_DECIMALS})"
    other, own = (".", ",") if limits.language == "fi" else (",", ".")
    return f'SUBSTITUTE({number},"{other}","{own}")'


def _digits(limits: Limits, value: float) -> str:
    """The same in words: halves go up, as ROUND's do."""
    number = Decimal(f"{100 * value if _is_share(limits) else value:.15g}")
    digits = f"{number.quantize(Decimal(1).scaleb(-_DECIMALS), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return _decimal_comma(digits, limits.language)


def _decimal_comma(digits: str, language: Language) -> str:
    return digits.replace(".", ",") if language == "fi" else digits


def _suffix(limits: Limits) -> str:
    unit = definition(limits.kpi).unit
    share = "\N{NO-BREAK SPACE}%" if limits.language == "fi" else "%"
    return {"ratio": share, "multiple": "x"}.get(unit, "")


def _is_share(limits: Limits) -> bool:
    return definition(limits.kpi).unit == "ratio"
