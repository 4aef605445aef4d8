"""Which template is filled: a shipped one by name, or a user's own file; and what it asks to be measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from addin.fill.content import Outline
from addin.fill.run import Asked
from addin.fill.words import FillError, TemplateUnknown
from addin.fill.writer import Template
from kpi_core.catalogue import catalogue
from kpi_core.texts import Language
from workbook_templates import contract
from workbook_templates.shipped import shipped


@dataclass(frozen=True)
class Chosen:
    """A template ready to be filled. `title` is empty for a user's own, whose title is left alone."""

    id: str
    path: Path
    template: Template
    title: str
    own: bool


def chosen(name: str | Path, language: Language) -> Chosen:
    """A shipped template by name or a file by its path. Raises TemplateUnknown, FillError."""
    if str(name) in shipped():
        known = shipped()[str(name)]
        path = known.path(language)
        return Chosen(known.id, path, Template(path), known.title.show(language), own=False)
    path = Path(name)
    if not path.is_file():
        from rapidfuzz import process  # needed only here

        nearest = process.extractOne(str(name), list(shipped()))[0]
        raise TemplateUnknown("errors.unknown_template", found=name, nearest=nearest, known=", ".join(shipped()))
    template = Template(path)
    if not wanted(template.outline).kpis and not template.outline.tables:
        raise FillError("errors.no_names", file=path.name)
    return Chosen(path.stem, path, template, "", own=True)


def wanted(outline: Outline) -> Asked:
    """The KPIs and lists that a template has room for."""
    named = {_kpi(name) for name in outline.names}
    columns = {table: {_column_kpi(column) for column in found} for table, found in outline.tables.items()}

    def listed(table: str) -> tuple[str, ...]:
        return tuple(kpi for kpi in catalogue() if kpi in columns.get(table, ()))

    funnel = {"contact_to_meeting", "meeting_to_offer", "win_rate"} if "tblFunnel" in outline.tables else set()
    return Asked(
        kpis=tuple(kpi for kpi in catalogue() if kpi in named | funnel),
        trend=listed("tblTrend"),
        sellers=listed("tblSellers"),
        clients=listed("tblClients"),
        weeks="tblWeeks" in outline.tables,
    )


def unknown_names(outline: Outline) -> list[tuple[str, str]]:
    """Names that begin like ours and mean nothing to us, each with the nearest one that does."""
    from rapidfuzz import process  # needed only here

    known = contract.known_names()
    strangers = sorted(name for name in outline.names if name.startswith("kpi_") and not _kpi(name))
    return [(name, str(process.extractOne(name, known)[0])) for name in strangers]


def _kpi(name: str) -> str:
    try:
        return contract.kpi_of(name)[0]
    except KeyError:
        return ""


def _column_kpi(column: str) -> str:
    try:
        return contract.split(column)[0]
    except KeyError:
        return ""
