"""The account of rows in words: read = used + ignored (by rule) + excluded (by reason, the first of each named)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from addin.wording import say
from kpi_core.figures import figure
from kpi_core.intake import Source
from kpi_core.tables import ExcludedRow, RowAccount
from kpi_core.texts import Language, load_texts

_FIRST = 3  # excluded rows shown of each reason


def account_lines(account: RowAccount, language: Language, sources: Sequence[Source] = ()) -> Iterator[str]:
    """The account, a line each thought; first the files among `sources` that could not be used at all, and doubts."""
    for source in sources:
        for note in source.doubts:
            yield say("account.doubt", language, file=source.label, note=note.text(language))
        if source.refusal is not None:
            yield say("account.refused", language, why=source.refusal.message(language))
    ignored = sum(account.ignored.values())
    counts = {"read": account.read, "used": account.used, "ignored": ignored, "excluded": account.out}
    yield say("account.sum", language, **{name: figure(count, "count", language) for name, count in counts.items()})
    for rule, count in account.ignored.items():
        yield say(
            "account.ignored", language, count=figure(count, "count", language), rule=ignored_rule(rule, language)
        )
    for rows in excluded_by_reason(account):
        for row in rows[:_FIRST]:
            yield say("account.excluded", language, file=row.file, row=row.row, reason=row.reason(language))
        more = len(rows) + account.unlisted.get(rows[0].code, 0) - _FIRST
        if more > 0:
            yield say("account.more", language, count=figure(more, "count", language))


def excluded_by_reason(account: RowAccount) -> list[list[ExcludedRow]]:
    """The excluded rows, those of one reason together, the most frequent reason first."""
    ordered = sorted(account.excluded, key=lambda row: row.code)
    return sorted((list(rows) for _, rows in groupby(ordered, key=lambda row: row.code)), key=len, reverse=True)


def ignored_rule(rule: str, language: Language) -> str:
    """Why rows were ignored, in words."""
    return load_texts("kpi_core.sentences", "rows.toml")[f"ignored.{rule}"].show(language)


def account_json(account: RowAccount) -> dict[str, Any]:
    """The four sums."""
    return {
        "read": account.read,
        "used": account.used,
        "ignored": sum(account.ignored.values()),
        "excluded": account.out,
    }


def rows_json(account: RowAccount, language: Language) -> dict[str, Any]:
    """The same in full: every rule, every excluded row."""
    return {
        "ignored": [
            {"rule": rule, "count": count, "text": ignored_rule(rule, language)}
            for rule, count in account.ignored.items()
        ],
        "excluded": [
            {"file": row.file, "row": row.row, "code": row.code, "reason": row.reason(language)}
            for row in account.excluded
        ],
        "unlisted": dict(account.unlisted),
    }
