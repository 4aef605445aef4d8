"""What changed afterwards, for the eye, as csv and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text as Styled

from addin.commands.comparison import Compared
from addin.fill.changed import cells, is_hidden, table
from addin.fill.changed_figures import in_words
from addin.fill.content import Cell
from addin.wording import say
from kpi_core.catalogue import definition
from kpi_core.changes import FigureChange
from kpi_core.row_changes import RowChange
from kpi_core.table_words import column_name, table_name
from kpi_core.texts import Language, day, load_texts

if TYPE_CHECKING:
    from rich.console import Console

_FIRST = 10  # rows shown of one figure; csv and JSON hold all
_COLUMNS = ("kpi", "period", "group", "before", "after", "row", "seller", "how", "cells", "file", "line")


def print_changes(found: Compared, language: Language, console: Console) -> None:
    """What one side does not tell; each changed figure, old and new, with the rows behind; how much was compared."""
    for line in lacking_lines(found, language):
        console.print(Styled(line))
    for change in found.changes:
        console.print(Styled(headline(change, language), style="bold"))
        if change.cause == "program":
            console.print(f"  {_word('cause_program', language)}")
        for row in change.rows[:_FIRST]:
            console.print(Styled(f"  {_row(row, change.currencies, language)}"))
        if len(change.rows) > _FIRST:
            console.print(say("compare.more", language, count=len(change.rows) - _FIRST))
    seen = day(found.as_of, language) if found.as_of else "–"
    counts = {"changed": len(found.changes), "figures": found.figures, "day": seen}
    console.print(say("compare.sum", language, **counts))


def lacking_lines(found: Compared, language: Language) -> Iterator[str]:
    """A line for each column or table that holds something on one side alone."""
    for it in found.lacking:
        key = "compare.no_column" if it.column else "compare.no_rows"
        column = column_name(it.column, language) if it.column else ""
        yield say(key, language, table=table_name(it.table, language), column=column, side="AB"[it.side])


def csv_rows(changes: Sequence[FigureChange], language: Language) -> Iterator[list[Any]]:
    """The rows of tblChanges, a header first; the figure is repeated on each."""
    yield [say(f"compare.column.{name}", language) for name in _COLUMNS]
    last: dict[str, Any] = {}
    for cells_of_row in table(changes, language, told=_by_name).rows:
        row = {name: cell.value if isinstance(cell, Cell) else cell for name, cell in cells_of_row.items()}
        last = row if "kpi" in row else {name: last[name] for name in _COLUMNS[:5]} | row
        yield [last.get(name) for name in _COLUMNS]


def changes_json(found: Compared, language: Language) -> dict[str, Any]:
    """The answer of `--format json`; the keys are a contract."""
    return {
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "figures": found.figures,
        "lacking": [{"table": it.table, "column": it.column or None, "in": "AB"[it.side]} for it in found.lacking],
        "changes": [
            {
                "kpi": it.printed.kpi,
                "period": it.printed.period.key,
                "group": dict([it.printed.group]) if it.printed.group else None,
                "before": it.printed.value,
                "after": it.after,
                "numerator": [it.printed.numerator, it.numerator],
                "denominator": [it.printed.denominator, it.denominator],
                "cause": it.cause,
                "rows": [_row_json(row, language) for row in it.rows],
            }
            for it in found.changes
        ],
    }


def _by_name(row: RowChange, language: Language, _: object = None) -> str:
    """The cells that differ, by the columns' own names, for programs: "closed_on 24.8.2026 → 24.9.2026"."""
    return "; ".join(_named(name, *values, language) for name, values in row.columns.items())


def _named(name: str, was: Any, now: Any, language: Language) -> str:
    if is_hidden(was, now):
        return name
    return f"{name} {_plain(was, language)} → {_plain(now, language)}"


def _plain(value: Any, language: Language) -> str:
    if value is None:
        return "–"
    if hasattr(value, "date"):
        return day(value.date(), language)
    if isinstance(value, float):
        digits = f"{value:.2f}".rstrip("0").rstrip(".")
        return digits.replace(".", ",") if language == "fi" else digits
    return str(value)


def _row_json(row: RowChange, language: Language) -> dict[str, Any]:
    files = [{"file": place[0], "row": place[1]} if place else None for place in row.place]
    return {
        "table": row.table,
        "id": row.id or None,
        "seller": row.seller,
        "kinds": list(row.kinds),
        "cells": _by_name(row, language) or None,
        "before": files[0],
        "after": files[1],
    }


def headline(change: FigureChange, language: Language) -> str:
    """A figure's name, period and group with its old and new value."""
    it, known = change.printed, definition(change.printed.kpi)
    whose = f", {it.group[1]}" if it.group else ""
    was, now = in_words(change, language)
    words = {"name": known.short.show(language), "period": it.period.title(language), "whose": whose}
    return say("compare.figure", language, **words, was=was, now=now)


def _row(row: RowChange, currencies: tuple[str, str], language: Language) -> str:
    place = row.place[1] or row.place[0]
    name = row.id or row.seller or ""
    where = f" ({place[0]}, {say('trace.column.row', language).lower()} {place[1]})" if place else ""
    how = ", ".join(_word(kind, language) for kind in row.kinds)
    differing = f": {cells(row, language, currencies)}" if row.columns else ""
    return f"{table_name(row.table, language)} {name}{where}: {how}{differing}"


def _word(key: str, language: Language) -> str:
    return load_texts("addin.fill", "texts.toml")[f"changed.{key}"].show(language)
