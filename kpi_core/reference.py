"""Writes docs/kpis.fi.md and docs/kpis.en.md from the definitions: `python -m kpi_core.reference docs/`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from kpi_core.catalogue import PACKAGE, catalogue, mark, words
from kpi_core.definition import Band, BandRule, Definition, Status
from kpi_core.figures import Unit, figure
from kpi_core.texts import LANGUAGES, Language, load_texts

_EVIDENCE = ("strong", "indicative", "too_little")


def reference(language: Language) -> str:
    """The whole page in one language, as Markdown."""
    known = catalogue().values()
    links = [f"- [{kpi.name.show(language)}](#{kpi.id})" for kpi in known]
    blocks = [
        f"# {_word('title', language)}",
        _word("preface", language),
        f"## {_word('contents', language)}",
        "\n".join([*links, f"- [{_market('name', language)}](#market_intelligence)"]),
        *_statuses(language),
        *(block for kpi in known for block in _kpi(kpi, language)),
        f'<a id="market_intelligence"></a>\n## {_market("name", language)}',
        _market("definition", language),
        f"{_word('source', language)}: {_market('source', language)}.",
    ]
    return "\n\n".join(blocks) + "\n"


def page(language: Language) -> str:
    """The page's file name."""
    return f"kpis.{language}.md"


def _statuses(language: Language) -> Iterator[str]:
    yield f"## {_word('statuses', language)}"
    yield _word("statuses_intro", language)
    marks = [mark(status) for status in get_args(Status)]
    yield " · ".join(f"{it.icon} {it.word.show(language)}" for it in marks)
    told = [(words(f"evidence.{it}.word"), words(f"evidence.{it}.meaning")) for it in _EVIDENCE]
    yield "\n".join(f"- **{word.show(language)}**: {meaning.show(language)}" for word, meaning in told)


def _kpi(kpi: Definition, language: Language) -> Iterator[str]:
    yield f'<a id="{kpi.id}"></a>\n## {kpi.name.show(language)}'
    yield kpi.definition.show(language)
    facts = [
        ("formula", f"`{kpi.id} = {kpi.formula.show(language)}`"),
        ("unit", _word(f"units.{kpi.unit}", language)),
        ("basis", kpi.basis().show(language)),
    ]
    if kpi.minimum_n:
        facts.append(("enough", str(kpi.minimum_n)))
    facts += [("source", kpi.source.show(language)), ("bands_source", kpi.bands_source.show(language))]
    yield "\n".join(f"- {_word(key, language)}: {told}" for key, told in facts)
    yield from _limits(kpi, language)
    if kpi.options:
        yield f"### {_word('options', language)}"
        yield _table(("option", "default", "choices", "meaning"), _options(kpi, language), language)
    if kpi.parts:
        names = ", ".join(part.name.show(language) for part in kpi.parts.values())
        yield f"{_word('parts', language)}: {names}."
    yield f"### {_word('reasons', language)}"
    causes = (
        [kpi.reason(code, count="n").show(language), f"`{_word(f'excel_errors.{it.excel}', language)}`"]
        for code, it in kpi.reasons.items()
    )
    yield _table(("reason", "excel"), causes, language)


def _limits(kpi: Definition, language: Language) -> Iterator[str]:
    yield f"### {_word('limits', language)}"
    if kpi.compare:
        yield _word("compare", language)
    unit: Unit = "multiple" if kpi.compare else kpi.unit
    bands = kpi.limits()
    rows = (
        [_extent(band, before, unit, language), _marked(band.status, language), band.diagnosis.show(language)]
        for before, band in zip([None, *bands], bands, strict=False)
    )
    yield _table(("value", "status", "diagnosis"), rows, language)
    if kpi.firm_bands:
        yield _word("firm_limits", language, bands=_firm(kpi.firm_bands, language))


def _extent(band: Band, before: Band | None, unit: Unit, language: Language) -> str:
    """The values of a band: < 15 %; ≥ 15 %, < 20 %; ≥ 20 %, ≤ 40 %; > 40 %."""
    ends = []
    if before and before.upper is not None:
        ends.append(f"{'>' if before.inclusive else '≥'} {figure(before.upper, unit, language)}")
    if band.upper is not None:
        ends.append(f"{'≤' if band.inclusive else '<'} {figure(band.upper, unit, language)}")
    return ", ".join(ends) or _word("any", language)


def _firm(rules: Iterable[BandRule], language: Language) -> str:
    """< the limit ▼ Warning, ≥ the limit ● On track."""
    told, after = [], ""
    for rule in rules:
        if rule.limit:
            sign, after = ("≤", ">") if rule.limit == "up_to" else ("<", "≥")
        else:
            sign = after
        told.append(f"{sign} {_word('firm_limit', language)} {_marked(rule.status, language)}")
    return ", ".join(told)


def _options(kpi: Definition, language: Language) -> Iterator[list[str]]:
    for name, option in kpi.options.items():
        named = ", ".join(f"`{choice}` {text.show(language)}" for choice, text in option.choices.items())
        default = f"`{option.default}`" if option.default else "–"
        yield [f"`{name}`", default, named or _word(option.type, language), option.help.show(language)]


def _marked(status: Status, language: Language) -> str:
    shown = mark(status)
    return f"{shown.icon} {shown.word.show(language)}"


def _table(heads: Iterable[str], rows: Iterable[list[str]], language: Language) -> str:
    titles = [_word(head, language) for head in heads]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _word(key: str, language: Language, **found: object) -> str:
    return load_texts("kpi_core.sentences", "reference.toml")[key].show(language, **found)


def _market(key: str, language: Language) -> str:
    return load_texts(PACKAGE, "market_intelligence.toml")[f"market_intelligence.{key}"].show(language)


def main(folder: str) -> None:
    """Write both pages into a folder."""
    for language in LANGUAGES:
        Path(folder, page(language)).write_text(reference(language), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
