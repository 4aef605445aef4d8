"""One live workbook: the content with its figures as formulas, and the sheets that these formulas read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from addin.fill.content import Cell, Content, Formula, Rows, Value
from addin.fill.live.audit_columns import Term, audit_columns, distinct
from addin.fill.live.calculation import Calculation
from addin.fill.live.data_tables import data_tables
from addin.fill.live.figures import Figures, Live, Whose
from addin.fill.live.layouts import PACKAGE, parts, say
from addin.fill.run import Measured, within
from addin.ooxml.defined_names import with_defined_names
from addin.ooxml.new_sheets import NewSheet, with_sheets
from kpi_core.audit import Audit, audit
from kpi_core.errors import UsageError
from kpi_core.scorecard import GroupBy, Scorecard
from kpi_core.tables import Dataset, TableName
from kpi_core.texts import Language
from kpi_core.views import Group

_LISTS: Mapping[str, GroupBy] = {"tblSellers": "seller", "tblClients": "client"}
_DATA_ROW = 5
_RISKY = frozenset('*?~"<>=')  # in a criterion these are more than letters


class LiveNotOwn(UsageError):  # noqa: N818  the fault's own name
    """A user's own workbook is to be live: only the shipped templates have room and names for it."""

    package = PACKAGE
    sentences = "ledgers.toml"


class LiveWorkbook:
    """The workbook of one period, or of one group of it.

    Every formula is held against the reading that it stands for: where rows and roles do not give the same figure, the
    value stays, and the calculation sheet says so.
    """

    def __init__(self, run: Measured, group: str | None, language: Language) -> None:
        by = run.asked.by
        self._run, self._group, self._language = run, group, language
        self._about: Group | None = None if group is None or by is None else (by, group)
        found = self._audit(run.asked.kpis, [self._about])
        columns = list(audit_columns(found, None))
        for name, listed in _LISTS.items():
            card = self._card(name)
            if card is not None:
                groups: list[Group | None] = [(listed, each) for each in self._names(card, listed)]
                data = run.intake.data if self._about is None else within(run.intake.data, *self._about)
                kpis = run.asked.sellers if listed == "seller" else run.asked.clients
                columns += audit_columns(replace(self._audit(kpis, groups, data), data=run.intake.data), listed)
        columns = distinct(columns)
        self._tables = data_tables(found, columns, run.period, self._about, language)
        stats = {Term(kpi): found_.basis.get("stat", "sum") for (kpi, _), found_ in found.measures.items()}
        self._figures = Figures(self._tables, columns, stats, language)
        self._sheets = self._data_sheets()
        places = {
            column: self._sheets[table].place(column.header(language))
            for table, data_table in self._tables.items()
            for column in data_table.columns
        }
        self._places = places
        self._shown: dict[str, tuple[float | str, bool]] = {}

    def content(self, content: Content) -> Content:
        """The content with formulas in the place of the values that rows make, and links to these rows."""
        cells, links = dict(content.cells), {}
        if isinstance(account := cells["report_rows"].value, str):
            cells["report_rows"] = Cell(f"{account}. {say('sheet.follow', self._language)}")
        for kpi in self._run.asked.kpis:
            reading = self._run.card.reading(kpi, self._group)
            live = self._figures.figure(kpi, reading.value)
            told: dict[str, Live | None] = {f"kpi_{kpi}": live}
            if live is not None:
                told[f"kpi_{kpi}_n"] = self._figures.observations(kpi, cells[f"kpi_{kpi}_n"].value)
            told |= {f"kpi_{kpi}_{part}": self._figures.part(kpi, part, reading.parts.get(part)) for part in parts(kpi)}
            for name, found in told.items():
                if found is not None and name in cells:
                    cells[name] = _with(cells[name], found)
            shown = content.cells[f"kpi_{kpi}"].value
            assert isinstance(shown, int | float | str), "a figure, or the dash of none"
            self._shown[kpi] = (shown, live is not None)
            if place := self._calculation.place_of(kpi):
                links[f"kpi_{kpi}"] = f"#{place}"
        tables = {
            name: self._listed(rows, _LISTS[name], card)
            if name in _LISTS and (card := self._card(name)) is not None
            else rows
            for name, rows in content.tables.items()
        }
        return replace(content, cells=cells, tables=tables, links=links)

    def added(self, data: bytes, file: str) -> bytes:
        """The filled workbook with the sheets that its formulas read."""
        calculation = self._calculation
        sheets = [calculation.sheet(self._run.period, self._run.as_of), *self._sheets.values()]
        return with_defined_names(with_sheets(data, sheets, file), calculation.names(), file)

    @property
    def _calculation(self) -> Calculation:
        return Calculation(self._figures, self._shown, self._places, self._language)

    def _audit(self, kpis: tuple[str, ...], groups: list[Group | None], data: Dataset | None = None) -> Audit:
        run = self._run
        used = run.intake.data if data is None else data
        return audit(used, kpis, run.period, groups, as_of=run.as_of, options=run.asked.options)

    def _card(self, table: str) -> Scorecard | None:
        return self._run.sellers if table == "tblSellers" else self._run.clients

    def _names(self, card: Scorecard, by: GroupBy) -> list[str]:
        """The groups of a list, as the list shows them."""
        only = self._group if self._run.asked.by == by else None
        return card.groups() if only is None else [only]

    def _listed(self, rows: Rows, by: GroupBy, card: Scorecard) -> Rows:
        """A list with its figures as formulas that name the row's group."""
        names = [str(row.get(by)) for row in rows.rows]
        folded = [name.casefold() for name in names]
        listed = []
        for name, row in zip(names, rows.rows, strict=True):
            plain = folded.count(name.casefold()) == 1 and not _RISKY & set(name)
            listed.append({**row, **self._row(name, row, by, card)} if plain else row)
        return replace(rows, rows=tuple(listed))

    def _row(self, name: str, row: Mapping[str, Value | Cell], by: GroupBy, card: Scorecard) -> dict[str, Value | Cell]:
        whose = Whose(by, name, f"{{{by}}}")
        found: dict[str, Value | Cell] = {}
        for reading in card.readings:
            kpi = reading.kpi
            if reading.group != (by, name) or kpi not in row:
                continue
            live = self._figures.figure(kpi, reading.value, whose)
            if live is None:
                continue
            found[kpi] = _with(_cell(row[kpi]), live)
            seen = _cell(row[f"{kpi}_n"])
            count = self._figures.observations(kpi, seen.value, whose)
            if count is not None:
                found[f"{kpi}_n"] = _with(seen, count)
        return found

    def _data_sheets(self) -> dict[TableName, NewSheet]:
        lang = self._language
        roles = {role: say(f"role.{role}", lang) for role in ("numerator", "denominator", "both", "counted", "linked")}
        lines = (say("sheet.note_1", lang, **roles), say("sheet.note_2", lang), say("sheet.note_3", lang))
        return {
            table: NewSheet(
                say(f"tables.{table}.sheet", lang),
                say(f"tables.{table}.title", lang),
                lines,
                found.written(),
                _DATA_ROW,
                page=say("sheet.page", lang),
            )
            for table, found in self._tables.items()
        }


def _cell(value: Value | Cell) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


def _with(cell: Cell, live: Live) -> Cell:
    """A cell that shows what it showed, as a formula."""
    assert isinstance(cell.value, int | float | str), "a figure, or the dash of none"
    return Cell(Formula(live.formula, cell.value), cell.number_format)
