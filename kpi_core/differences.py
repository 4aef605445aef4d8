"""Whether two sellers (teams, clients) differ: only where the interval of the difference excludes zero."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from kpi_core.catalogue import definition
from kpi_core.evidence import differ, newcombe
from kpi_core.figures import fill
from kpi_core.reading import Reading
from kpi_core.scorecard import Scorecard
from kpi_core.texts import LANGUAGES, Text, load_texts

Verdict = Literal["differ", "within_chance", "too_little"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two groups' shares of one KPI, the higher first: the difference, Newcombe's 95 % interval of it, the verdict.

    interval is None where either has too few observations to say anything.
    """

    kpi: str
    higher: str
    lower: str
    difference: float
    interval: tuple[float, float] | None
    verdict: Verdict

    @property
    def text(self) -> Text:
        """The verdict in words, with the difference in percentage points."""
        said = load_texts("kpi_core.sentences", "readings.toml")[f"difference.{self.verdict}"]
        low, high = self.interval or (0.0, 0.0)
        points = {"points": self.difference, "low": low, "high": high}
        shown = {name: Text(*(_points(value, lang) for lang in LANGUAGES)) for name, value in points.items()}
        return fill(said, {"higher": self.higher, "lower": self.lower, **shown})


def differences(card: Scorecard, kpi: str) -> tuple[Difference, ...]:
    """Every pair of a scorecard's groups, the widest difference first; empty for KPIs that are no share of counts."""
    shares = [it for it in card.readings if it.kpi == kpi and it.group is not None and it.interval is not None]
    found = (_difference(one, other) for one, other in combinations(shares, 2))
    return tuple(sorted(found, key=lambda it: (-it.difference, it.higher, it.lower)))


def _difference(one: Reading, other: Reading) -> Difference:
    high, low = (one, other) if (one.value or 0) >= (other.value or 0) else (other, one)
    gap = (high.value or 0) - (low.value or 0)
    names = [it.group[1] if it.group else "" for it in (high, low)]
    minimum = definition(one.kpi).minimum_n
    if min(one.n, other.n) < minimum:
        return Difference(one.kpi, names[0], names[1], gap, None, "too_little")
    interval = newcombe(high.numerator or 0, high.denominator or 0, low.numerator or 0, low.denominator or 0)
    return Difference(one.kpi, names[0], names[1], gap, interval, "differ" if differ(interval) else "within_chance")


def _points(share: float, language: str) -> str:
    digits = f"{share * 100:.1f}".rstrip("0").rstrip(".")
    return digits.replace(".", ",").replace("-", "\N{MINUS SIGN}") if language == "fi" else digits
