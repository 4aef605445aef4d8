"""A trace for the eye, as csv and as JSON: every row with its file and line, then the sums that give the figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.text import Text as Styled

from addin.commands.fitting import Column, print_fitted
from addin.commands.scorecard_page import shown_value
from addin.wording import say
from kpi_core.catalogue import definition
from kpi_core.definition import Part
from kpi_core.figures import Unit, exact, figure
from kpi_core.table_words import table_name, word
from kpi_core.texts import Language, day
from kpi_core.trace import Sum, Trace

if TYPE_CHECKING:
    from rich.console import Console

# The columns of a trace that are listed, and the sentences that head them.
_SHOWN = ("table", "file", "row", "id", "seller", "company", "on", "says", "money", "role", "numerator", "denominator")
_HEADING = ("term", "table", "file", "seller", "says", "role")
_RIGHT = frozenset({"row", "money", "numerator", "denominator"})
_WHOLE = _RIGHT | {"id", "on"}


def print_trace(found: Trace, language: Language, console: Console) -> None:
    """The whole page: what is traced, its rows, the sums and the figure."""
    console.print(Styled(_title(found, language), style="bold"))
    console.print(Styled(found.reading.label.show(language), style="dim"))
    for _, records in groupby(_records(found), key=lambda row: (row["term"], row["table"])):
        _print_section(list(records), language, console)
    for line in sum_lines(found, language):
        console.print(Styled(line))


def sum_lines(found: Trace, language: Language) -> Iterator[str]:
    """What to know of the rows, their sums, term by term, and the figure they give; or why there is none."""
    reading = found.reading
    name = definition(reading.kpi).short.show(language)
    if reading.value is None:
        reason = reading.reason.show(language) if reading.reason else ""
        yield say("trace.nothing", language, name=name, reason=reason)
        yield from (note.show(language) for note in reading.notes)
        return
    counted = len(found.rows[found.rows["role"] != "linked"])
    yield say("trace.rows", language, count=figure(counted, "count", language))
    yield from (note.show(language) for note in reading.notes)  # e.g. of rows that could not be counted
    for term in found.sums:
        yield _sum_line(term, found, language)
    if found.sums and found.sums[0].term:
        how = say(f"trace.how.{reading.kpi}", language)
        yield say("trace.made_of", language, name=name, how=how, value=shown_value(reading, language))
    elif not found.sums:
        yield say("trace.given", language, name=name, value=shown_value(reading, language))


def _sum_line(term: Sum, found: Trace, language: Language) -> str:
    kpi, currency = definition(found.reading.kpi), found.reading.currency
    known = _part(term.term) if term.term else None
    name = (known.name if known else kpi.short).show(language)
    unit: Unit = known.unit if known else kpi.unit
    value = "–" if term.value is None else figure(term.value, unit, language, currency)
    top = exact(term.numerator, language, currency if "numerator" in term.money else "")
    if term.denominator is not None:
        base = exact(term.denominator, language, currency if "denominator" in term.money else "")
        return say("trace.quotient", language, name=name, top=top, base=base, value=value)
    return say(f"trace.{term.how}", language, name=name, top=top, value=value)


def _part(term: str) -> Part:
    """The definition of a term: of the LTV's inputs or of the CAC, whichever KPI they are a part of."""
    return definition("ltv_cac" if term == "cac" else "ltv").parts[term]


def csv_rows(found: Trace, language: Language) -> Iterator[list[Any]]:
    """A header in the user's language, then a row each; amounts in full."""
    yield [say(f"trace.column.{column}", language) for column in ("term", *_SHOWN)]
    for row in _records(found):
        in_words = {name: _cell(name, row[name], language) for name in ("term", "table", "role", "says")}
        yield [in_words.get(name, row[name]) for name in ("term", *_SHOWN)]


def trace_json(found: Trace, language: Language) -> dict[str, Any]:
    """The answer of `--format json`; the keys are a contract."""
    reading = found.reading
    return {
        "kpi": reading.kpi,
        "period": reading.period.key,
        "group": dict([reading.group]) if reading.group else None,
        "value": reading.value,
        "unit": reading.unit,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "n": reading.n,
        "currency": reading.currency or None,
        "label": reading.label.show(language),
        "reason": reading.reason.show(language) if reading.reason else None,
        "notes": [note.show(language) for note in reading.notes],
        "sums": [
            {
                "term": term.term,
                "how": term.how,
                "numerator": term.numerator,
                "denominator": term.denominator,
                "value": term.value,
            }
            for term in found.sums
        ],
        "rows": [{**row, "on": row["on"].isoformat() if row["on"] else None} for row in _records(found)],
    }


def _title(found: Trace, language: Language) -> str:
    reading = found.reading
    whose = reading.group[1] if reading.group else say("scorecard.all", language)
    name = definition(reading.kpi).name.show(language)
    return say("trace.title", language, name=name, period=reading.period.title(language), group=whose)


def _records(found: Trace) -> Iterator[dict[str, Any]]:
    """The rows as plain values; what is missing is None."""
    rows = found.rows.rename(columns={"source_file": "file", "source_row": "row"})
    for values in rows[["term", *_SHOWN]].itertuples(index=False):
        record = dict(zip(("term", *_SHOWN), values, strict=True))
        record = {name: None if value is None or pd.isna(value) else value for name, value in record.items()}
        record["row"] = None if record["row"] is None else int(record["row"])
        record["on"] = None if record["on"] is None else record["on"].date()
        yield record


def _print_section(records: Sequence[Mapping[str, Any]], language: Language, console: Console) -> None:
    """The rows of one part and table. What is the same on every line stands in the heading, blank columns nowhere."""
    common = {name: records[0][name] for name in _HEADING if len({row[name] for row in records}) == 1}
    shown = [name for name in _SHOWN if name not in common and any(row[name] not in (None, "") for row in records)]
    if all(row[name] in (None, 1) for row in records for name in ("numerator", "denominator")):
        shown = [name for name in shown if name not in ("numerator", "denominator")]  # the role says it all
    heading = [_cell(name, value, language) for name, value in common.items()]
    console.print()
    console.print(Styled(" · ".join(part for part in heading if part), style="bold"))
    columns = [Column(say(f"trace.column.{name}", language), name in _WHOLE, name in _RIGHT) for name in shown]
    rows = [[Styled(_cell(name, row[name], language)) for name in shown] for row in records]
    print_fitted(columns, rows, console)


def _cell(name: str, value: Any, language: Language) -> str:
    if value is None:
        return ""
    if name == "table":
        return table_name(value, language)
    if name == "role":
        return say(f"trace.role.{value}", language)
    if name == "term":
        return _part(value).name.show(language) if value else ""
    if name == "says":
        return word(value, language)
    if name == "on":
        return day(value, language)
    return exact(value, language) if name in _RIGHT and name != "row" else str(value)
