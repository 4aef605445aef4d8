"""The account of rows as lists: by rule, by file, and each excluded row."""

from __future__ import annotations

from addin.fill.content import Cell, Rows, Value
from addin.fill.words import say
from kpi_core.figures import figure
from kpi_core.intake import Intake
from kpi_core.table_words import system_name, table_name
from kpi_core.tables import RowAccount
from kpi_core.texts import Language, load_texts


def totals(account: RowAccount, language: Language) -> dict[str, Cell]:
    """The four sums, and the same as one sentence."""
    counts = {
        "read": account.read,
        "used": account.used,
        "ignored": sum(account.ignored.values()),
        "excluded": account.out,
    }
    sentence = say("report.rows", language, **{key: figure(n, "count", language) for key, n in counts.items()})
    return {f"rows_{key}": Cell(count) for key, count in counts.items()} | {"report_rows": Cell(sentence)}


def by_rule(account: RowAccount, language: Language) -> Rows:
    """Read, used, ignored by each rule, excluded."""
    rules = load_texts("kpi_core.sentences", "rows.toml")
    rows: list[dict[str, Value]] = [
        {"what": say("rows.read", language), "rows": account.read},
        {"what": say("rows.used", language), "rows": account.used},
    ]
    for rule, count in account.ignored.items():
        shown = rules[f"ignored.{rule}"].show(language)
        rows.append({"what": say("rows.ignored", language, rule=shown), "rows": count})
    rows.append({"what": say("rows.excluded", language), "rows": account.out})
    return Rows(tuple(rows))


def by_file(intake: Intake, language: Language) -> Rows:
    """Each file with its hash and what became of its rows."""
    rows: list[dict[str, Value]] = []
    for source in intake.sources:
        account = source.account
        kind = say("rows.refused", language)
        if source.table:
            kind = f"{system_name(source.system, language)} · {table_name(source.table, language)}"
        rows.append(
            {
                "file": source.label,
                "kind": kind,
                "read": account.read,
                "used": account.used,
                "ignored": sum(account.ignored.values()),
                "excluded": account.out,
                "sha256": source.sha256,
            }
        )
    return Rows(tuple(rows), empty=say("none", language))


def excluded(account: RowAccount, language: Language) -> Rows:
    """Every row that could not be used, where it stands and why."""
    rows: list[dict[str, Value]] = [
        {"file": row.file, "row": row.row, "reason": row.reason(language)} for row in account.excluded
    ]
    return Rows(tuple(rows), empty=say("rows.none_excluded", language))
