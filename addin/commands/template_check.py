"""What `kpi template check` tells of a workbook, line by line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from addin.fill.own_names import content_name
from addin.fill.template import Template
from addin.ooxml.refusals import Refusal
from addin.ooxml.table_target import TableTarget
from addin.ooxml.targets import Spot
from addin.wording import say
from kpi_core.texts import Language, load_texts


def check_lines(template: Template, refused: Collection[Refusal], language: Language) -> Iterator[str]:
    """What is filled, what is unknown, what cannot be filled, what deserves a look."""
    plan = template.plan
    yield from _section("template.cells", _cells(template, {each.spot for each in refused}, language), language)
    yield from _section("template.tables", _tables(template, language), language)
    unknown = [
        say(f"template.{_placed('unknown', each.word, each.where)}", language, **each._asdict())
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
    unusable += [f"  {each.error.message(language)}" for each in refused]
    locked = [f"  {_labelled(spot)}" for spot in plan.locked]
    validated = [f"  {_labelled(spot)}: {rule.wording}" for spot, rule in plan.validated]
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


def _cells(template: Template, refused: Collection[Spot], language: Language) -> Iterator[str]:
    for key, spots in template.plan.targets.items():
        meaning = content_name(key)
        for spot in spots if meaning else ():
            if spot not in refused:
                inside = f" ({say('template.inside', language)})" if spot.sentence else ""
                yield f"  {_labelled(spot)}{'' if spot.label == meaning else f' = {meaning}'}{inside}"


def _labelled(spot: Spot) -> str:
    """A cell and what binds it; of a cell that a mapping file binds that is the cell itself."""
    return spot.address if spot.binding == "mapping" else f"{spot.address} {spot.label}"


def _placed(kind: str, word: str, where: str) -> str:
    """The sentence with the place, or the one without where the word is the place."""
    return f"{kind}_cell" if word.replace("'", "") == where.replace("'", "") else f"{kind}_word"


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
