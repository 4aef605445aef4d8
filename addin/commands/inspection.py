"""What the intake found out about each file, as a page, as JSON, and as drafts of mappings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from rich.text import Text as Styled

from addin.commands.account import account_json, account_lines, rows_json
from addin.wording import say
from kpi_core.figures import figure
from kpi_core.intake import Source, Word, draft_mapping
from kpi_core.table_words import system_name, table_name
from kpi_core.tables import TABLE_NAMES, RowAccount
from kpi_core.texts import Language

if TYPE_CHECKING:
    from rich.console import Console


def would_be_refused(sources: Sequence[Source]) -> bool:
    """Whether `read` would raise: a recognised table is unreadable, or there is none."""
    unreadable = any(source.refusal is not None and source.table is not None for source in sources)
    return unreadable or not any(source.table in TABLE_NAMES for source in sources)


def drafts(sources: Sequence[Source], language: Language) -> str:
    """A draft of a mapping for each file that is not known, or for all where all are."""
    unknown = [source for source in sources if source.headers and not source.layout]
    asked = unknown or [source for source in sources if source.headers]
    pieces = [f"# {say('inspect.draft', language, file=source.label)}\n{draft_mapping(source)}" for source in asked]
    return "\n".join(pieces)


def total(sources: Sequence[Source]) -> RowAccount:
    """The account of all files together."""
    return reduce(RowAccount.__add__, (source.account for source in sources), RowAccount())


def print_inspection(sources: Sequence[Source], language: Language, console: Console) -> None:
    """The page: each file, then the account of all rows."""
    for source in sources:
        console.print(Styled(source.label, style="bold"))
        for line in _lines(source, language):
            console.print(Styled(f"  {line}"))
        console.print()
    console.print(Styled(say("scorecard.rows", language), style="bold"))
    for line in account_lines(total(sources), language):
        console.print(Styled(line))
    if any(source.headers and not source.layout for source in sources):
        console.print()
        console.print(say("inspect.mapping", language))


def _lines(source: Source, language: Language) -> Iterator[str]:
    if source.table or source.layout:
        yield _taken_for(source, language)
    if source.refusal is not None:
        yield say("inspect.refused", language, why=source.refusal.message(language))
    if source.header_row is not None:
        yield _layout(source, language)
    for form in source.date_formats:
        yield say("inspect.dates", language, header=form.header, order=form.order, proof=form.proof.text(language))
    if source.number_format is not None:
        decimal, proof = source.number_format.decimal, source.number_format.proof.text(language)
        yield say("inspect.numbers", language, decimal=decimal or "–", proof=proof)
    if mapped := [f"{match.header} → {match.column}" for match in source.columns if match.column]:
        yield say("inspect.columns", language, columns=", ".join(mapped))
    if unused := [match.header for match in source.columns if not match.column and match.header]:
        yield say("inspect.unused", language, columns=", ".join(unused))
    for column in dict.fromkeys(word.column for word in source.vocabulary):
        known = [word for word in source.vocabulary if word.column == column]
        yield say("inspect.words", language, column=column, words=_words(known))
    if source.unknown_words:
        yield say("inspect.unknown_words", language, words=_words(source.unknown_words))
    for note in source.notes:
        yield note.text(language)
    counts = {name: figure(count, "count", language) for name, count in account_json(source.account).items()}
    yield say("account.sum", language, **counts)


def _taken_for(source: Source, language: Language) -> str:
    table = say("table.not_needed", language)
    if source.table:
        table = say("table.named", language, table=table_name(source.table, language), id=source.table)
    system = system_name(source.system, language) or "–"
    sure = figure(source.confidence, "ratio", language)
    return say("inspect.taken", language, table=table, system=system, sure=sure)


def _layout(source: Source, language: Language) -> str:
    delimiter = {"\t": "TAB", "": "–"}.get(source.delimiter, source.delimiter)
    return say(
        "inspect.layout",
        language,
        encoding=source.encoding or "–",
        delimiter=delimiter,
        header_row=source.header_row,
    )


def _words(words: Sequence[Word]) -> str:
    return ", ".join(f"{word.word or '–'} = {word.meaning or '?'} ({word.count})" for word in words)


def inspection_json(sources: Sequence[Source], language: Language) -> dict[str, Any]:
    """The same as JSON."""
    account = total(sources)
    return {
        "rows": account_json(account),
        "files": [source_json(source, language) for source in sources],
        "account": rows_json(account, language),
    }


def source_json(source: Source, language: Language) -> dict[str, Any]:
    """One file."""
    numbers = source.number_format
    return {
        "file": str(source.path),
        "label": source.label,
        "sheet": source.sheet,
        "sha256": source.sha256,
        "size": source.size,
        "encoding": source.encoding or None,
        "delimiter": source.delimiter or None,
        "header_row": source.header_row,
        "system": source.system or None,
        "layout": source.layout or None,
        "table": source.table,
        "also": source.also,
        "confidence": source.confidence,
        "columns": [{"header": match.header, "column": match.column} for match in source.columns],
        "date_formats": [
            {"column": form.column, "header": form.header, "order": form.order, "proof": form.proof.text(language)}
            for form in source.date_formats
        ],
        "number_format": numbers
        and {"decimal": numbers.decimal, "grouping": numbers.grouping, "proof": numbers.proof.text(language)},
        "vocabulary": _words_json(source.vocabulary),
        "unknown_words": _words_json(source.unknown_words),
        "rows": account_json(source.account),
        "notes": [note.text(language) for note in source.notes],
        "refusal": source.refusal.message(language) if source.refusal is not None else None,
    }


def _words_json(words: Sequence[Word]) -> list[dict[str, Any]]:
    return [{"column": word.column, "word": word.word, "meaning": word.meaning, "count": word.count} for word in words]
