"""What one KPI means, as its TOML table says it: names, limits, options and every sentence beside the figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, cast

from kpi_core.errors import UsageError
from kpi_core.figures import Unit, figure, fill, span
from kpi_core.texts import LANGUAGES, Text

Status = Literal["red", "amber", "green", "grey"]
ExcelError = Literal["#DIV/0!", "#N/A", "#NUM!", "#VALUE!"]

# No lag or window is longer than this many days or months, and no other option is larger than money can be.
_LONGEST, _LARGEST = 10_000, 1e12

_CLOSED = {"extra": "forbid"}  # a key that the schema does not know is a typing error


@dataclass(frozen=True)
class Band:
    """A stretch of values with one status, and what it tells one to do.

    It goes from `lower` to `upper` (None: without end); `inclusive` says that `upper` itself still belongs to it.
    """

    id: str
    status: Status
    diagnosis: Text
    lower: float | None
    upper: float | None
    inclusive: bool

    def holds(self, value: float) -> bool:
        """Whether a value that is past every earlier band lies in this one."""
        return self.upper is None or value < self.upper or (self.inclusive and value == self.upper)


@dataclass(frozen=True)
class BandRule:
    """A band as its TOML table says it, its bound not yet written into its diagnosis.

    It ends `below` a bound (the bound itself is the next band's) or goes `up_to` it (the bound included); the last one
    has no end. A firm's own band says only how its `limit` ends it: the firm gives the bound.
    """

    __pydantic_config__ = _CLOSED

    id: str
    status: Status
    diagnosis: Text
    below: float | None = None
    up_to: float | None = None
    limit: Literal["below", "up_to"] | None = None

    @property
    def bound(self) -> float | None:
        """Where the band ends; None for the last one and for a firm's own."""
        return self.below if self.below is not None else self.up_to

    @property
    def ends(self) -> bool:
        """Whether the band has an end."""
        return self.bound is not None or self.limit is not None

    def between(self, lower: float | None, upper: float | None, unit: Unit) -> Band:
        """The band with its bounds."""
        named: dict[str, object] = {}
        for key, bound in (("lower", lower), ("upper", upper)):
            if bound is not None:
                named[key] = Text(*(figure(bound, unit, lang) for lang in LANGUAGES))
        if lower is not None and upper is not None:
            named["range"] = Text(*(span(lower, upper, unit, lang) for lang in LANGUAGES))
        inclusive = self.up_to is not None or self.limit == "up_to"
        return Band(self.id, self.status, fill(self.diagnosis, named), lower, upper, inclusive)


@dataclass(frozen=True)
class Option:
    """One choice that the user has: among named `choices`, or a number or text of their own (blank: unset)."""

    __pydantic_config__ = _CLOSED

    default: str
    help: Text
    type: Literal["choice", "number", "text"] = "choice"
    whole: bool = False  # a number of whole months
    choices: Mapping[str, Text] = field(default_factory=dict)
    words: Text | None = None  # how a number or a text is named in the label

    def label(self, value: str) -> Text:
        """The option's value in words; nothing where it is unset."""
        if self.type == "choice":
            return self.choices[value]
        return fill(self.words, {"value": value}) if self.words and value else Text("", "")


@dataclass(frozen=True)
class Reason:
    """Why there is nothing to measure, and the Excel error that means the same."""

    __pydantic_config__ = _CLOSED

    fi: str
    en: str
    excel: ExcelError

    @property
    def text(self) -> Text:
        """The sentence."""
        return Text(self.fi, self.en)


@dataclass(frozen=True)
class Part:
    """A further figure shown beside the value."""

    __pydantic_config__ = _CLOSED

    fi: str
    en: str
    unit: Unit

    @property
    def name(self) -> Text:
        """Its name."""
        return Text(self.fi, self.en)


@dataclass(frozen=True)
class Definition:
    """One KPI: what it is, where that is from, what its values mean.

    evidence     wilson: a share, judged from `minimum_n` on, with its interval; count: the same without an interval;
                 none: a sum or quota, judged as it is
    direction    which way is better; range: too much is a warning too
    compare      what the value is divided by before `bands` apply (not before a firm's own)
    firm_bands   the bands for limits that only a firm itself can set
    """

    __pydantic_config__ = _CLOSED

    id: str
    family: str
    order: int
    name: Text
    short: Text
    formula: Text
    unit: Unit
    evidence: Literal["wilson", "count", "none"]
    direction: Literal["higher", "lower", "range"]
    groups: tuple[Literal["seller", "team", "client", "product"], ...]
    source: Text
    bands_source: Text
    definition: Text
    label: Text
    bands: tuple[BandRule, ...]
    reasons: Mapping[str, Reason]
    minimum_n: int = 0
    compare: Literal["trailing_12_months"] | None = None
    firm_bands: tuple[BandRule, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    notes: Mapping[str, Text] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    too_little: Text | None = None

    def limits(self, thresholds: Sequence[float] | None = None) -> tuple[Band, ...]:
        """The bands in force: the definition's, or with a firm's `thresholds`; their diagnoses name their bounds.

        Raises UsageError where the thresholds are not as many as the bands have bounds, not in ascending order, or no
        shares where the KPI is one.
        """
        if thresholds is None:
            return self._own_limits
        rules = self.firm_bands or self.bands
        wanted = len(rules) - 1
        if not wanted:
            raise UsageError("catalogue.no_limits", kpi=self.id)
        if len(thresholds) != wanted:
            raise UsageError("catalogue.limits_number", kpi=self.id, wanted=wanted, found=len(thresholds))
        if not all(math.isfinite(bound) for bound in thresholds) or any(a >= b for a, b in pairwise(thresholds)):
            raise UsageError("catalogue.limits_order", kpi=self.id, found="; ".join(f"{it:g}" for it in thresholds))
        if self.unit == "ratio" and not all(0 < bound <= 1 for bound in thresholds):
            raise UsageError("catalogue.limits_share", kpi=self.id, found="; ".join(f"{it:g}" for it in thresholds))
        return _bounded(rules, thresholds, self.unit)

    @cached_property
    def _own_limits(self) -> tuple[Band, ...]:
        """Made once: every reading asks for them."""
        unit: Unit = "multiple" if self.compare else self.unit
        return _bounded(self.bands, [rule.bound for rule in self.bands[:-1]], unit)

    @cached_property
    def _bases(self) -> dict[tuple[tuple[str, str], ...], Text]:
        """The labels made so far: a run asks for few, and often."""
        return {}

    def band(self, value: float, thresholds: Sequence[float] | None = None) -> Band:
        """The band of a value (of value / comparison where the definition compares). NaN has none: ValueError."""
        if math.isnan(value):
            raise ValueError(f"{self.id}: nothing was measured, so there is no band")
        return next(band for band in self.limits(thresholds) if band.holds(value))

    def basis(self, used: Mapping[str, str] | None = None) -> Text:
        """How the figure was computed, in words: the label with its options filled in.

        Options that the label does not name follow it where they differ from their default; what is no option at all
        (e.g. a window of months) follows as it is.
        """
        asked = tuple((used or {}).items())
        if asked not in self._bases:
            self._bases[asked] = self._basis(dict(asked))
        return self._bases[asked]

    def _basis(self, used: Mapping[str, str]) -> Text:
        chosen = {name: option.default for name, option in self.options.items()} | dict(used)
        words = {name: option.label(chosen[name]) for name, option in self.options.items()}
        told = fill(self.label, words)
        more = [
            words[name] if name in self.options else Text(value, value)
            for name, value in chosen.items()
            if name not in self.options or (f"{{{name}}}" not in self.label.fi and value != self.options[name].default)
        ]
        return Text(*(", ".join([told.show(lang), *(it.show(lang) for it in more if it.fi)]) for lang in LANGUAGES))

    def reason(self, code: str, **found: object) -> Text:
        """Why there is nothing to measure."""
        return fill(self.reasons[code].text, found)

    def note(self, code: str, found: Mapping[str, object]) -> Text:
        """A remark beside the figure."""
        return fill(self.notes[code], found)

    def too_few(self, n: int) -> Text:
        """That n observations are too few to judge the figure."""
        return fill(cast("Text", self.too_little), {"n": n, "minimum_n": self.minimum_n})

    def arguments(self, options: Mapping[str, str]) -> dict[str, str | float]:
        """The user's options as the formula's arguments: known ones only, numbers as numbers, blank ones left out.

        Raises UsageError for an unknown option or choice, or where a number is none.
        """
        return {name: self._argument(name, value) for name, value in options.items() if value != ""}

    def _argument(self, name: str, value: str) -> str | float:
        option = self.options.get(name)
        if option is None:
            raise UsageError("catalogue.unknown_option", kpi=self.id, found=name, known=", ".join(self.options) or "–")
        if option.type == "text":
            return value
        if option.type == "choice":
            if value not in option.choices:
                known = ", ".join(option.choices)
                raise UsageError("catalogue.unknown_choice", kpi=self.id, option=name, found=value, known=known)
            return value
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            number = math.nan
        most = _LONGEST if name.endswith(("_months", "_days")) else _LARGEST
        if not 0 <= number <= most or (option.whole and number != int(number)):
            raise UsageError("catalogue.not_a_number", kpi=self.id, option=name, found=value)
        return number


def _bounded(rules: Sequence[BandRule], bounds: Sequence[float | None], unit: Unit) -> tuple[Band, ...]:
    edges = zip(rules, [None, *bounds], [*bounds, None], strict=True)
    return tuple(rule.between(lower, upper, unit) for rule, lower, upper in edges)
