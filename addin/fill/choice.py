"""Which template is filled: a shipped one by name, or a user's own file; and what it asks to be measured."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from addin.fill.content import Outline
from addin.fill.own_names import kpi_behind
from addin.fill.run import TRAILING, Asked
from addin.fill.template import Template
from addin.fill.words import CellsNotOwn, FillError, TemplateUnknown, say
from addin.remote import fetched, path_or_url
from kpi_core.catalogue import catalogue
from kpi_core.texts import LANGUAGES, Language, Text, load_texts
from workbook_templates import contract
from workbook_templates.shipped import shipped

_LONGER = re.compile(r"kpi_\w+_(?:trailing|m3|m12)(?:_n|_low|_high)?")
_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")


@dataclass(frozen=True)
class Chosen:
    """A template ready to be filled. `title` is empty for a user's own: it is titled by its period and group.

    sha256  of the template's file, and of the file that binds its cells; origin its URL, where it was fetched
    """

    id: str
    path: Path
    template: Template
    title: str
    sha256: str = ""
    origin: str = ""

    @property
    def ending(self) -> str:
        """How the filled files' names end: macros and templates keep their kind, which Excel insists on."""
        found = self.path.suffix.lower()
        return found if found in _ENDINGS else _ENDINGS[0]

    def remarks(self) -> list[Text]:
        """What a fill leaves as it was though it asks for a value, with the reason; and a signature that it breaks."""
        plan, reasons = self.template.plan, load_texts("addin.ooxml", "errors.toml")
        unknown = [(each.word, each.nearest) for each in self.template.unknown()]
        unusable = [(each.label, each.where, reasons[each.reason]) for each in plan.unusable]
        return [
            *(_said("unknown_name", name=name, nearest=nearest) for name, nearest in unknown),
            *(_said("unusable", word=word, where=where, why=why) for word, where, why in unusable),
            *([_said("signed", file=self.path.name)] if plan.signed else []),
        ]


def _said(key: str, **found: object) -> Text:
    shown = (
        {name: each.show(language) if isinstance(each, Text) else each for name, each in found.items()}
        for language in LANGUAGES
    )
    return Text(*(say(f"warnings.{key}", language, **each) for language, each in zip(LANGUAGES, shown, strict=True)))


def chosen(name: str | Path, language: Language, cells: Path | None = None) -> Chosen:
    """A shipped template by name or a file by its path, with `cells` the mapping file of its cells.

    Raises TemplateUnknown, FillError and addin.ooxml.FillError.
    """
    if str(name) in shipped():
        known = shipped()[str(name)]
        if cells is not None:
            raise CellsNotOwn("errors.cells_of_shipped", template=name)
        path = known.path(language)
        return Chosen(known.id, path, Template(path, language, shipped=True), known.title.show(language), _hash(path))
    place = path_or_url(name)
    if isinstance(place, str):
        with fetched([place]) as [[path, *_]]:
            return replace(chosen(path, language, cells), origin=place)
    path = place
    if not path.is_file():
        if path.suffix.casefold() in _ENDINGS:
            raise TemplateUnknown("errors.no_template_file", found=name, known=", ".join(shipped()))
        from rapidfuzz import process  # needed only here

        nearest = process.extractOne(str(name), list(shipped()))[0]
        raise TemplateUnknown("errors.unknown_template", found=name, nearest=nearest, known=", ".join(shipped()))
    template = Template(path, language, cells)
    if not has_room(template.outline):
        raise FillError("errors.no_names", file=path.name)
    return Chosen(path.stem, path, template, "", _hash(path, cells))


def _hash(*files: Path | None) -> str:
    digest = sha256()
    for file in files:
        digest.update(file.read_bytes() if file is not None else b"")
    return digest.hexdigest()


def has_room(outline: Outline) -> bool:
    """Whether a template asks for any figure or list at all."""
    return bool(wanted(outline).kpis or outline.tables)


def wanted(outline: Outline) -> Asked:
    """The KPIs and lists that a template has room for."""
    named = {kpi_behind(name) for name in outline.names}
    columns = {table: {_column_kpi(column) for column in found} for table, found in outline.tables.items()}

    def listed(table: str) -> tuple[str, ...]:
        return tuple(kpi for kpi in catalogue() if kpi in columns.get(table, ()))

    funnel = {"contact_to_meeting", "meeting_to_offer", "win_rate"} if "tblFunnel" in outline.tables else set()
    plans = any(name.startswith("plan_") for name in outline.names)
    if plans:
        funnel |= {"contact_to_meeting", "meeting_to_offer", "win_rate"}
    longer = any(_LONGER.fullmatch(name) for name in outline.names)
    return Asked(
        kpis=tuple(kpi for kpi in catalogue() if kpi in named | funnel),
        trend=listed("tblTrend"),
        sellers=listed("tblSellers"),
        clients=listed("tblClients"),
        weeks="tblWeeks" in outline.tables,
        trailing=TRAILING if longer or plans else (),
        plans=plans,
    )


def _column_kpi(column: str) -> str:
    try:
        return contract.split(column)[0]
    except KeyError:
        return ""
