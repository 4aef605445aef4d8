"""The sheet that tells how a live workbook computes: the period's days, and each figure with its sums now and then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from addin.fill.live.audit_columns import AuditColumn, Term, home
from addin.fill.live.figures import Figures
from addin.fill.live.layouts import powers, say
from addin.ooxml import Formula
from addin.ooxml.defined_names import NewName
from addin.ooxml.new_sheets import NewCell, NewColumn, NewSheet, NewTable
from kpi_core.catalogue import definition
from kpi_core.periods import Period
from kpi_core.texts import Language

TABLE = "tblCalculation"
_HEAD_ROW = 11
_WIDTHS = {"kpi": 32, "part": 32, "place": 34, "column": 34, "now": 18, "filled": 18, "remark": 44}
_LOOKS = {"numerator": "amount", "denominator": "amount", "now": "figure", "filled": "number"}
# How a figure is shown now and as filled, by its unit.
_FORMS = {
    "ratio": ("figure_share", "share"),
    "money": ("figure_amount", "amount"),
    "count": ("figure_amount", "amount"),
}
_COLUMNS = ("kpi", "part", "place", "column", "how", "numerator", "denominator", "now", "filled", "remark")


@dataclass(frozen=True)
class Calculation:
    """What the sheet lists.

    shown   each KPI's value in the workbook as it was filled, and whether its cell is a formula
    places  where each audit column's header stands
    """

    figures: Figures
    shown: Mapping[str, tuple[float | str, bool]]
    places: Mapping[AuditColumn, str]
    language: Language

    def sheet(self, period: Period, as_of: date) -> NewSheet:
        """The sheet."""
        lang = self.language
        rows, links = [], {}
        looks: dict[str, str] = {}
        for number, (kpi, row, place) in enumerate(self._rows(), start=_HEAD_ROW + 1):
            rows.append(tuple(row.get(key) for key in _COLUMNS))
            if place:
                links[f"D{number}"] = place
            now, filled = _FORMS.get(definition(kpi).unit, ("figure_decimal", "decimal"))
            looks |= {f"H{number}": now, f"I{number}": filled}
        columns = tuple(
            NewColumn(say(f"calculation.{key}", lang), _LOOKS.get(key, "text"), _WIDTHS.get(key, 14))
            for key in _COLUMNS
        )
        last = min(period.end, as_of)
        days: dict[str, NewCell] = {
            "start": period.start,
            "end": period.end,
            "as_of": as_of,
            "last": Formula("MIN(live_end,live_as_of)", last),
        }
        cells: dict[str, tuple[NewCell, str]] = {}
        for at, (key, value) in enumerate(days.items(), start=6):
            look = "date" if isinstance(value, Formula) else "input_date"
            cells |= {f"A{at}": (say(f"sheet.{key}", lang), "note"), f"B{at}": (value, look)}
        lines = tuple(say(f"sheet.about_{number}", lang) for number in (1, 2, 3))
        title, name = say("sheet.calculation_title", lang), say("sheet.calculation", lang)
        table, page = NewTable(TABLE, columns, rows), say("sheet.page", lang)
        return NewSheet(name, title, lines, table, _HEAD_ROW, cells, links, looks, page)

    def names(self) -> list[NewName]:
        """The names of the period's days, as the rules of roles call them."""
        sheet = say("sheet.calculation", self.language)
        return [
            NewName(f"live_{key}", f"'{sheet}'!$B${row}")
            for row, key in enumerate(("start", "end", "as_of", "last"), 6)
        ]

    def place_of(self, kpi: str) -> str:
        """Where a figure's link leads: to its audit column, or to this sheet where it is made of several figures."""
        if powers(kpi):
            return f"'{say('sheet.calculation', self.language)}'!A{_HEAD_ROW}"
        return next((place for column, place in self.places.items() if column.term == Term(kpi)), "")

    def _rows(self) -> Iterator[tuple[str, dict[str, NewCell], str]]:
        """Each row's KPI, its cells, and where it leads to."""
        for kpi, (value, is_live) in self.shown.items():
            made_of = [home("", part) for part in powers(kpi)]
            known = [term for term in made_of if any(column.term == term for column in self.places)]
            for number, term in enumerate(known or made_of[:1] or [Term(kpi)]):
                row, place = self._term(term)
                row["kpi"] = definition(kpi).short.show(self.language)
                row["part"] = term.name(self.language) if known else None
                if number == 0:
                    row |= self._now(kpi, value, is_live)
                yield kpi, row, place

    def _now(self, kpi: str, value: float | str, is_live: bool) -> dict[str, NewCell]:
        """The figure now and as it was filled; why it is no formula."""
        if not is_live:
            reason = "no_figure" if isinstance(value, str) else "option" if value else "no_rows"
            told = say("calculation.not_live", self.language, reason=say(f"calculation.{reason}", self.language))
            return {"now": Formula(f"kpi_{kpi}", value), "filled": value, "remark": told}
        then = f"{TABLE}[[#This Row],[{say('calculation.filled', self.language)}]]"
        changed = say("calculation.changed", self.language)
        test = f"IFERROR(ABS(kpi_{kpi}-{then})>0.000000001*ABS({then}),kpi_{kpi}<>{then})"
        return {
            "now": Formula(f"kpi_{kpi}", value),
            "filled": value,
            "remark": Formula(f'IF({test},"{changed}","")', ""),
        }

    def _term(self, term: Term) -> tuple[dict[str, NewCell], str]:
        """Where a term's rows stand and its two sums; and the place that the row leads to."""
        columns = [column for column in self.places if column.term == term and column.by is None]
        words = [say(f"calculation.{'formula' if column.rule else 'stored'}", self.language) for column in columns]
        row: dict[str, NewCell] = {
            "place": ", ".join(dict.fromkeys(self.figures.tables[column.table].ledger.name for column in columns))
            or None,
            "column": ", ".join(dict.fromkeys(column.header(self.language) for column in columns)) or None,
            "how": ", ".join(dict.fromkeys(words)) or None,
        }
        summed = self.figures.stats.get(term, "sum") == "sum"
        for side in ("numerator", "denominator") if summed else ():
            found = self.figures.side(term, side)
            if found is not None:
                row[side] = Formula(found.formula, found.value)
        return row, next((self.places[column] for column in columns), "")
