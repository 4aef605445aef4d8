"""Build the shipped templates: `python -m workbook_templates.build [FOLDER]`. The same source gives the same bytes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from kpi_core.intake.filled_workbooks import AUTHOR
from kpi_core.texts import LANGUAGES, Language
from workbook_templates.archive import packed
from workbook_templates.book import Book
from workbook_templates.sheets import (
    about,
    changes,
    checks,
    definitions,
    economics,
    excluded,
    funnel,
    groups,
    market,
    planning,
    settings,
    summary,
    trend_data,
    trends,
    weeks,
)
from workbook_templates.shipped import Template, shipped

_DRAW: Mapping[str, Callable[[Book], None]] = {
    "summary": summary.draw,
    "trends": trends.draw,
    "market": market.draw,
    "insights": market.draw_insights,
    "clients": partial(groups.draw, key="clients"),
    "sellers": partial(groups.draw, key="sellers"),
    "weeks": weeks.draw,
    "funnel": funnel.draw,
    "planning": planning.draw,
    "economics": economics.draw,
    "checks": checks.draw,
    "changes": changes.draw,
    "settings": settings.draw,
    "definitions": definitions.draw,
    "trend_data": trend_data.draw,
    "excluded": excluded.draw,
    "about": about.draw,
}


def built(template: Template, language: Language) -> bytes:
    """One template's workbook."""
    book = Book(template, language)
    for key in template.sheets:
        _DRAW[key](book)
    trends.charts(book)
    book.fit_rows()
    book.workbook.properties.title = template.title.show(language)
    book.workbook.properties.creator = AUTHOR
    book.workbook.properties.language = {"fi": "fi-FI", "en": "en-GB"}[language]
    return packed(book.workbook)


def main(folder: Path) -> None:
    """Write every template in every language."""
    for template in shipped().values():
        for language in LANGUAGES:
            path = folder / template.path(language).name
            path.write_bytes(built(template, language))
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
