"""The limits in force, as formulas over the settings sheet: the status word and the colour follow its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from addin.fill.content import Cell, Formula, Rule, Value
from kpi_core.catalogue import definition, mark
from kpi_core.definition import BandRule
from kpi_core.scorecard import Reading, Status
from kpi_core.texts import Language
from workbook_templates.bands import bands, is_inclusive, own_limits


def word(status: Status, language: Language) -> str:
    """A status as it is shown: its sign and its word."""
    shown = mark(status)
    return f"{shown.icon} {shown.word.show(language)}"


@dataclass(frozen=True)
class Limits:
    """One KPI's limits in a run.

    thresholds  the firm's own; None where it has set none
    reference   what the definition compares with (the trailing 12 months' value), where it compares
    names       the template's defined names: a limit without a cell of its own stands in formulas as a number
    """

    kpi: str
    language: Language
    names: frozenset[str]
    thresholds: Sequence[float] | None = None
    reference: float | None = None

    @cached_property
    def statuses(self) -> list[Status]:
        """The bands' statuses from the lowest values up."""
        return [band.status for band in self._rules]

    @cached_property
    def values(self) -> list[float | None]:
        """The limits between the bands; None where a firm has yet to set them or nothing can be compared."""
        if self.thresholds is not None:
            return list(self.thresholds)
        bounds = [band.bound for band in self._rules[:-1]]
        if definition(self.kpi).compare is None:
            return bounds
        return [None if bound is None or not self.reference else bound * self.reference for bound in bounds]

    @cached_property
    def _rules(self) -> tuple[BandRule, ...]:
        known = definition(self.kpi)
        return known.firm_bands if self.thresholds is not None and known.firm_bands else bands(self.kpi)

    def cells(self) -> dict[str, Cell]:
        """The settings sheet's cells of this KPI: the limits used, the minimum n, each band's status word."""
        found = {f"limit_{self.kpi}_{i}": Cell(value) for i, value in enumerate(self.values, start=1)}
        if definition(self.kpi).minimum_n:
            found[f"limit_{self.kpi}_n"] = Cell(definition(self.kpi).minimum_n)
        for i, status in enumerate(self.statuses, start=1):
            shown = word(status, self.language)
            known = f"status_{status}" in self.names
            found[f"band_{self.kpi}_{i}"] = Cell(Formula(f"status_{status}", shown) if known else shown)
        return found

    def status(self, reading: Reading, value: str, n: str) -> Value:
        """The status word: a formula over the cells `value` and `n` where that agrees with the reading."""
        shown = word(reading.status, self.language)
        if not self.agrees(reading):
            return shown
        steps = [f"({value}{'>' if inclusive else '>='}{limit})" for limit, inclusive in self._limits()]
        words = [self._word(status) for status in self.statuses]
        text = f"CHOOSE({'+'.join(['1', *steps])},{','.join(words)})" if steps else words[0]
        grey = self._grey(n)
        return Formula(f"IF({grey},{self._word('grey')},{text})" if grey else text, shown)

    def rules(self, reading: Reading, value: str, n: str) -> tuple[Rule, ...]:
        """When each colour holds: by the limits' cells where they say what the reading says, else always as it says."""
        if not self.agrees(reading):
            return (Rule(reading.status, f"LEN({value})>0"),)
        return self.rules_of_limits(value, n)

    def rules_of_limits(self, value: str, n: str) -> tuple[Rule, ...]:
        """A rule a band, and grey where there is no value, no limit or too small an n."""
        grey = self._grey(n)
        found = [Rule("grey", f"OR(NOT(ISNUMBER({value})),{grey})" if grey else f"NOT(ISNUMBER({value}))")]
        limits = self._limits()
        for i, status in enumerate(self.statuses):
            tests = [f"ISNUMBER({value})"]
            if i:
                limit, inclusive = limits[i - 1]
                tests.append(f"{value}{'>' if inclusive else '>='}{limit}")
            if i < len(limits):
                limit, inclusive = limits[i]
                tests.append(f"{value}{'<=' if inclusive else '<'}{limit}")
            found.append(Rule(status, f"AND({','.join(tests)})"))
        return tuple(found)

    def agrees(self, reading: Reading) -> bool:
        """Whether the limits alone give the reading's status (a doubt or an unfinished cohort may overrule them)."""
        known = all(
            value is not None or f"limit_{self.kpi}_{i}" in self.names for i, value in enumerate(self.values, start=1)
        )
        measured = bool(self.statuses) and reading.value is not None
        return measured and known and self.status_of(reading) == reading.status

    def status_of(self, reading: Reading) -> Status:
        """What the limits alone say of a reading."""
        limits = [value for value in self.values if value is not None]
        if reading.value is None or reading.n < definition(self.kpi).minimum_n or len(limits) < len(self.values):
            return "grey"
        for limit, band in zip(limits, self._rules, strict=False):
            if reading.value < limit or (is_inclusive(band) and reading.value == limit):
                return band.status
        return self.statuses[-1]

    def _limits(self) -> list[tuple[str, bool]]:
        """Each limit as a formula names it, and whether it belongs to the band below it."""
        return [
            (self._cell(f"limit_{self.kpi}_{i}", value), is_inclusive(band))
            for i, (value, band) in enumerate(zip(self.values, self._rules, strict=False), start=1)
        ]

    def _grey(self, n: str) -> str:
        """The formula of "not to be judged"; nothing where that cannot be."""
        tests = []
        if definition(self.kpi).minimum_n:
            tests.append(f"{n}<{self._cell(f'limit_{self.kpi}_n', definition(self.kpi).minimum_n)}")
        if own_limits(self.kpi) or definition(self.kpi).compare:
            names = [f"limit_{self.kpi}_{i}" for i in range(1, len(self.statuses))]
            tests += [f"NOT(ISNUMBER({name}))" for name in names if name in self.names]
        return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})" if tests else ""

    def _cell(self, name: str, value: float | None) -> str:
        return name if name in self.names else repr(value)

    def _word(self, status: Status) -> str:
        name = f"status_{status}"
        return name if name in self.names else f'"{word(status, self.language)}"'
