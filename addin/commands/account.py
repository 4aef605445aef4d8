"""The account of rows in words: read = used + ignored (by rule) + excluded (by reason, the first of each named)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from addin.wording import say
from kpi_core.figures import figure
from kpi_core.intake import Source
from kpi_core.tables import RowAccount
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
    shown: Counter[str] = Counter()
    counts = Counter(row.code for row in account.excluded) + Counter(account.unlisted)
    for row in account.excluded:  # file by file in the order of their rows, as workbooks list them
        shown[row.code] += 1
        if shown[row.code] > _FIRST:
            continue
        yield say("account.excluded", language, file=row.file, row=row.row, reason=row.reason(language))
        more = counts[row.code] - _FIRST
        if shown[row.code] == _FIRST and more > 0:
            yield say("account.more", language, count=figure(more, "count", language))


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
