"""What `kpi template check` tells of a workbook, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from addin.fill.own_names import content_name
from addin.fill.template import Template
from addin.ooxml.table_target import TableTarget
from addin.wording import say
from kpi_core.texts import Language, load_texts


def check_lines(template: Template, language: Language) -> Iterator[str]:
    """What is filled, what is unknown, what cannot be filled, what deserves a look."""
    plan = template.plan
    yield from _section("template.cells", _cells(template, language), language)
    yield from _section("template.tables", _tables(template, language), language)
    unknown = [
        say("template.unknown_word", language, word=each.word, where=each.where, nearest=each.nearest)
        for each in template.unknown()
    ]
    reasons = load_texts("addin.ooxml", "errors.toml")
    unusable = [
        say(
            "template.unusable_word",
            language,
            word=each.label,
            where=each.where,
            why=reasons[each.reason].show(language),
        )
        for each in plan.unusable
    ]
    locked = [f"  {spot.address} {spot.label}" for spot in plan.locked]
    validated = [f"  {spot.address} {spot.label}: {rule.wording}" for spot, rule in plan.validated]
    for title, lines in (
        ("template.unknown", unknown),
        ("template.unusable", unusable),
        ("template.locked", locked),
        ("template.validated", validated),
    ):
        if lines:
            yield from _section(title, lines, language)
    yield say("template.signed" if plan.signed else "template.not_signed", language)


def _section(title: str, lines: Iterable[str], language: Language) -> Iterator[str]:
    yield f"{say(title, language)}:"
    yield from list(lines) or [say("template.none", language)]


def _cells(template: Template, language: Language) -> Iterator[str]:
    for key, spots in template.plan.targets.items():
        for spot in spots if content_name(key) else ():
            inside = f" ({say('template.inside', language)})" if spot.sentence else ""
            meaning = content_name(key)
            label = spot.label if spot.label == meaning else f"{spot.label} = {meaning}"
            yield f"  {spot.address} {label}{inside}"


def _tables(template: Template, language: Language) -> Iterator[str]:
    for table in template.plan.tables.values():
        if table.name not in template.outline.tables:
            yield say("template.other_table", language, table=table.name, area=_area(table))
            continue
        emptied = template.unknown_columns(table.name)
        filled = ", ".join(column for column in table.columns if column not in emptied)
        yield say("template.table", language, table=table.name, area=_area(table), columns=filled)
        if table.computed:
            yield say("template.computed", language, columns=", ".join(table.computed))
        if emptied:
            yield say("template.emptied", language, columns=", ".join(emptied))


def _area(table: TableTarget) -> str:
    return f"{table.sheet}!{table.area}"
